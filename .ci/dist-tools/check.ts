/**
 * `npm run dist:check`: packs as a release does, against a stand-in for Electron, and looks at what came out. The build must be there.
 * With a folder (`dist/linux-unpacked`) it looks at what was packed there. One line a check; exit code 1 when something is wrong.
 */
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { FONT_FILES } from '../../main/export/pdf/faces.ts';
import { findRealElectron } from '../../renderer/e2e/electron/setup.ts';
import { APP_BUDGET, linuxRules, listProblems, size } from './inspect/allow-list.ts';
import { fuseProblems } from './inspect/fuses.ts';
import { archiveProblems, packedFiles, readArchive } from './inspect/packed-files.ts';
import { secretProblems } from './inspect/secrets.ts';
import { prepare } from './prepare.ts';
import { run, runWell } from './run.ts';
import { shippedParts } from './shipped.ts';
import { ENTRY, ENTRY_CODE, makeStandInRuntime } from './stand-in-runtime.ts';
import { useInstalled } from './use-installed.ts';

const root = resolve(import.meta.dirname, '../..');
const packageSchema = z.object({ version: z.string() });
const readVersion = async (folder: string): Promise<string> =>
  packageSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).version;

/** Of an unpacked Electron, such as `33.4.11`. */
const versionOf = async (electron: string): Promise<string> =>
  (await readFile(join(electron, 'version'), 'utf8')).trim().replace(/^v/, '');
const major = (version: string): number => Number.parseInt(version, 10);

let failed = 0;
async function check(name: string, work: () => Promise<readonly string[]>): Promise<void> {
  const begun = performance.now();
  const problems = await work().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  for (const problem of problems.slice(0, 30)) {
    console.log(`     ${problem}`);
  }
  if (problems.length > 30) {
    console.log(`     and ${String(problems.length - 30)} more`);
  }
  failed += problems.length === 0 ? 0 : 1;
}

const [given] = process.argv.slice(2);
if (given !== undefined) {
  await inspect(resolve(given));
} else if (process.platform !== 'linux') {
  console.log(
    'SKIPPED: what is packed is looked at on Linux; on this system the release workflow starts the real program (--smoke).',
  );
} else {
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-dist-'));
  try {
    await checkLinux(folder);
    await checkOnElectron(join(folder, 'electron'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed === 0 ? 0 : 1;

async function checkLinux(folder: string): Promise<void> {
  const version = await readVersion(root);
  const packed = join(folder, 'dist/linux-unpacked');
  const unpackedApp = join(folder, 'app');
  await check('packs', async () => {
    await access(join(root, 'out/renderer/index.html'));
    await prepare(root, version, 0);
    await pack(folder);
    return [];
  });
  if (failed > 0) {
    return;
  }
  await inspect(packed);
  await check('loads every dependency; database and pictures work', async () => {
    const { extractAll } = await import('@electron/asar');
    extractAll(join(packed, 'resources/app.asar'), unpackedApp);
    await writeFile(join(unpackedApp, ENTRY), ENTRY_CODE);
    // Beside the packed modules, so that they and no others are found.
    await writeFile(join(unpackedApp, 'use-modules.mjs'), useModules(await dependencies(unpackedApp)));
    await runWell(process.execPath, [join(unpackedApp, 'use-modules.mjs')]);
    return [];
  });
  await check('syncs, verifies and exports by its command', () =>
    useInstalled(join(packed, 'resources/bin/chatkeep'), join(folder, 'home'), version, unpackedApp),
  );
}

/** The same sources packed with real Electron, where there is one: the fuses hold, and the packed program starts, answers and syncs. */
async function checkOnElectron(folder: string): Promise<void> {
  const found = findRealElectron(process);
  if ('missing' in found) {
    console.log(`SKIPPED: nothing was packed with real Electron and started: ${found.missing}.`);
    return;
  }
  const version = await readVersion(root);
  const packed = join(folder, 'dist/linux-unpacked');
  const program = join(packed, 'chatkeep');
  await mkdir(folder);
  await check('packs with real Electron', async () => {
    await build(folder, dirname(found.binary));
    return [];
  });
  const [ships, runs] = [
    await readVersion(join(root, 'node_modules/electron')),
    await versionOf(dirname(found.binary)),
  ];
  await check(`has its fuses set in real Electron (${runs})`, () =>
    fuseProblems(
      program,
      major(runs) < major(ships)
        ? (name) => console.log(`NOTE Electron ${runs} has no fuse ${name}; Electron ${ships}, which ships, has it.`)
        : undefined,
    ),
  );
  await check('tells its version as a command, in real Electron', async () => {
    const said = (await runWell(program, ['--cli', '--', '--version'])).trim();
    return said === version ? [] : [`It said ${said}.`];
  });
  await check('starts in real Electron (--smoke)', async () => {
    const { code, stdout, stderr } = await run(program, ['--smoke']);
    return code === 0 && stdout.includes('"smoke":"ok"') ? [] : [`It ended with ${String(code)}.`, stdout, stderr];
  });
  await check('syncs, verifies and exports in real Electron', () =>
    useInstalled(join(packed, 'resources/bin/chatkeep'), join(folder, 'home'), version),
  );
}

/** The static checks of a package: files, secrets, fuses, hashes. */
async function inspect(packed: string): Promise<void> {
  const files = await packedFiles(packed);
  await check('holds what it should and nothing else', async () => {
    const packages = (await shippedParts(root)).filter(({ where }) => where === 'app').map(({ name }) => name);
    const arch = process.arch;
    const own = files.filter(({ path }) => path.startsWith('resources/') && !path.includes('.asar/'));
    console.log(`     everything but Electron: ${size(own.reduce((sum, { bytes }) => sum + bytes, 0))}`);
    return listProblems(files, linuxRules(arch, packages), APP_BUDGET);
  });
  await check('holds no secrets, leftovers or paths of this machine', () =>
    secretProblems(files, { checkout: root, home: homedir() }),
  );
  await check('has its fuses set', () => fuseProblems(join(packed, 'chatkeep')));
  await check('has an archive that is what its hashes say', async () => {
    const archive = join(packed, 'resources/app.asar');
    return await archiveProblems(readArchive(await readFile(archive)), (path) =>
      readFile(join(`${archive}.unpacked`, path)),
    );
  });
}

/** The builder with this project's own configuration; only where it writes and Electron are others. */
async function pack(folder: string): Promise<void> {
  const runtime = join(folder, 'runtime');
  await mkdir(runtime);
  await makeStandInRuntime(runtime, await readVersion(join(root, 'node_modules/electron')));
  await build(folder, runtime);
}

async function build(folder: string, electronDist: string): Promise<void> {
  await runWell(process.execPath, [
    join(root, 'node_modules/electron-builder/cli.js'),
    '--linux',
    '--dir',
    '--publish=never',
    `-c.electronDist=${electronDist}`,
    `-c.directories.output=${join(folder, 'dist')}`,
  ]);
}

async function dependencies(app: string): Promise<string[]> {
  const schema = z.object({ dependencies: z.record(z.string(), z.string()) });
  const all = Object.keys(schema.parse(JSON.parse(await readFile(join(app, 'package.json'), 'utf8'))).dependencies);
  return all.filter((name) => !Object.values(FONT_FILES).some((path) => path.startsWith(`${name}/`)));
}

/** Loads everything that the app imports by name, and finds its fonts; opens a database, and makes a small picture smaller. */
function useModules(names: readonly string[]): string {
  return `
    import { createRequire } from 'node:module';
    ${names.map((name) => `import ${JSON.stringify(name)};`).join('\n')}
    import Database from 'better-sqlite3';
    import startVips from 'wasm-vips';
    ${JSON.stringify(Object.values(FONT_FILES))}.forEach(createRequire(import.meta.url).resolve);
    const db = new Database(':memory:');
    const { sum } = db.prepare('SELECT 40 + 2 AS sum').get();
    db.close();
    const vips = await startVips({ dynamicLibraries: ['vips-heif.wasm', 'vips-resvg.wasm'] });
    const red = vips.Image.black(8, 8).thumbnailImage(4).writeToBuffer('.webp');
    const { width } = vips.Image.newFromBuffer(red);
    if (sum !== 42 || width !== 4) {
      throw new Error('A native module answers wrongly.');
    }
    process.exit();`;
}
