/** Everything of the package that is made, not written: lists of licences, manual page, completions, metadata. Into `out/`, beside the build. */
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { APP_ID } from '../../main/lib/identity.ts';
import { buildProgram } from '../../main/shell/cli/main.ts';
import { shippedParts } from './shipped.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './shell/completions.ts';
import { commandTree } from './shell/command-tree.ts';
import { manPage } from './shell/man-page.ts';

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'Done, nothing left to do.'],
  ['1', 'Unexpected fault (a bug).'],
  ['2', 'Wrong usage.'],
  ['3', 'Done, but some items failed or wait to be tried again.'],
  ['4', 'Key, connection or permission refused by the service.'],
  ['5', 'The library cannot be used: locked by another process, newer schema, damaged, not a library.'],
  ['6', 'Paused: disk space.'],
  ['130', 'Interrupted; nothing lost, run again to go on.'],
];
const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['CHATKEEP_LIBRARY', "The library's folder."],
  ['CHATKEEP_CONFIG', 'The folder of settings, keys and the log.'],
  ['CHATKEEP_API_KEY, CHATKEEP_CONNECTION, CHATKEEP_API_BASE', 'An account for a run, in place of a stored one.'],
  ['CHATKEEP_API_RATE', 'Requests a minute that the plan allows; 0 = no limit.'],
  ['CHATKEEP_PASSWORD', 'For serve on another address than this machine alone.'],
];

/** Folders of a system package, relative to `/`. */
const MAN = 'usr/share/man/man1/chatkeep.1.gz';
const BASH = 'usr/share/bash-completion/completions/chatkeep';
const ZSH = 'usr/share/zsh/vendor-completions/_chatkeep';
const FISH = 'usr/share/fish/vendor_completions.d/chatkeep.fish';
const METAINFO = `usr/share/metainfo/${APP_ID}.metainfo.xml`;
const COPYRIGHT = 'usr/share/doc/chatkeep/copyright';

/** Makes `out/licences.json` and `out/packaging`. The renderer must be built. `epochSeconds` dates what carries a date. */
export async function prepare(root: string, version: string, epochSeconds: number): Promise<void> {
  const date = new Date(epochSeconds * 1000).toISOString().slice(0, 10);
  const parts = await shippedParts(root);
  await writeFile(join(root, 'out/licences.json'), JSON.stringify(parts));

  const target = join(root, 'out/packaging');
  await rm(target, { recursive: true, force: true });
  const put = async (path: string, content: string | Buffer): Promise<void> => {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), content);
  };
  const tree = commandTree(buildProgram(() => undefined));
  const page = manPage(tree, { version, date, exitCodes: EXIT_CODES, environment: ENVIRONMENT });
  const [bash, zsh, fish] = [bashCompletion(tree), zshCompletion(tree), fishCompletion(tree)];
  await put('shell/chatkeep.1', page);
  await put('shell/chatkeep.bash', bash);
  await put('shell/_chatkeep', zsh);
  await put('shell/chatkeep.fish', fish);
  await put(MAN, gzipSync(page, { level: 9 }));
  await put(BASH, bash);
  await put(ZSH, zsh);
  await put(FISH, fish);
  const metainfo = await readFile(join(root, `resources/linux/${APP_ID}.metainfo.xml`), 'utf8');
  await put(METAINFO, metainfo.replace('@VERSION@', version).replace('@DATE@', date));
  await put(COPYRIGHT, await copyrightFile(root));
  // Relative, so that it leads to the right place in a root that is not `/` too.
  await mkdir(join(target, 'usr/bin'), { recursive: true });
  await symlink('../../opt/Chatkeep/resources/bin/chatkeep', join(target, 'usr/bin/chatkeep'));
}

async function copyrightFile(root: string): Promise<string> {
  const licence = await readFile(join(root, 'LICENSE'), 'utf8');
  return `${licence}\nLicences of the parts that others wrote: Settings, About, in the app, and /opt/Chatkeep/LICENSES.chromium.html.\n`;
}
