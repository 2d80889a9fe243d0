import type { PackedFile } from './packed-files.ts';

/** Names that never belong into a package. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)\.env(?:\.|$)/, 'an environment file'],
  [/(?:^|\/)\.(?:npmrc|netrc|git|ssh|aws|DS_Store)(?:\/|$)/, 'a file of a machine'],
  [/\.(?:pem|p12|pfx|key|keystore|mobileprovision)$/i, 'a key'],
  [/(?:^|\/)id_(?:rsa|ed25519|ecdsa)/, 'a key'],
  [/\.map$/, 'a source map'],
  [/\.(?:sqlite|sqlite-wal|db)$/, 'a database'],
  [/(?:^|\/)(?:secrets|settings)\.json$/, 'settings of a person'],
  [/\.(?:test|spec)\.[cm]?[jt]s$/, 'a test'],
  [/(?<!\.d)\.(?:ts|svelte)$/, 'a source'],
];

/** Content that never belongs into one. Each must be specific: libraries talk about keys all the time. */
const CONTENTS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{20}/, 'a private key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60}/, 'a token of GitHub'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'a token of npm'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'a key of AWS'],
  [/\b(?:sk|pk|ofa|ofauth)_(?:live|prod)_[A-Za-z0-9]{12,}/, 'an API key'],
  [/CHATKEEP_API_KEY\s*=\s*['"]?[A-Za-z0-9_-]{12,}/, 'an API key'],
  [
    /(?:^|[\s"'`(=])\/(?:home|Users)\/(?!(?:someone|user|you|me|runner|name)\b)[a-z][\w.-]*\/[\w.]/m,
    "a path of somebody's machine",
  ],
  [/[A-Z]:\\{1,2}Users\\{1,2}(?!(?:someone|user|you|me|name)\b)\w+\\{1,2}\w/, "a path of somebody's machine"],
];

const BINARY = /\.(?:node|wasm|so[.\d]*|png|ico|pak|dat|bin|woff2|gz|asar)$|^chatkeep$/;
/** Electron's own, or what stands in for it. */
const PROGRAM = 'chatkeep';

/**
 * Secrets, leftovers and paths of the machine that packed.
 *
 * @param machine folders that would give it away; native code carries paths of the machine that compiled it, which may have the same home
 */
export async function secretProblems(
  files: readonly PackedFile[],
  machine: { readonly checkout: string; readonly home: string },
): Promise<string[]> {
  const problems: string[] = [];
  for (const file of files) {
    for (const [pattern, what] of NAMES) {
      if (pattern.test(file.path)) {
        problems.push(`${file.path} is ${what}.`);
      }
    }
    const content = await file.read();
    // An archive is looked at file by file.
    const text = file.path.endsWith('.asar') ? '' : content.toString('latin1');
    const binary = BINARY.test(file.path);
    for (const place of binary ? [machine.checkout] : [machine.checkout, machine.home]) {
      if (place.length > 1 && file.path !== PROGRAM && text.includes(place)) {
        problems.push(`${file.path} names the folder ${place}.`);
      }
    }
    if (!binary) {
      for (const [pattern, what] of CONTENTS) {
        if (pattern.test(text)) {
          problems.push(`${file.path} contains ${what}.`);
        }
      }
    }
  }
  return problems;
}
