import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExportFailure, ExportNotice } from '../contract/export-shapes.ts';
import { NO_HOOKS } from './plan/export-types.ts';
import { runExport } from './run.ts';
import { MadeLibrary, photos } from './testing/made-library.ts';
import { verifyExport } from './proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };

let library: MadeLibrary;
beforeEach(async () => {
  library = await MadeLibrary.open();
});
afterEach(async () => {
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

describe('an export', () => {
  test('puts every stored file into its place, with the time it was sent, and proves it', async () => {
    await library.nameChat(7, 'Anna');
    await library.add([
      { id: 1, sentAt: Date.UTC(2025, 5, 1, 4, 3, 2), media: [{ id: 11 }, { id: 12, kind: 'video' }] },
      {
        id: 2,
        media: [
          { id: 21, state: 'locked' },
          { id: 22, bytes: null },
        ],
      },
    ]);
    const answer = await runExport(library.options(), library.ports, signal);
    expect(answer).toMatchObject({
      planned: 2,
      written: 2,
      copied: 2,
      linked: 0,
      failed: 0,
      unavailable: 2,
      bytes: 22,
    });
    const photo = join(answer.dir, 'Anna 7', '2025-06-01 040302 11.jpg');
    expect(await readFile(photo, 'utf8')).toBe('bytes of 11');
    expect((await stat(photo)).mtimeMs).toBe(Date.UTC(2025, 5, 1, 4, 3, 2));
    expect(await filesIn(answer.dir)).toEqual([
      'Anna 7/2025-06-01 040302 11.jpg',
      'Anna 7/2025-06-01 040302 12.mp4',
      'custody.json',
      'manifest-sha256.txt',
      'not-exported.csv',
    ]);
    expect(await verifyExport(answer.dir, signal, QUIET)).toMatchObject({
      checked: 4,
      ok: 4,
      unlisted: 0,
      whole: true,
    });
  });

  test('run again writes nothing when nothing is new', async () => {
    await library.add(photos(40));
    const first = await runExport(library.options(), library.ports, signal);
    const before = await stat(join(first.dir, 'manifest-sha256.txt'));
    const second = await runExport(library.options(), library.ports, signal);
    expect(second).toMatchObject({ job: first.job, planned: 40, written: 0, skipped: 40, failed: 0 });
    expect((await stat(join(first.dir, 'manifest-sha256.txt'))).mtimeMs).toBe(before.mtimeMs);
  });

  test('run again adds what is new and brings back what is missing, under the same names', async () => {
    await library.add(photos(5));
    const { dir } = await runExport(library.options({ layout: '{chat}/{counter|pad:3}' }), library.ports, signal);
    expect(await filesIn(dir)).toContain('chat/005.jpg');
    await rm(join(dir, 'chat', '002.jpg'));
    // Older than all others: their numbers stay.
    await library.add([{ id: 900, sentAt: 1, media: [{ id: 90 }] }]);
    const again = await runExport(library.options({ layout: '{chat}/{counter|pad:3}' }), library.ports, signal);
    expect(again).toMatchObject({ planned: 6, written: 2, skipped: 4 });
    expect(await readFile(join(dir, 'chat', '006.jpg'), 'utf8')).toBe('bytes of 90');
    expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ ok: 8, missing: 0, changed: 0 });
  });

  test('an item that becomes available later is added by a later run', async () => {
    await library.add([{ id: 1, media: [{ id: 11, bytes: null }, { id: 12 }] }]);
    expect(await runExport(library.options(), library.ports, signal)).toMatchObject({ written: 1, unavailable: 1 });
    await library.add([{ id: 1, media: [{ id: 11 }, { id: 12 }] }]);
    expect(await runExport(library.options(), library.ports, signal)).toMatchObject({ written: 1, unavailable: 0 });
  });

  test('a filter, exceptions and a list of items choose what goes', async () => {
    await library.add([...photos(3), ...photos(3, { from: 50, chat: 8 })]);
    const filter = { ...library.options().selection.filter, chatIds: [8] };
    const ref = (mediaId: number): { accountId: number; mediaId: number } => ({
      accountId: library.accountId,
      mediaId,
    });
    const only8 = library.options({
      dir: library.target('a'),
      selection: { filter, spans: null, include: [], exclude: [ref(1051)] },
    });
    expect(await runExport(only8, library.ports, signal)).toMatchObject({ planned: 2 });
    const listed = library.options({
      dir: library.target('b'),
      selection: { filter, spans: [], include: [ref(1001), ref(1050)], exclude: [] },
    });
    expect(await runExport(listed, library.ports, signal)).toMatchObject({ planned: 2, written: 2 });
  });

  test('a template that puts everything on one name gives each its own', async () => {
    await library.add(photos(6));
    const { dir } = await runExport(library.options({ layout: 'same' }), library.ports, signal);
    expect((await filesIn(dir)).filter((path) => path.endsWith('.jpg'))).toEqual([
      'same.jpg',
      ...[1002, 1003, 1004, 1005, 1006].map((id) => `same~${String(id)}.jpg`),
    ]);
    expect(await runExport(library.options({ layout: 'same' }), library.ports, signal)).toMatchObject({ skipped: 6 });
  });

  test('names of dots, slashes, emoji and direction marks stay in the folder', async () => {
    await library.nameChat(7, '../../..');
    await library.nameChat(8, '\u202Ea/b\\c\u0000 😀. ');
    await library.add([...photos(1), ...photos(1, { from: 50, chat: 8 })]);
    const { dir } = await runExport(library.options({ layout: '{chat}/{mediaId}' }), library.ports, signal);
    expect((await filesIn(dir)).filter((path) => path.endsWith('.jpg'))).toEqual([
      '__.._/1001.jpg',
      'a_b_c 😀/1050.jpg',
    ]);
  });

  test('the folder may be moved: the same command with its new place goes on there', async () => {
    await library.add(photos(3));
    const { dir, job } = await runExport(library.options(), library.ports, signal);
    await rename(dir, library.target('moved'));
    const again = await runExport(library.options({ dir: library.target('moved') }), library.ports, signal);
    expect(again).toMatchObject({ job, written: 0, skipped: 3 });
  });
});

describe('bytes', () => {
  test.each([
    ['all at once', 0xef53],
    ['file by file', 0x6969],
  ])('a target that is synced %s holds the same', async (_how, type) => {
    await library.add(photos(3));
    const ports = {
      ...library.ports,
      platform: 'linux' as const,
      statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type }),
    };
    const { dir } = await runExport(library.options({ layout: '{mediaId}' }), ports, signal);
    expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ ok: 5, missing: 0, changed: 0 });
    expect(await readdir(join(dir, '.chatkeep-export'))).toEqual(['export.json']);
  });

  test('where the system keeps the time a file was made, it is that of its message too', async ({ skip }) => {
    skip(process.platform !== 'darwin', 'only macOS moves it back with the time of change');
    await library.add([{ id: 1, sentAt: Date.UTC(2020, 0, 1), media: [{ id: 11 }] }]);
    const { dir } = await runExport(library.options({ layout: '{mediaId}' }), library.ports, signal);
    expect((await stat(join(dir, '11.jpg'))).birthtimeMs).toBe(Date.UTC(2020, 0, 1));
  });

  test('a damaged or lost file of the library is reported, never exported', async () => {
    await library.add(photos(3));
    await writeFile(library.stored('bytes of 1001'), 'bytes of 1OO1');
    await rm(library.stored('bytes of 1002'));
    const failures: ExportFailure[] = [];
    const answer = await runExport(library.options(), library.ports, signal, {
      ...NO_HOOKS,
      onFailure: (failure) => failures.push(failure),
    });
    expect(answer).toMatchObject({ planned: 3, written: 1, failed: 2 });
    expect(failures.map(({ mediaId, reason }) => [mediaId, reason])).toEqual([
      [1001, 'damaged'],
      [1002, 'missing'],
    ]);
    expect((await filesIn(answer.dir)).filter((path) => path.endsWith('.jpg'))).toHaveLength(1);
    // Repaired: the next run writes them.
    await writeFile(library.stored('bytes of 1001'), 'bytes of 1001');
    await writeFile(library.stored('bytes of 1002'), 'bytes of 1002');
    expect(await runExport(library.options(), library.ports, signal)).toMatchObject({ written: 2, failed: 0 });
  });

  test.each(['copy', 'hardlink'] as const)('a damaged file is noticed with %s too', async (how) => {
    await library.add(photos(1));
    await writeFile(library.stored('bytes of 1001'), 'bytes of 1OO1');
    expect(await runExport(library.options({ link: how }), library.ports, signal)).toMatchObject({
      failed: 1,
      written: 0,
    });
  });

  test('auto never shares an inode with the library; hard links do, and say so', async () => {
    await library.add(photos(1));
    const source = await stat(library.stored('bytes of 1001'));
    const auto = await runExport(library.options({ link: 'auto', layout: '{mediaId}' }), library.ports, signal);
    expect((await stat(join(auto.dir, '1001.jpg'))).ino).not.toBe(source.ino);
    const notices: ExportNotice[] = [];
    const linked = await runExport(
      library.options({ link: 'hardlink', layout: '{mediaId}', dir: library.target('linked') }),
      library.ports,
      signal,
      { ...NO_HOOKS, onNotice: (notice) => notices.push(notice) },
    );
    expect(linked).toMatchObject({ written: 1, linked: 1, copied: 0 });
    expect((await stat(join(linked.dir, '1001.jpg'))).ino).toBe(source.ino);
    expect((await stat(library.stored('bytes of 1001'))).mtimeMs).toBe(source.mtimeMs);
    expect(notices).toEqual([{ is: 'method', method: 'hardlink' }, { is: 'shared' }]);
    const again = library.options({ link: 'hardlink', layout: '{mediaId}', dir: library.target('linked') });
    expect(await runExport(again, library.ports, signal)).toMatchObject({ written: 0, skipped: 1 });
  });

  test('an exported file that is edited leaves the library as it was', async () => {
    await library.add(photos(1));
    const { dir } = await runExport(library.options({ layout: '{mediaId}', link: 'auto' }), library.ports, signal);
    await writeFile(join(dir, '1001.jpg'), 'scribbled');
    expect(await readFile(library.stored('bytes of 1001'), 'utf8')).toBe('bytes of 1001');
  });
});

describe('interrupting', () => {
  test('a cancelled run leaves whole files only and goes on later', async () => {
    await library.add(photos(120));
    const stop = new AbortController();
    const run = runExport(library.options(), library.ports, stop.signal, {
      ...NO_HOOKS,
      onProgress: ({ phase }) => {
        if (phase === 'writing') {
          stop.abort();
        }
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
    const again = await runExport(library.options(), library.ports, signal);
    expect(again.written + again.skipped).toBe(120);
    expect(await verifyExport(again.dir, signal, QUIET)).toMatchObject({ ok: 122, missing: 0, changed: 0 });
    expect(await readdir(join(again.dir, '.chatkeep-export'))).toEqual(['export.json']);
  });

  test('a paused run waits between batches and ends when it goes on', async () => {
    await library.add(photos(5));
    const going = Promise.withResolvers<undefined>();
    let asked = 0;
    const run = runExport(library.options(), library.ports, signal, {
      ...NO_HOOKS,
      whenGoing: async () => {
        asked += 1;
        await going.promise;
      },
    });
    while (asked === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await filesIn(library.target())).toEqual([]);
    going.resolve(undefined);
    expect(await run).toMatchObject({ written: 5 });
  });

  test('a target removed in the middle ends the run with words; the next one makes it anew', async () => {
    await library.add(photos(30));
    let gone = false;
    const run = runExport(library.options(), library.ports, signal, {
      ...NO_HOOKS,
      whenGoing: async () => {
        if (!gone) {
          gone = true;
          await rm(library.target(), { recursive: true });
        }
      },
    });
    await expect(run).rejects.toMatchObject({
      code: 'target_unusable',
      message: expect.stringContaining('gone') as string,
    });
    expect(await runExport(library.options(), library.ports, signal)).toMatchObject({ written: 30 });
  });
});
