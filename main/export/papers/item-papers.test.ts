/** What a person has said of items, what messages said before, and a paper beside each file. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAVOURITE } from '../../contract/browse-shapes.ts';
import { NO_HOOKS } from '../plan/export-types.ts';
import type { ExportFailure } from '../../contract/export-shapes.ts';
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

async function mark(mediaId: number, labelId: number): Promise<void> {
  await library.index.write.applyLabel({
    selection: {
      filter: library.options().selection.filter,
      spans: [],
      include: [{ accountId: library.accountId, mediaId }],
      exclude: [],
    },
    labelId,
    on: true,
    at: 5,
  });
}

test('favourites, labels, notes and earlier texts are in JSON, CSV, HTML and custody', async () => {
  await library.add([
    { id: 1, text: 'first words', media: [{ id: 11 }] },
    { id: 2, media: [{ id: 21 }] },
  ]);
  await library.add([{ id: 1, text: 'second words', media: [{ id: 11 }] }]);
  const work = await library.index.write.saveLabel({ id: null, name: 'Work', at: 5 });
  const court = await library.index.write.saveLabel({ id: null, name: 'Court <b>', at: 5 });
  await mark(11, work?.id ?? 0);
  await mark(11, court?.id ?? 0);
  await mark(11, FAVOURITE);
  await library.index.write.setNote({
    accountId: library.accountId,
    mediaId: 11,
    text: '=1+1, "seen"\nby counsel',
    at: 5,
  });
  const { dir } = await runExport(
    library.options({ sidecars: ['json', 'csv', 'html', 'item-json'], layout: '{label}/{mediaId}' }),
    library.ports,
    signal,
  );
  const said = {
    favourite: true,
    labels: ['Court <b>', 'Work'],
    note: '=1+1, "seen"\nby counsel',
    message: { text: 'second words', edits: [{ until: '1970-01-01T00:00:00.001Z', text: 'first words' }] },
  };
  const nothing = { favourite: false, labels: [], note: null, message: { edits: [] } };
  expect(await json(join(dir, 'media.json'))).toMatchObject([said, nothing]);
  // The label that names the folder is the first by name, with what no file system takes replaced.
  expect(await json(join(dir, 'Court _b_', '11.jpg.json'))).toMatchObject({ format: 'chatkeep-item', ...said });
  expect(await json(join(dir, 'no label', '21.jpg.json'))).toMatchObject(nothing);
  expect(await json(join(dir, 'custody.json'))).toMatchObject({
    files: [
      { mediaId: 11, edits: [{ text: 'first words' }], account: { name: 'Mine' } },
      { mediaId: 21, edits: [] },
    ],
  });
  const csv = await readFile(join(dir, 'media.csv'), 'utf8');
  expect(csv.split('\r\n')[0]).toMatch(/,favourite,labels,note,edits,account_id,account,sent_local,time_zone$/);
  expect(csv).toContain(`true,"Court <b>; Work","'=1+1, ""seen""\nby counsel",1,`);
  const html = await readFile(join(dir, 'gallery', `${String(library.accountId)}-7-1.html`), 'utf8');
  expect(html).toContain('Labels: Court &lt;b&gt;, Work');
  expect(html).toContain('by counsel');
  expect(html).toContain('Edited, 1 earlier text');
  expect(html).toContain('first words');
  expect(html.match(/class="heart"/g)).toHaveLength(1);
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ checked: 11, ok: 11 });
});

test('states that the service gave an item over time are in its papers', async () => {
  await library.add([{ id: 1, media: [{ id: 11, state: 'locked' }] }]);
  await library.add([{ id: 1, media: [{ id: 11 }] }]);
  const { dir } = await runExport(library.options({ sidecars: ['json'] }), library.ports, signal);
  const history = [{ state: 'viewable' }];
  expect(await json(join(dir, 'media.json'))).toMatchObject([{ history }]);
  expect(await json(join(dir, 'custody.json'))).toMatchObject({ files: [{ states: history }] });
});

test('papers beside the files that say the same as before are left as they stand', async () => {
  await library.add(photos(2));
  const options = library.options({ sidecars: ['item-json'], layout: '{mediaId}' });
  const { dir } = await runExport(options, library.ports, signal);
  const before = await stat(join(dir, '1001.jpg.json'));
  await library.add(photos(1, { from: 50 }));
  await runExport(options, library.ports, signal);
  expect((await stat(join(dir, '1001.jpg.json'))).ino).toBe(before.ino);
  expect((await readdir(dir)).filter((name) => name.endsWith('.json')).sort()).toEqual([
    '1001.jpg.json',
    '1002.jpg.json',
    '1050.jpg.json',
    'custody.json',
  ]);
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ checked: 8, ok: 8 });
});

test("somebody else's file with the name of a paper stays, and is told; overwrite replaces it", async () => {
  await library.add(photos(2));
  await mkdir(library.target());
  await writeFile(join(library.target(), '1001.jpg.json'), '{"mine":1}');
  const failures: ExportFailure[] = [];
  const options = library.options({ sidecars: ['item-json'], layout: '{mediaId}' });
  const answer = await runExport(options, library.ports, signal, {
    ...NO_HOOKS,
    onFailure: (failure) => failures.push(failure),
  });
  expect(answer).toMatchObject({ written: 2, failed: 1 });
  expect(failures).toMatchObject([{ mediaId: 1001, path: '1001.jpg.json', reason: 'paper_exists' }]);
  expect(await readFile(join(answer.dir, '1001.jpg.json'), 'utf8')).toBe('{"mine":1}');
  expect(await verifyExport(answer.dir, signal, QUIET)).toMatchObject({ checked: 5, ok: 5 });
  await library.add(photos(1, { from: 50 }));
  await runExport({ ...options, conflict: 'overwrite' }, library.ports, signal);
  expect(await json(join(answer.dir, '1001.jpg.json'))).toMatchObject({ mediaId: 1001 });
});

test('in a bag and in a zip each file has its paper too', async () => {
  await library.add(photos(2));
  const bag = library.options({ bag: true, sidecars: ['item-json'], layout: '{mediaId}', dir: library.target('bag') });
  const { dir } = await runExport(bag, library.ports, signal);
  expect(bagProblems(dir)).toEqual([]);
  expect(await json(join(dir, 'data', '1001.jpg.json'))).toMatchObject({ mediaId: 1001 });
  const zip = await runExport({ ...bag, bag: false, zip: true, dir: library.target('zip') }, library.ports, signal);
  const entries = zipEntries(join(zip.dir, 'export.zip'));
  expect(JSON.parse(entries.get('1002.jpg.json')?.toString() ?? '')).toMatchObject({ mediaId: 1002 });
  expect(entries.get('manifest-sha256.txt')?.toString()).toContain('1002.jpg.json');
});

test('a name of full length has room for the paper beside it', async () => {
  await library.nameChat(7, 'n'.repeat(400));
  await library.add(photos(1));
  const { dir, failed } = await runExport(
    library.options({ sidecars: ['item-json'], layout: '{chat} {mediaId}' }),
    library.ports,
    signal,
  );
  expect(failed).toBe(0);
  const longest = Math.max(...(await readdir(dir)).map((name) => Buffer.byteLength(name)));
  expect(longest).toBeGreaterThan(250);
  expect(longest).toBeLessThanOrEqual(255);
});
