/** The files that a package may hold, their size limits, and the files that it must hold. A file that no rule names is a problem. */

export interface Rule {
  readonly name: string;
  readonly paths: RegExp;
  /** Of all files together. */
  readonly maxBytes: number;
  /** A package without any is broken. */
  readonly required: boolean;
}

export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
}

const KB = 1024;
const MB = 1024 * KB;
/** Everything of ours: all but Electron itself. */
export const APP_BUDGET = 54 * MB;

const ASAR = 'resources/app\\.asar';
const rule = (name: string, paths: string, maxBytes: number, required = true): Rule => ({
  name,
  paths: new RegExp(`^${paths}$`),
  maxBytes,
  required,
});

/** Files of Electron's own distribution for Linux. */
const RUNTIME = [
  rule('program', 'chatkeep', 260 * MB),
  rule(
    'runtime',
    '(?:chrome-sandbox|chrome_crashpad_handler|version|LICENSE\\.electron\\.txt|LICENSES\\.chromium\\.html|[\\w-]+\\.(?:dat|pak|bin|json)|lib[\\w.-]+\\.so(?:\\.\\d+)?)',
    90 * MB,
  ),
  rule('locales', 'locales/(?:en-US|en-GB|de|es|es-419|fr|it|ja|nl|pl|pt-BR|ru|uk|zh-CN)\\.pak', 20 * MB),
];

/**
 * The rules of a Linux package.
 *
 * @param arch as in the names of native modules, `x64`
 * @param packages names of the packages that may be in it (`shippedParts`)
 */
export function linuxRules(arch: string, packages: readonly string[]): Rule[] {
  const names = packages.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const inPackage = `node_modules/(?:(?:${names})/node_modules/)?(?:${names})/`;
  const sqlite = `node_modules/better-sqlite3/prebuilds/linux-${arch}\\.node`;
  const keyring = `node_modules/@napi-rs/keyring-linux-${arch}-gnu/keyring\\.linux-${arch}-gnu\\.node`;
  return [
    ...RUNTIME,
    rule('archive', ASAR, 49 * MB),
    rule('package.json', `${ASAR}/package\\.json`, 8 * KB),
    rule('main process', `${ASAR}/out/main/[\\w-]+\\.js`, 4 * MB),
    rule('preload', `${ASAR}/out/preload/index\\.cjs`, 40 * KB),
    rule(
      'screens',
      `${ASAR}/out/renderer/(?:index\\.html|[\\w-]+\\.svg|assets/[\\w.-]+\\.(?:js|css|woff2|svg))`,
      3 * MB,
    ),
    rule('licences', `${ASAR}/out/licences\\.json`, 1 * MB),
    rule('update feed and key', `${ASAR}/out/update\\.json`, 2 * KB, false),
    rule('tray icons', `${ASAR}/resources/tray/[\\w@]+\\.png`, 40 * KB),
    rule('dependencies', `${ASAR}/${inPackage}(?:[\\w@.+-]+/)*[\\w@.+-]+\\.(?:js|cjs|mjs|json|html|ico|bnf)`, 14 * MB),
    rule('programs of dependencies', `${ASAR}/${inPackage}(?:[\\w@.-]+/)*bin/[\\w-]+`, 20 * KB, false),
    rule('libvips as WebAssembly', `${ASAR}/node_modules/wasm-vips/lib/vips(?:-heif|-resvg)?\\.wasm`, 11 * MB),
    rule(
      'fonts of PDFs',
      `${ASAR}/node_modules/(?:@expo-google-fonts/[\\w-]+/(?:400Regular|700Bold)|dejavu-fonts-ttf/ttf)/\\w+\\.ttf`,
      21 * MB,
    ),
    rule('HarfBuzz as WebAssembly', `${ASAR}/node_modules/harfbuzzjs/dist/harfbuzz\\.wasm`, 1 * MB),
    rule("better-sqlite3's binding", `${ASAR}\\.unpacked/${sqlite}`, 4 * MB),
    rule("the keyring's binding", `${ASAR}\\.unpacked/${keyring}`, 4 * MB),
    rule('the command', 'resources/bin/chatkeep', 4 * KB),
    rule('manual and completions', 'resources/shell/(?:chatkeep\\.(?:1|bash|fish)|_chatkeep)', 200 * KB),
    rule('AppArmor profile', 'resources/apparmor-profile', 4 * KB, false),
    rule('update feed', 'resources/(?:app-update\\.yml|package-type)', 2 * KB, false),
  ];
}

/** Files that no rule names, rules whose files are missing or too large together, and a whole that is too large. Pure. */
export function listProblems(files: readonly ListedFile[], rules: readonly Rule[], budget: number): string[] {
  const problems: string[] = [];
  const sums = new Map<Rule, { files: number; bytes: number }>();
  let own = 0;
  for (const { path, bytes } of files) {
    const match = rules.find(({ paths }) => paths.test(path));
    if (match === undefined) {
      problems.push(`${path} (${size(bytes)}) is on no list.`);
      continue;
    }
    const sum = sums.get(match) ?? { files: 0, bytes: 0 };
    sums.set(match, { files: sum.files + 1, bytes: sum.bytes + bytes });
    // Files in the archive count with the archive.
    if (!RUNTIME.includes(match) && !path.includes('.asar/')) {
      own += bytes;
    }
  }
  for (const each of rules) {
    const sum = sums.get(each);
    if (sum === undefined) {
      if (each.required) {
        problems.push(`Missing: ${each.name}.`);
      }
    } else if (sum.bytes > each.maxBytes) {
      problems.push(`Too large: ${each.name}, ${size(sum.bytes)} of at most ${size(each.maxBytes)}.`);
    }
  }
  if (own > budget) {
    problems.push(`Too large: everything but Electron, ${size(own)} of at most ${size(budget)}.`);
  }
  return problems;
}

export function size(bytes: number): string {
  return bytes < MB ? `${(bytes / KB).toFixed(1)} kB` : `${(bytes / MB).toFixed(1)} MB`;
}
