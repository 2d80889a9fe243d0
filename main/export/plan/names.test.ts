/** Names that change under an export: composed letters taken apart by a Mac, chats renamed, items that several chats have. */
import { cp, mkdir, readdir, readFile, rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runExport } from '../run.ts';
import { MadeLibrary, photos } from '../testing/made-library.ts';
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

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .filter((path) => !path.startsWith('.chatkeep-export'))
    .sort();
}

/** As a Mac copies a folder: every name with its composed letters taken apart, times kept. */
async function takeApart(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [old, copy] = [join(from, entry.name), join(to, entry.name.normalize('NFD'))];
    if (entry.isDirectory()) {
      await takeApart(old, copy);
    } else {
      await cp(old, copy, { preserveTimestamps: true });
      const { atimeMs, mtimeMs } = await stat(old);
      await utimes(copy, atimeMs / 1000, mtimeMs / 1000);
    }
  }
}

test('a folder whose names were taken apart is verified, and exported to again without writing anything', async () => {
  await library.nameChat(7, 'Zoë Bücher');
  await library.add(photos(4));
  library.out = 'Käse';
  const options = library.options({
    layout: '{chat} {chatId}/{chat} {mediaId}',
    sidecars: ['item-json', 'json', 'html'],
  });
  const { dir } = await runExport(options, library.ports, signal);
  const moved = join(library.folder, 'moved');
  await rename(dir, moved);
  await takeApart(moved, dir.normalize('NFD'));

  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
  const before = await filesIn(dir.normalize('NFD'));
  const again = await runExport(options, library.ports, signal);
  expect(again).toMatchObject({ written: 0, skipped: 4, failed: 0 });
  expect(await filesIn(dir.normalize('NFD'))).toEqual(before);
  expect((await readdir(library.folder)).filter((name) => name.normalize('NFC') === 'Käse')).toEqual([
    'Käse'.normalize('NFD'),
  ]);

  // What is new goes into the folders that are there.
  await library.add(photos(1, { from: 50 }));
  expect(await runExport(options, library.ports, signal)).toMatchObject({ written: 1, skipped: 4, failed: 0 });
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
  const folders = (await readdir(dir.normalize('NFD'))).filter((name) => name.startsWith('Zo'));
  expect(folders).toEqual(['Zoë Bücher 7'.normalize('NFD')]);
});

test('a chat renamed between two exports keeps its folder, a sender too', async () => {
  await library.nameChat(7, 'Anna');
  await library.add(photos(2));
  const byChat = library.options();
  const bySender = library.options({ dir: library.target('senders'), layout: '{sender}/{mediaId}' });
  await runExport(byChat, library.ports, signal);
  await runExport(bySender, library.ports, signal);
  await library.nameChat(7, 'Bella');
  await library.add(photos(1, { from: 10 }));
  const { dir } = await runExport(byChat, library.ports, signal);
  expect(new Set((await filesIn(dir)).filter((path) => path.includes('/')).map((path) => path.split('/')[0]))).toEqual(
    new Set(['Anna 7']),
  );
  const senders = await runExport(bySender, library.ports, signal);
  expect((await filesIn(senders.dir)).filter((path) => path.includes('/'))).toEqual([
    'Anna/1001.jpg',
    'Anna/1002.jpg',
    'Anna/1010.jpg',
  ]);
  // Another folder is another export: it has the new name.
  const fresh = await runExport(library.options({ dir: library.target('fresh') }), library.ports, signal);
  expect((await readdir(fresh.dir)).filter((name) => name.endsWith(' 7'))).toEqual(['Bella 7']);
});

test('an item that two chats have is in the folder of each, and once where folders are not of chats', async () => {
  await library.add([
    { id: 1, chat: 7, media: [{ id: 11 }, { id: 12 }] },
    { id: 2, chat: 8, media: [{ id: 11 }] },
  ]);
  const { dir, ...answer } = await runExport(library.options(), library.ports, signal);
  expect(answer).toMatchObject({ planned: 3, written: 3, failed: 0 });
  expect((await filesIn(dir)).filter((path) => path.endsWith('.jpg'))).toEqual([
    'chat 7/1970-01-01 000001 11.jpg',
    'chat 7/1970-01-01 000001 12.jpg',
    'chat 8/1970-01-01 000002 11.jpg',
  ]);
  const flat = await runExport(library.options({ dir: library.target('flat'), layout: 'flat' }), library.ports, signal);
  expect(flat).toMatchObject({ planned: 2, written: 2 });
});

test('months in names and days of the gallery are those of the zone in which the export was made, wherever it is carried on', async () => {
  const at = Date.UTC(2025, 5, 1, 4);
  await library.add([{ id: 1, sentAt: at, media: [{ id: 11 }] }]);
  const options = library.options({ layout: 'by-month', sidecars: ['html', 'json'] });
  const west = { ...library.ports, timeZone: 'America/Los_Angeles' };
  const { dir } = await runExport(options, west, signal);
  expect(await filesIn(dir)).toContain('2025/2025-05/2025-05-31 210000 11.jpg');
  const page = await readFile(join(dir, 'gallery', `${String(library.accountId)}-7-1.html`), 'utf8');
  expect(page).toContain('<time datetime="2025-05-31">31 May 2025</time>');
  expect(page).toContain('<time datetime="2025-06-01T04:00:00.000Z">2025-05-31 21:00 (2025-06-01 04:00 UTC)</time>');
  expect(page).toContain('America/Los_Angeles');
  expect(await readFile(join(dir, 'media.json'), 'utf8')).toContain('"sentAt":"2025-06-01T04:00:00.000Z"');
  expect(await readFile(join(dir, 'custody.json'), 'utf8')).toContain('"timeZone":"America/Los_Angeles"');
  await library.add([{ id: 2, sentAt: at + 60_000, media: [{ id: 12 }] }]);
  const again = await runExport(options, { ...west, timeZone: 'Pacific/Auckland' }, signal);
  expect(again).toMatchObject({ written: 1, skipped: 1 });
  expect(await filesIn(dir)).toContain('2025/2025-05/2025-05-31 210100 12.jpg');
});

test('other bytes under one id in another chat are kept, told, and exported into the folder of their chat', async () => {
  await library.add([
    { id: 1, chat: 7, media: [{ id: 11, bytes: Buffer.from('of seven'), width: 100 }] },
    { id: 2, chat: 8, media: [{ id: 11, bytes: Buffer.from('of eight'), width: 200 }] },
  ]);
  const { read } = library.index;
  expect(await read.changes({ sinceRun: null, sinceAt: null, after: null, limit: 10 })).toMatchObject([
    { field: 'file.other', accountId: library.accountId, chatId: 8, mediaId: 11 },
  ]);
  const item = await read.mediaItem({ accountId: library.accountId, mediaId: 11 });
  expect(item?.history.map(({ state }) => state)).toContain('other');
  const { dir } = await runExport(library.options({ layout: '{chatId}/{mediaId}' }), library.ports, signal);
  const textOf = (path: string): Promise<string> => readFile(join(dir, path), 'utf8');
  expect([await textOf('7/11.jpg'), await textOf('8/11.jpg')]).toEqual(['of seven', 'of eight']);
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });

  // Listed again, with the same facts as before in each chat: nothing is wanted any more.
  await library.add([
    { id: 1, chat: 7, media: [{ id: 11, bytes: null, width: 100 }] },
    { id: 2, chat: 8, media: [{ id: 11, bytes: null, width: 200 }] },
  ]);
  expect(
    await read.nextFiles({ accountId: library.accountId, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 9 }),
  ).toEqual([]);
});

test('the same bytes under one id in another chat are one file, whatever their listings tell', async () => {
  await library.add([
    { id: 1, chat: 7, media: [{ id: 11, bytes: Buffer.from('same'), width: 100 }] },
    { id: 2, chat: 8, media: [{ id: 11, bytes: Buffer.from('same'), width: 200 }] },
  ]);
  expect(await library.index.read.changes({ sinceRun: null, sinceAt: null, after: null, limit: 10 })).toEqual([]);
  const answer = await runExport(library.options({ layout: '{chatId}/{mediaId}' }), library.ports, signal);
  expect(answer).toMatchObject({ planned: 2, written: 2 });
});
