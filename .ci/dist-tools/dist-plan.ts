import { REPOSITORY } from '../../main/lib/identity.ts';
import { readPublicKey } from '../../main/shell/electron/updates/update-signature.ts';

type Environment = Readonly<Record<string, string | undefined>>;
const has = (env: Environment, name: string): boolean => (env[name] ?? '') !== '';

/** The project's own page: named by the environment, else its repository; null where there is none to name. */
const homepageOf = (env: Environment): string | null => env['CHATKEEP_HOMEPAGE'] || REPOSITORY;

const FLAGS: Partial<Record<NodeJS.Platform, string>> = { linux: '--linux', win32: '--win', darwin: '--mac' };

/**
 * How the builder is called for the packages of one system. Pure. Throws for a system that has none.
 *
 * @param more words for the builder as they are: some packages alone (`deb`), another setting (`-c.electronDist=…`)
 */
export function builderArguments(platform: NodeJS.Platform, env: Environment, more: readonly string[] = []): string[] {
  const flag = FLAGS[platform];
  if (flag === undefined) {
    throw new Error(`There are no packages for ${platform}.`);
  }
  const homepage = homepageOf(env);
  // Packages of systems must name a homepage. Without one those are made that need none.
  const chosen = platform === 'linux' && homepage === null && more.length === 0 ? ['AppImage', 'tar.gz'] : more;
  const args = [flag, ...chosen, '--publish=never'];
  const set = (name: string, value: string): void => {
    args.push(`-c.${name}=${value}`);
  };
  if (homepage !== null) {
    set('extraMetadata.homepage', homepage);
  }
  if (platform === 'linux') {
    set('linux.maintainer', env['CHATKEEP_MAINTAINER'] || 'Chatkeep contributors');
  }
  const feed = updateFeed(env);
  if (feed !== null) {
    set('publish.provider', 'generic');
    set('publish.url', feed.url);
  }
  if (platform === 'darwin') {
    // Without a certificate the program is signed for this machine alone (ad hoc), which Apple's processors ask for.
    if (!has(env, 'CSC_LINK') && !has(env, 'CSC_NAME')) {
      set('mac.identity', '-');
    }
    set('mac.notarize', String(notarises(env)));
  }
  return args;
}

/** Where these packages look for newer versions and whose signature counts; null when the environment does not say both in a usable way. */
export function updateFeed(env: Environment): { readonly url: string; readonly key: string } | null {
  const url = env['CHATKEEP_UPDATE_URL'] ?? '';
  const key = env['CHATKEEP_UPDATE_PUBLIC_KEY'] ?? '';
  try {
    readPublicKey(key);
  } catch {
    return null;
  }
  return URL.parse(url)?.protocol === 'https:' && url.endsWith('/') ? { url, key } : null;
}

const notarises = (env: Environment): boolean =>
  (has(env, 'APPLE_API_KEY') && has(env, 'APPLE_API_KEY_ID') && has(env, 'APPLE_API_ISSUER')) ||
  (has(env, 'APPLE_ID') && has(env, 'APPLE_APP_SPECIFIC_PASSWORD') && has(env, 'APPLE_TEAM_ID'));

/** The change log's section for a version, without its heading; the unreleased section if the version has none. Pure. */
export function notesOf(changelog: string, version: string): string {
  const parts = changelog.split(/^## /m).slice(1);
  const part =
    parts.find((each) => each.startsWith(version) || each.startsWith(`[${version}]`)) ??
    parts.find((each) => /^\[?unreleased/i.test(each)) ??
    '';
  return part.slice(part.indexOf('\n') + 1).trim();
}

/** Notes about missing features of these packages, so that nobody mistakes an unsigned package for a signed one. Pure. */
export function missingWords(platform: NodeJS.Platform, env: Environment): string[] {
  const words: string[] = [];
  const signed = has(env, 'CSC_LINK') || has(env, 'CSC_NAME') || (platform === 'win32' && has(env, 'WIN_CSC_LINK'));
  if (platform === 'win32' && !signed) {
    words.push('UNSIGNED: no certificate (WIN_CSC_LINK or CSC_LINK). Windows warns of these packages.');
  }
  if (platform === 'darwin' && !signed) {
    words.push(
      'UNSIGNED: no certificate (CSC_LINK or CSC_NAME). macOS opens these packages only after asking, and cannot update them.',
    );
  }
  if (platform === 'darwin' && signed && !notarises(env)) {
    words.push(
      'NOT NOTARISED: no APPLE_ID, APPLE_APP_SPECIFIC_PASSWORD and APPLE_TEAM_ID (or an APPLE_API_KEY). macOS warns of these packages.',
    );
  }
  if (updateFeed(env) === null) {
    words.push(
      'NO UPDATES: these packages look for no newer version. They would with CHATKEEP_UPDATE_URL (https, ends with "/") and CHATKEEP_UPDATE_PUBLIC_KEY.',
    );
  }
  if (homepageOf(env) === null) {
    words.push(
      platform === 'linux'
        ? 'NO HOMEPAGE: no deb and no rpm, which must name one. Set CHATKEEP_HOMEPAGE, or REPOSITORY in main/lib/identity.ts.'
        : 'NO HOMEPAGE: set CHATKEEP_HOMEPAGE, or REPOSITORY in main/lib/identity.ts.',
    );
  }
  return words;
}
