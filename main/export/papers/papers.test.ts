import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_HOOKS } from '../plan/export-types.ts';
import { runExport } from '../run.ts';
import { bagProblems } from '../testing/bag-check.ts';
import { MadeLibrary, photos } from '../testing/made-library.ts';
import { zipEntries } from '../testing/zip-entries.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };

let library: MadeLibrary;
beforeEach(async () => {
  library = await MadeLibrary.open();
});
afterEach(async () => {
  await library.end();
});

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8')) as unknown;

test('JSON and CSV carry the words, the custody says who had what when', async () => {
  await library.nameChat(7, 'Anna');
  await library.add([
    { id: 5, text: '=HYPERLINK("http://evil")', sentAt: 5000, media: [{ id: 51 }] },
    { id: 6, text: 'hello, "you"', sentAt: 6000, mine: true, media: [{ id: 61, kind: 'video' }] },
  ]);
  const { dir } = await runExport(library.options({ sidecars: ['json', 'csv'], csvBom: true }), library.ports, signal);
  expect(await json(join(dir, 'media.json'))).toMatchObject([
    {
      path: 'Anna 7/1970-01-01 000005 51.jpg',
      sha256: createHash('sha256').update('bytes of 51').digest('hex'),
      mediaId: 51,
      kind: 'photo',
      state: 'stored',
      chat: { id: 7, name: 'Anna' },
      message: { id: 5, sentAt: '1970-01-01T00:00:05.000Z', sender: { id: 7, name: 'Anna', me: false } },
    },
    { mediaId: 61, message: { text: 'hello, "you"', sender: { me: true } } },
  ]);
  const csv = await readFile(join(dir, 'media.csv'), 'utf8');
  expect(csv.startsWith('\uFEFFpath,sent_at,')).toBe(true);
  expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(await json(join(dir, 'custody.json'))).toMatchObject({
    format: 'chatkeep-custody',
    export: { layout: expect.stringContaining('{chat}') as string, by: 'chatkeep 0.0.0-test' },
    files: [
      {
        mediaId: 51,
        account: { id: library.accountId, userId: 1, api: 'https://api.example' },
        listedAt: '1970-01-01T00:00:00.001Z',
        fetchedAt: '1970-01-01T00:00:00.002Z',
        exportedBy: 'chatkeep 0.0.0-test',
        method: 'copy',
      },
      { mediaId: 61 },
    ],
  });
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ checked: 6, ok: 6, unlisted: 0, whole: true });
});

test('a sidecar asked for later is added without writing files again', async () => {
  await library.add(photos(2));
  await runExport(library.options(), library.ports, signal);
  const { dir, written } = await runExport(library.options({ sidecars: ['html', 'json'] }), library.ports, signal);
  expect(written).toBe(0);
  expect(await readdir(dir)).toEqual(expect.arrayContaining(['index.html', 'gallery', 'media.json']));
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ checked: 8, ok: 8 });
});

test('papers of a run that was cut before they were written are made by the next', async () => {
  await library.add(photos(2));
  const { dir } = await runExport(library.options(), library.ports, signal);
  await library.add(photos(2, { from: 50 }));
  const stop = new AbortController();
  const cut = runExport(library.options(), library.ports, stop.signal, {
    ...NO_HOOKS,
    onProgress: ({ phase }) => {
      if (phase === 'papers') {
        stop.abort();
      }
    },
  });
  await expect(cut).rejects.toMatchObject({ code: 'interrupted' });
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ checked: 4 });
  expect(await runExport(library.options(), library.ports, signal)).toMatchObject({ written: 0, skipped: 4 });
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ checked: 6, ok: 6 });
});

test('a sidecar that was made once is kept up to date', async () => {
  await library.add(photos(1));
  await runExport(library.options({ bag: true, sidecars: ['json'] }), library.ports, signal);
  await library.add(photos(1, { from: 50 }));
  const { dir } = await runExport(library.options({ bag: true, sidecars: ['csv'] }), library.ports, signal);
  expect(await json(join(dir, 'data', 'media.json'))).toHaveLength(2);
  expect(bagProblems(dir)).toEqual([]);
});

test("somebody's own index.html is not replaced by a gallery unless that is asked for", async () => {
  await library.add(photos(1));
  await mkdir(library.target());
  await writeFile(join(library.target(), 'index.html'), 'mine');
  const options = library.options({ sidecars: ['html'] });
  await expect(runExport(options, library.ports, signal)).rejects.toMatchObject({ code: 'usage' });
  expect(await readdir(library.target())).toEqual(['index.html']);
  await runExport(library.options(), library.ports, signal);
  await expect(runExport(options, library.ports, signal)).rejects.toMatchObject({ code: 'usage' });
  expect(await readFile(join(library.target(), 'index.html'), 'utf8')).toBe('mine');
  await runExport({ ...options, conflict: 'overwrite' }, library.ports, signal);
  expect(await readFile(join(library.target(), 'index.html'), 'utf8')).toContain('<!doctype html>');
});

/** Validators of bags on this machine that are not ours. `sha256sum` takes paths as they stand, as validators older than RFC 8493 do. */
const VALIDATORS = [
  {
    name: 'sha256sum',
    probe: ['--version'],
    args: ['--strict', '--quiet', '-c', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'],
  },
  { name: 'python3', probe: ['-c', 'import bagit'], args: ['-m', 'bagit', '--validate', '.'] },
].map((each) => ({ ...each, has: spawnSync(each.name, each.probe).status === 0 }));

describe.each([{ name: 'our reading of RFC 8493', args: null, has: true }, ...VALIDATORS])(
  'a bag by $name $args',
  ({ name, args, has }) => {
    const check = (dir: string): void => {
      if (args === null) {
        expect(bagProblems(dir)).toEqual([]);
        return;
      }
      const { status, stdout, stderr } = spawnSync(name, args, { cwd: dir, encoding: 'utf8' });
      expect(status, stdout + stderr).toBe(0);
    };

    test('is valid, with papers and odd names, and stays so when it grows', async ({ skip }) => {
      skip(!has, `${name} ${String(args?.join(' '))} is not installed here`);
      await library.nameChat(7, '100%25 Anna\r\n%0A');
      await library.add(photos(3));
      const options = library.options({
        bag: true,
        sidecars: ['json', 'csv', 'html', 'item-json'],
        layout: '%41 {chat}/5% {mediaId}',
      });
      const { dir } = await runExport(options, library.ports, signal);
      const files = await readdir(dir, { recursive: true });
      expect(files).toContain(join('data', '_41 100_25 Anna _0A', '5_ 1001.jpg'));
      expect(files.filter((name) => /[%\r\n]/.test(name))).toEqual([]);
      check(dir);
      expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
      await library.add(photos(2, { from: 50 }));
      expect(await runExport(options, library.ports, signal)).toMatchObject({ written: 2, skipped: 3 });
      check(dir);
    });
  },
);

describe('the validator', () => {
  test('takes a bag of nothing', async () => {
    const { dir } = await runExport(library.options({ bag: true }), library.ports, signal);
    expect(bagProblems(dir)).toEqual([]);
  });

  test('sees a changed byte, a lost and an extra file', async () => {
    await library.add(photos(2));
    const { dir } = await runExport(library.options({ bag: true, layout: '{mediaId}' }), library.ports, signal);
    await writeFile(join(dir, 'data', 'extra.jpg'), 'x');
    await writeFile(join(dir, 'data', '1001.jpg'), 'bytes of 1OO1');
    await rm(join(dir, 'data', '1002.jpg'));
    expect(bagProblems(dir)).toHaveLength(4);
  });
});

describe('a zip', () => {
  test('holds every file with its bytes, the papers and a manifest; run again leaves it', async () => {
    await library.add(photos(3));
    const options = library.options({ zip: true, sidecars: ['json'], layout: '{mediaId}' });
    const { dir, written } = await runExport(options, library.ports, signal);
    expect(written).toBe(3);
    const entries = zipEntries(join(dir, 'export.zip'));
    expect([...entries.keys()].sort()).toEqual([
      '1001.jpg',
      '1002.jpg',
      '1003.jpg',
      'custody.json',
      'manifest-sha256.txt',
      'media.json',
      'not-exported.csv',
    ]);
    expect(entries.get('1002.jpg')?.toString()).toBe('bytes of 1002');
    expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ checked: 1, ok: 1, unlisted: 0, whole: true });
    const before = await stat(join(dir, 'export.zip'));
    expect(await runExport(options, library.ports, signal)).toMatchObject({ written: 0, skipped: 3 });
    expect((await stat(join(dir, 'export.zip'))).mtimeMs).toBe(before.mtimeMs);
    await library.add(photos(1, { from: 50 }));
    await runExport(options, library.ports, signal);
    expect(zipEntries(join(dir, 'export.zip')).size).toBe(8);
  });

  test('is split by size, each part a whole zip; a damaged file is left out and told', async () => {
    await library.add(
      Array.from({ length: 4 }, (_unused, index) => ({
        id: index + 1,
        media: [{ id: 11 + index, bytes: Buffer.alloc(3000, index) }],
      })),
    );
    await writeFile(library.stored(Buffer.alloc(3000, 2)), Buffer.alloc(3000, 9));
    const options = library.options({ zip: true, zipBytes: 8000, layout: '{mediaId}' });
    const answer = await runExport(options, library.ports, signal);
    expect(answer).toMatchObject({ written: 3, failed: 1 });
    const names = (await readdir(answer.dir)).filter((name) => name.endsWith('.zip')).sort();
    expect(names).toEqual(['export-1.zip', 'export-2.zip']);
    const files = names.flatMap((name) => [...zipEntries(join(answer.dir, name)).keys()]);
    expect(files.filter((name) => name.endsWith('.jpg')).sort()).toEqual(['11.jpg', '12.jpg', '14.jpg']);
  });

  test('a bag in a zip is a bag', async () => {
    await library.add(photos(2));
    const { dir } = await runExport(
      library.options({ zip: true, bag: true, layout: '{mediaId}' }),
      library.ports,
      signal,
    );
    expect([...zipEntries(join(dir, 'export.zip')).keys()].sort()).toEqual([
      'bag-info.txt',
      'bagit.txt',
      'custody.json',
      'data/1001.jpg',
      'data/1002.jpg',
      'data/not-exported.csv',
      'manifest-sha256.txt',
      'tagmanifest-sha256.txt',
    ]);
  });

  test('never replaces a zip that is not its own', async () => {
    await library.add(photos(1));
    await runExport(library.options({ layout: '{mediaId}', zip: true }), library.ports, signal);
    const other = library.target('other');
    await mkdir(other);
    await writeFile(join(other, 'export.zip'), 'mine');
    await expect(
      runExport(library.options({ layout: '{mediaId}', zip: true, dir: other }), library.ports, signal),
    ).rejects.toMatchObject({ code: 'usage' });
    expect(await readFile(join(other, 'export.zip'), 'utf8')).toBe('mine');
  });
});
