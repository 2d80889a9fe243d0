import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { configDir, defaultLibraryDir } from './library-dirs.ts';
import { openLibrary } from './library.ts';
import { looksLikeNetwork } from './network-path.ts';
import { filesBelow } from '../testing/test-library.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'library-'));
});
afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

async function code(promise: Promise<unknown>): Promise<string> {
  const fault = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (fault instanceof AppError && fault.hint !== '') {
    return fault.code;
  }
  throw new Error('no error for people', { cause: fault });
}

describe('opening a library', () => {
  test('one is made where the folder is missing, and found again with the same id', async () => {
    const dir = join(base, 'a', 'b');
    const made = await openLibrary(dir, { create: true, now: () => Date.UTC(2026, 0, 2) });
    expect(made).toMatchObject({ root: dir, schema: 1, created: true, createdAt: '2026-01-02T00:00:00.000Z' });
    expect(await openLibrary(dir, { create: true })).toEqual({ ...made, created: false });
    expect(JSON.parse(await readFile(join(dir, 'library.json'), 'utf8'))).toMatchObject({
      format: 'chatkeep-library',
      id: made.id,
    });
    expect(await filesBelow(dir)).toEqual(['library.json']);
  });

  test('one is made on a fresh drive, whatever the system put there', async () => {
    await mkdir(join(base, 'lost+found'));
    await writeFile(join(base, '.DS_Store'), '');
    expect((await openLibrary(base, { create: true })).created).toBe(true);
  });

  test('without leave to make one, nothing is made', async () => {
    expect(await code(openLibrary(join(base, 'new'), { create: false }))).toBe('library_not_one');
    expect(await filesBelow(base)).toEqual([]);
  });

  test('a folder with other things in it is not one, and stays as it was', async () => {
    await writeFile(join(base, 'thesis.doc'), 'x');
    expect(await code(openLibrary(base, { create: true }))).toBe('library_not_one');
    expect(await filesBelow(base)).toEqual(['thesis.doc']);
  });

  test('a file is not one', async () => {
    await writeFile(join(base, 'file'), 'x');
    expect(await code(openLibrary(join(base, 'file'), { create: true }))).toBe('library_not_one');
  });

  test('a newer schema is refused', async () => {
    await openLibrary(base, { create: true });
    const path = join(base, 'library.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"schema": 1', '"schema": 2'));
    expect(await code(openLibrary(base, { create: true }))).toBe('library_newer');
  });

  test.each(['', '{"format":', '[]', '{"format":"other","id":"x","schema":1,"createdAt":"x"}'])(
    'a marker that reads %j is damaged, and is not replaced',
    async (text) => {
      await writeFile(join(base, 'library.json'), text);
      expect(await code(openLibrary(base, { create: true }))).toBe('library_damaged');
      expect(await readFile(join(base, 'library.json'), 'utf8')).toBe(text);
    },
  );

  test.runIf(process.platform === 'linux')('a place where nobody can write is unwritable', async () => {
    expect(await code(openLibrary('/proc/chatkeep-library', { create: true }))).toBe('library_unwritable');
  });

  // Root may write everywhere.
  test.skipIf(process.getuid?.() === 0)('a library that became read-only is unwritable', async () => {
    await openLibrary(base, { create: true });
    await chmod(base, 0o500);
    expect(await code(openLibrary(base, { create: true }))).toBe('library_unwritable');
    await chmod(base, 0o700);
  });

  test('a network drive is reported and opened all the same', async () => {
    const told: string[] = [];
    await openLibrary(base, {
      create: true,
      isNetworkPath: () => Promise.resolve(true),
      onNetworkPath: (root) => told.push(root),
    });
    await openLibrary(base, { create: true, onNetworkPath: (root) => told.push(root) });
    expect(told).toEqual([base]);
  });
});

test('network drives are known by path on Windows and by file system on Linux', () => {
  expect(looksLikeNetwork('\\\\server\\share\\x', 'win32', null)).toBe(true);
  expect(looksLikeNetwork('\\\\?\\UNC\\server\\share', 'win32', null)).toBe(true);
  expect(looksLikeNetwork('\\\\?\\C:\\x', 'win32', null)).toBe(false);
  expect(looksLikeNetwork('C:\\x', 'win32', null)).toBe(false);
  expect(looksLikeNetwork('/mnt/x', 'linux', 0x6969)).toBe(true);
  expect(looksLikeNetwork('/mnt/x', 'linux', 0xff534d42 | 0)).toBe(true);
  expect(looksLikeNetwork('/mnt/x', 'linux', 0xef53)).toBe(false);
});

describe('folders by platform', () => {
  test.each([
    ['linux', { HOME: '/home/a' }, '/home/a/.local/share/chatkeep', '/home/a/.config/chatkeep'],
    ['linux', { HOME: '/home/a', XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c' }, '/d/chatkeep', '/c/chatkeep'],
    [
      'linux',
      { HOME: '/home/a', XDG_DATA_HOME: 'd', XDG_CONFIG_HOME: '' },
      '/home/a/.local/share/chatkeep',
      '/home/a/.config/chatkeep',
    ],
    [
      'darwin',
      { HOME: '/Users/a' },
      '/Users/a/Library/Application Support/Chatkeep/Library',
      '/Users/a/Library/Application Support/Chatkeep/Config',
    ],
    ['win32', { APPDATA: 'C:\\R', LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\Chatkeep\\Library', 'C:\\R\\Chatkeep'],
    [
      'win32',
      { USERPROFILE: 'C:\\a' },
      'C:\\a\\AppData\\Local\\Chatkeep\\Library',
      'C:\\a\\AppData\\Roaming\\Chatkeep',
    ],
  ] as const)('%s with %j', (platform, env, data, config) => {
    expect(defaultLibraryDir(platform, env)).toBe(data);
    expect(configDir(platform, env)).toBe(config);
  });

  test('without a home the person is asked for a folder', () => {
    expect(() => defaultLibraryDir('linux', {})).toThrow(AppError);
    expect(() => configDir('win32', {})).toThrow(AppError);
  });
});
