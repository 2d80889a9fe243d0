/**
 * A stand-in for Electron's distribution, for machines that cannot download it: the files that the packer expects, and a program with
 * fuses that runs the packed app's own entry in Node. The packer lays it out like the real Electron.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Marks the fuses in Electron's binary (electron/fuses `constants.ts`). */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron 45 ships: nine fuses; run-as-node, options, inspect, file privileges and wasm traps on. */
const SHIPPED_FUSES = '101100011';

/** Locales as Electron names them: enough to see that only the wanted ones are kept. */
const LOCALES = ['en-US', 'en-GB', 'de', 'fr', 'pt-BR', 'sw', 'th', 'zh-CN'];

/** Where the stand-in's program finds the packed app, unpacked: Node reads no archives. */
export const UNPACKED = 'CHATKEEP_STAND_IN_APP';
/** To be put there: starts the app with arguments as Electron gives them. */
export const ENTRY = 'stand-in-entry.mjs';
export const ENTRY_CODE = "process.argv.splice(1, 1);\nawait import('./out/main/electron.js');\n";

/** Makes the stand-in in `folder`. Its program runs the app's entry in Node, with arguments as Electron gives them. */
export async function makeStandInRuntime(folder: string, version: string): Promise<void> {
  await mkdir(join(folder, 'locales'), { recursive: true });
  await mkdir(join(folder, 'resources'), { recursive: true });
  const program = `#!/bin/sh\nexec '${process.execPath}' "$${UNPACKED}/${ENTRY}" "$@"\n`;
  const fuses = Buffer.concat([
    Buffer.from(FUSE_SENTINEL),
    Buffer.from([1, SHIPPED_FUSES.length]),
    Buffer.from(SHIPPED_FUSES),
  ]);
  await writeFile(join(folder, 'electron'), Buffer.concat([Buffer.from(program), fuses]));
  await writeFile(join(folder, 'chrome-sandbox'), '#!/bin/sh\n');
  await chmod(join(folder, 'electron'), 0o755);
  await chmod(join(folder, 'chrome-sandbox'), 0o755);
  await writeFile(join(folder, 'version'), version);
  for (const name of ['icudtl.dat', 'resources.pak', 'LICENSE', 'LICENSES.chromium.html']) {
    await writeFile(join(folder, name), '');
  }
  for (const locale of LOCALES) {
    await writeFile(join(folder, 'locales', `${locale}.pak`), '');
  }
}
