/** Targets that cannot take an export, and folders that are none any more: each has a defined answer. */
import { chmod, link, lstat, mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NO_HOOKS } from '../plan/export-types.ts';
import type { ExportFailure } from '../../contract/export-shapes.ts';
import { runExport } from '../run.ts';
import { MadeLibrary, photos } from '../testing/made-library.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };

let library: MadeLibrary;
/** Three photos; each test exports into folders of its own. */
beforeAll(async () => {
  library = await MadeLibrary.open();
  await library.add(photos(3));
});
let number = 0;
beforeEach(() => {
  number += 1;
  library.out = `out-${String(number)}`;
});
afterAll(async () => {
  await library.end();
});

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .filter((path) => !path.startsWith('.chatkeep-export'))
    .sort();
}

describe('a bad target', () => {
  test.each([
    ['the library', (): string => library.root],
    ['a folder in the library', (): string => join(library.root, 'files', 'x')],
  ])('%s is refused', async (_what, dir) => {
    await expect(runExport(library.options({ dir: dir() }), library.ports, signal)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('lies in the library') as string,
    });
  });

  test('a link into the library is refused', async () => {
    await symlink(join(library.root, 'files'), library.target('way'));
    const options = library.options({ dir: join(library.target('way'), 'sub') });
    await expect(runExport(options, library.ports, signal)).rejects.toMatchObject({ code: 'usage' });
  });

  test('a file, and a folder below a file, are refused', async () => {
    await writeFile(library.target('file'), '');
    for (const dir of [library.target('file'), join(library.target('file'), 'sub')]) {
      await expect(runExport(library.options({ dir }), library.ports, signal)).rejects.toMatchObject({ code: 'usage' });
    }
  });

  test('a folder that may not be written is refused', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may write everywhere');
    await mkdir(library.target());
    await chmod(library.target(), 0o500);
    await expect(runExport(library.options(), library.ports, signal)).rejects.toMatchObject({ code: 'usage' });
  });

  test('a folder with another layout, shape or library is refused', async () => {
    await runExport(library.options(), library.ports, signal);
    const refused = (options: Parameters<typeof library.options>[0], words: string): Promise<void> =>
      expect(runExport(library.options(options), library.ports, signal)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(words) as string,
      });
    await refused({ layout: 'flat' }, 'another layout');
    await refused({ bag: true }, 'another shape');
    await expect(runExport(library.options(), { ...library.ports, libraryId: 'other' }, signal)).rejects.toMatchObject({
      message: expect.stringContaining('another library') as string,
    });
    await writeFile(join(library.target(), '.chatkeep-export', 'export.json'), '{');
    await refused({}, 'cannot be read');
  });

  test('a target without room is refused before anything is written', async () => {
    const ports = {
      ...library.ports,
      statFs: () => Promise.resolve({ bavail: 10, bsize: 4096, blocks: 1e9, type: 0xef53 }),
    };
    await expect(runExport(library.options(), ports, signal)).rejects.toMatchObject({ code: 'disk_full' });
    expect(await filesIn(library.target())).toEqual([]);
  });

  test('an unknown token is refused before anything is made', async () => {
    await expect(runExport(library.options({ layout: '{nobody}' }), library.ports, signal)).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(lstat(library.target())).rejects.toThrow('ENOENT');
  });

  test('FAT: no path too long, no file too large', async () => {
    await library.nameChat(7, 'x'.repeat(300));
    const ports = {
      ...library.ports,
      platform: 'linux' as const,
      statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type: 0x4d44 }),
    };
    const { dir, written } = await runExport(library.options({ layout: '{chat}/{chat}/{mediaId}' }), ports, signal);
    expect(written).toBe(3);
    const paths = (await filesIn(dir)).filter((each) => each.endsWith('.jpg'));
    expect(Math.max(...paths.map((path) => path.length))).toBeLessThanOrEqual(242);
  });

  test('a path that cannot be made short enough fails alone', async () => {
    const deep = Array.from({ length: 60 }, () => 'folder').join('/');
    const ports = {
      ...library.ports,
      platform: 'linux' as const,
      statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type: 0x4d44 }),
    };
    const failures: ExportFailure[] = [];
    const answer = await runExport(library.options({ layout: `${deep}/{mediaId}` }), ports, signal, {
      ...NO_HOOKS,
      onFailure: (failure) => failures.push(failure),
    });
    expect(answer).toMatchObject({ planned: 3, written: 0, failed: 3 });
    expect(failures.map(({ mediaId, reason }) => [mediaId, reason])).toEqual(
      [1001, 1002, 1003].map((id) => [id, 'too_long']),
    );
  });
});

describe('verify', () => {
  test('tells what is missing and what was changed', async () => {
    const { dir } = await runExport(library.options({ layout: '{mediaId}' }), library.ports, signal);
    await rm(join(dir, '1001.jpg'));
    await writeFile(join(dir, '1002.jpg'), 'bytes of 1OO2');
    const problems: string[][] = [];
    const check = await verifyExport(dir, signal, {
      ...QUIET,
      onProblem: (path, problem) => problems.push([path, problem]),
    });
    expect(check).toEqual({ checked: 5, ok: 3, missing: 1, changed: 1, unlisted: 0, whole: false });
    expect(problems.sort()).toEqual([
      ['1001.jpg', 'missing'],
      ['1002.jpg', 'changed'],
    ]);
  });

  test.each([
    ['no folder', async (): Promise<string> => Promise.resolve(library.target('nothing'))],
    [
      'a folder without a manifest',
      async (): Promise<string> => {
        await mkdir(library.target('empty'));
        return library.target('empty');
      },
    ],
    [
      'a manifest that is none',
      async (): Promise<string> => {
        await mkdir(library.target('odd'));
        await writeFile(join(library.target('odd'), 'manifest-sha256.txt'), 'hello\n');
        return library.target('odd');
      },
    ],
  ])('%s is wrong usage', async (_what, make) => {
    await expect(verifyExport(await make(), signal, QUIET)).rejects.toMatchObject({ code: 'usage' });
  });

  test('times and links of files do not matter to it', async () => {
    const { dir } = await runExport(library.options({ layout: '{mediaId}' }), library.ports, signal);
    await utimes(join(dir, '1001.jpg'), 5, 5);
    await link(join(dir, '1001.jpg'), join(dir, 'more.jpg'));
    expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ ok: 5, changed: 0 });
  });
});
