import type { ExportOptions } from '../../contract/export-shapes.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAVOURITE } from '../../contract/browse-shapes.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { runExport } from '../run.ts';
import { MadeLibrary } from '../testing/made-library.ts';
import { zipEntries } from '../testing/zip-entries.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };

let library: MadeLibrary;
beforeEach(async () => {
  library = await MadeLibrary.open();
  await library.nameChat(7, 'Anna');
  await library.add([
    { id: 1, text: '=only words', sentAt: 1000, media: [] },
    { id: 2, text: 'a picture', sentAt: 2000, mine: true, media: [{ id: 21 }] },
    {
      id: 3,
      text: 'locked and not fetched',
      sentAt: 3000,
      media: [
        { id: 31, state: 'locked' },
        { id: 32, bytes: null },
      ],
    },
    { id: 4, text: 'good bye', sentAt: 4000, media: [] },
    { id: 5, chat: 8, text: 'a chat without media', sentAt: 2500, media: [] },
  ]);
});
afterEach(async () => {
  await library.end();
});

async function exported(more: Partial<ExportOptions>): Promise<string> {
  return (await runExport(library.options(more), library.ports, signal)).dir;
}

interface Messages {
  readonly messages: readonly {
    readonly id: number;
    readonly text: string;
    readonly media: readonly { readonly mediaId: number; readonly state: string; readonly path: string | null }[];
  }[];
}
const messagesIn = async (dir: string): Promise<Messages['messages']> =>
  (JSON.parse(await readFile(join(dir, 'messages.json'), 'utf8')) as Messages).messages;
const linesOf = async (dir: string, name: string): Promise<string[]> =>
  (await readFile(join(dir, name), 'utf8')).trimEnd().split('\r\n').slice(1);

test('the whole conversation has every kept message of its chats, with a place for what is not there', async () => {
  const dir = await exported({ messages: 'all' });
  expect((await messagesIn(dir)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  expect((await messagesIn(dir))[1]).toMatchObject({
    text: 'a picture',
    sentAt: '1970-01-01T00:00:02.000Z',
    sender: { me: true },
    chat: { id: 7, name: 'Anna' },
    media: [{ mediaId: 21, state: 'stored', path: 'Anna 7/1970-01-01 000002 21.jpg' }],
  });
  expect((await messagesIn(dir))[2]?.media).toMatchObject([
    { mediaId: 31, state: 'locked', path: null, sha256: null },
    { mediaId: 32, state: 'pending', path: null },
  ]);
  const csv = await linesOf(dir, 'messages.csv');
  expect(csv).toHaveLength(5);
  expect(csv[0]).toContain("'=only words");
  expect(csv[2]).toContain('31 locked; 32 pending');
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0, checked: 5 });
});

test('dates and chats bound the conversation as they bound the files', async () => {
  const filter = { ...EVERYTHING, chatIds: [7], from: 2000, to: 4000 };
  const dir = await exported({ messages: 'all', selection: { filter, spans: null, include: [], exclude: [] } });
  expect((await messagesIn(dir)).map(({ id }) => id)).toEqual([2, 3]);
});

test('a selection of items has the conversation of their chats, and no other', async () => {
  const include = [{ accountId: library.accountId, mediaId: 21 }];
  await library.index.write.applyLabel({
    selection: { filter: EVERYTHING, spans: [], include, exclude: [] },
    labelId: FAVOURITE,
    on: true,
    at: 1,
  });
  const filter = { ...EVERYTHING, labels: [FAVOURITE] };
  const selection = { filter, spans: null, include: [], exclude: [] };
  expect((await messagesIn(await exported({ messages: 'all', selection }))).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  const near = await exported({ dir: library.target('near'), messages: 'with-media', selection });
  expect((await messagesIn(near)).map(({ id }) => id)).toEqual([2]);
});

test('an item of two chats is one file, and the messages of both lead to it', async () => {
  await library.add([{ id: 6, chat: 8, text: 'sent again', sentAt: 6000, media: [{ id: 21 }] }]);
  const dir = await exported({ layout: 'by-month', messages: 'all' });
  const path = '1970/1970-01/1970-01-01 000006 21.jpg';
  const places = (await messagesIn(dir)).flatMap(({ id, media }) =>
    media.filter(({ mediaId }) => mediaId === 21).map((each) => [id, each.path]),
  );
  expect(places).toEqual([
    [2, path],
    [6, path],
  ]);
  const near = await exported({ dir: library.target('near'), layout: 'by-month', messages: 'with-media' });
  expect((await messagesIn(near)).map(({ id }) => id)).toEqual([2, 3, 6]);
  expect((await linesOf(dir, 'messages.csv')).filter((line) => line.includes('21 stored'))).toEqual([]);
});

test('other bytes under the id of an item are no file of another chat', async () => {
  await library.add([
    { id: 6, chat: 8, sentAt: 6000, media: [{ id: 21, bytes: Buffer.from('of eight'), width: 100 }] },
  ]);
  const filter = { ...EVERYTHING, chatIds: [8] };
  const of8 = await exported({ messages: 'all', selection: { filter, spans: null, include: [], exclude: [] } });
  expect((await messagesIn(of8)).map(({ id, media }) => [id, media[0]?.path])).toEqual([
    [5, undefined],
    [6, 'chat 8/1970-01-01 000006 21.jpg'],
  ]);
  const all = await messagesIn(await exported({ dir: library.target('all'), messages: 'all' }));
  const [seven, eight] = all.flatMap(({ media }) => media.filter(({ mediaId }) => mediaId === 21));
  expect([seven?.path, eight?.path]).toEqual(['Anna 7/1970-01-01 000002 21.jpg', 'chat 8/1970-01-01 000006 21.jpg']);
});

test('each listed item that is not in the folder has its line: listed less files', async () => {
  const dir = await exported({});
  const lines = await linesOf(dir, 'not-exported.csv');
  expect(lines).toEqual([
    expect.stringMatching(/^1970-01-01T00:00:03.000Z,7,Anna,7,Anna,false,3,31,photo,locked,,1970-/),
    expect.stringMatching(/,3,32,photo,pending,,1970-/),
  ]);
});

test('what is in the trash is listed as such, with when it was removed', async () => {
  const removal = await library.index.write.beginRemoval({ at: 86_400_000 });
  const include = [{ accountId: library.accountId, mediaId: 21 }];
  for (let after: string | null = null; ;) {
    const slice: { next: string | null } = await library.index.write.removeMedia({
      removal,
      selection: { filter: EVERYTHING, spans: [], include, exclude: [] },
      after,
      limit: 10,
      at: 86_400_000,
    });
    after = slice.next;
    if (after === null) {
      break;
    }
  }
  const dir = await exported({ messages: 'all' });
  expect((await linesOf(dir, 'not-exported.csv')).at(-1)).toBe(
    '1970-01-01T00:00:02.000Z,7,Anna,1,,true,2,21,photo,removed,,1970-01-02T00:00:00.000Z,1,Mine,1970-01-01T00:00:02+00:00,UTC',
  );
  expect((await messagesIn(dir))[1]?.media).toMatchObject([{ mediaId: 21, state: 'removed', path: null }]);
});

test('a later run tells of new messages, though no file is new, and keeps telling when not asked again', async () => {
  const dir = await exported({ messages: 'all' });
  await library.add([{ id: 9, text: 'one more', sentAt: 9000, media: [] }]);
  const again = await runExport(library.options(), library.ports, signal);
  expect(again.written).toBe(0);
  expect((await messagesIn(dir)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 9, 5]);
});

test.each([{ zip: false }, { zip: true }])(
  'nothing new leaves every paper as it is ($zip), and a state that changed is told',
  async (more) => {
    const options = library.options({ ...more, messages: 'all' });
    const { dir } = await runExport(options, library.ports, signal);
    const before = await readFile(join(dir, 'manifest-sha256.txt'));
    await runExport(options, { ...library.ports, now: () => Date.now() + 5000 }, signal);
    expect((await readFile(join(dir, 'manifest-sha256.txt'))).equals(before)).toBe(true);
    await library.add([
      { id: 3, text: 'locked and not fetched', sentAt: 3000, media: [{ id: 31, state: 'notReady' }] },
    ]);
    await runExport(options, library.ports, signal);
    expect((await readFile(join(dir, 'manifest-sha256.txt'))).equals(before)).toBe(false);
  },
);

test('a folder that got one chat after the other has the conversations of both', async () => {
  const chat = (id: number): Partial<ExportOptions> => ({
    messages: 'all',
    selection: { filter: { ...EVERYTHING, chatIds: [id] }, spans: null, include: [], exclude: [] },
  });
  await exported(chat(7));
  expect((await messagesIn(await exported(chat(8)))).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
});

test('the reader shows every message in its place, and what is not there as such', async () => {
  const dir = await exported({ messages: 'all', sidecars: ['html'] });
  const html = await readFile(join(dir, `gallery/${String(library.accountId)}-7-1.html`), 'utf8');
  const places = ['=only words', 'a picture', 'locked and not fetched', 'good bye'].map((text) => html.indexOf(text));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(html.match(/<article/g)).toHaveLength(4);
  expect(html.match(/<a class="tile image"/g)).toHaveLength(1);
  expect(html).toContain('Photo 31<br>Locked');
  expect(html).toContain('Photo 32<br>Not downloaded');
  const other = await readFile(join(dir, `gallery/${String(library.accountId)}-8-1.html`), 'utf8');
  expect(other).toContain('a chat without media');
  expect(await readFile(join(dir, 'index.html'), 'utf8')).toContain('2 chats');
});

test('a long conversation is cut into pages that a browser lays out at once, with no message lost', async () => {
  await library.add(
    Array.from({ length: 1200 }, (_, at) => ({
      id: 100 + at,
      text: `word ${String(at)}.`,
      sentAt: 10_000 + at,
      media: [],
    })),
  );
  const dir = await exported({ messages: 'all', sidecars: ['html'] });
  const texts = await Promise.all(
    [1, 2, 3].map((page) => readFile(join(dir, `gallery/${String(library.accountId)}-7-${String(page)}.html`), 'utf8')),
  );
  const counts = texts.map((html) => html.match(/<article/g)?.length ?? 0);
  expect(Math.max(...counts)).toBe(500);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1204);
  expect(await messagesIn(dir)).toHaveLength(1205);
});

test('a bag and a zip hold the conversation too', async () => {
  const bag = await exported({ bag: true, messages: 'all' });
  expect(await messagesIn(join(bag, 'data'))).toHaveLength(5);
  expect(await verifyExport(bag, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
  const zip = await exported({ dir: library.target('zip'), zip: true, messages: 'all' });
  expect([...zipEntries(join(zip, 'export.zip')).keys()]).toEqual(
    expect.arrayContaining(['messages.json', 'messages.csv', 'not-exported.csv']),
  );
});

test('lists say each time in UTC and by the clocks of the export, in columns of their own at the end', async () => {
  const { dir } = await runExport(
    library.options({ messages: 'all', sidecars: ['csv', 'html'] }),
    { ...library.ports, timeZone: 'Asia/Kathmandu' },
    signal,
  );
  const rowsOf = async (name: string): Promise<(string | undefined)[][]> =>
    (await readFile(join(dir, name), 'utf8'))
      .trim()
      .split('\r\n')
      .map((line) => line.split(','))
      .map((cells) => [cells.find((cell) => /^1970|^sent_at$/.test(cell)), ...cells.slice(-2)]);
  for (const name of ['media.csv', 'messages.csv', 'not-exported.csv']) {
    const [head, first] = await rowsOf(name);
    expect(head).toEqual(['sent_at', 'sent_local', 'time_zone']);
    expect(Date.parse(first?.[1] ?? '')).toBe(Math.floor(Date.parse(first?.[0] ?? '') / 1000) * 1000);
    expect(first?.[1]).toMatch(/^1970-01-01T05:30:0\d\+05:30$/);
    expect(first?.[2]).toBe('Asia/Kathmandu');
  }
  const [page = ''] = (await readdir(join(dir, 'gallery'))).filter((name) => name.endsWith('.html'));
  expect(await readFile(join(dir, 'gallery', page), 'utf8')).toContain('>1970-01-01 05:30 (00:00 UTC)</time>');
  // JSON stays in UTC.
  expect(await readFile(join(dir, 'messages.json'), 'utf8')).toContain('"sentAt":"1970-01-01T00:00:01.000Z"');
});
