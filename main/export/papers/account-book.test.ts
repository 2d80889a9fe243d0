import type { ExportOptions } from '../../contract/export-shapes.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCsv } from '../../contract/testing/read-csv.ts';
import { zoneOf } from '../../contract/time-zone.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { TRADES } from '../../contract/model.ts';
import { BOOK_COLUMNS, BOOK_SUM_COLUMNS, BookSums, isInBook, type BookRow } from './account-book.ts';
import { csvHead, csvRow } from './paper-rows.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { runExport } from '../run.ts';
import { MadeLibrary } from '../testing/made-library.ts';
import { zipEntries } from '../testing/zip-entries.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };
const MADE = Date.UTC(2026, 10, 30, 9, 0, 0);
/** The clocks of Berlin are put back in the night to 26 October 2025, and show November an hour before UTC does. */
const OCTOBER = Date.UTC(2025, 9, 31, 22, 59, 59);
const NOVEMBER = Date.UTC(2025, 9, 31, 23, 0, 0);

let library: MadeLibrary;
beforeEach(async () => {
  library = await MadeLibrary.open();
});
afterEach(async () => {
  await library.end();
});

const ports = (more: Partial<ExportPorts> = {}): ExportPorts => ({
  ...library.ports,
  now: () => MADE,
  timeZone: 'Europe/Berlin',
  ...more,
});
async function exported(more: Partial<ExportOptions> = {}, given: Partial<ExportPorts> = {}): Promise<string> {
  return (await runExport(library.options({ sidecars: ['book'], ...more }), ports(given), signal)).dir;
}
const rowsIn = async (dir: string, name = 'book.csv'): Promise<Record<string, string>[]> =>
  readCsv(await readFile(join(dir, name), 'utf8'));

test('a row for each message with terms or a price, also without media; no price is an empty cell', async () => {
  await library.nameChat(7, 'Anna');
  await library.add([
    { id: 1, text: 'only words', sentAt: OCTOBER, media: [] },
    { id: 2, sentAt: OCTOBER, mine: true, flags: { isFree: false, canPurchase: true, price: 12.5 }, media: [] },
    { id: 3, sentAt: OCTOBER, mine: true, flags: { isFree: false, isOpened: true, price: 19.99 }, media: [{ id: 31 }] },
    { id: 4, sentAt: NOVEMBER, flags: { isTip: true }, media: [] },
    { id: 5, sentAt: NOVEMBER, mine: true, flags: { isFree: true, price: 0 }, media: [{ id: 51 }, { id: 52 }] },
    { id: 6, sentAt: NOVEMBER, mine: true, flags: { isFree: false, isOpened: false }, media: [] },
    { id: 7, sentAt: NOVEMBER, flags: { price: 0.125 }, media: [] },
    { id: 8, sentAt: NOVEMBER, flags: { isOpened: false }, media: [] },
  ]);
  const dir = await exported({ messages: 'none' });
  const told = (await rowsIn(dir)).map((row) =>
    ['message_id', 'direction', 'kind', 'state', 'price', 'media'].map((name) => row[name]).join('|'),
  );
  expect(told).toEqual([
    '2|sent|offer||12.50|0',
    '3|sent|sale|bought when noticed|19.99|1',
    '4|received|tip|||0',
    '5|sent|free||0.00|2',
    '6|sent|offer|not opened||0',
    '7|received|other||0.125|0',
    '8|received|other|not opened||0',
  ]);
  expect((await rowsIn(dir))[0]).toMatchObject({
    account: 'Mine',
    chat_id: '7',
    chat: 'Anna',
    sent_at: '2025-10-31T22:59:59.000Z',
    sent_local: '2025-10-31T23:59:59+01:00',
    time_zone: 'Europe/Berlin',
    sender_id: '1',
  });
  const sums = (await rowsIn(dir, 'book-sums.csv')).map((row) =>
    ['month', 'chat', 'direction', 'kind', 'messages', 'with_price', 'without_price', 'sum']
      .map((name) => row[name])
      .join('|'),
  );
  expect(sums).toEqual([
    '2025-10|Anna|sent|offer|1|1|0|12.50',
    '2025-10|Anna|sent|sale|1|1|0|19.99',
    '2025-11|Anna|received|other|2|1|1|0.125',
    '2025-11|Anna|received|tip|1|0|1|',
    '2025-11|Anna|sent|free|1|1|0|0.00',
    '2025-11|Anna|sent|offer|1|0|1|',
  ]);
  expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0, unlisted: 0 });
});

test('months are those of the zone, also where the clocks were changed', async () => {
  const tip = (id: number, sentAt: number) => ({ id, sentAt, flags: { isTip: true, price: 1 }, media: [] });
  await library.add([
    // 2:30 twice, in summer time and after it; then the last second of October and the first of November in Berlin.
    tip(1, Date.UTC(2025, 9, 26, 0, 30)),
    tip(2, Date.UTC(2025, 9, 26, 1, 30)),
    tip(3, OCTOBER),
    tip(4, NOVEMBER),
    // The last hour of March is one of April in summer time.
    tip(5, Date.UTC(2026, 2, 31, 21, 59, 59)),
    tip(6, Date.UTC(2026, 2, 31, 22, 0, 0)),
  ]);
  const months = async (dir: string): Promise<string[]> =>
    (await rowsIn(dir, 'book-sums.csv')).map((row) => `${row['month'] ?? ''} ${row['messages'] ?? ''}`);
  const berlin = await exported();
  expect(await months(berlin)).toEqual(['2025-10 3', '2025-11 1', '2026-03 1', '2026-04 1']);
  expect((await rowsIn(berlin)).slice(0, 2).map((row) => row['sent_local'])).toEqual([
    '2025-10-26T02:30:00+02:00',
    '2025-10-26T02:30:00+01:00',
  ]);
  const utc = await exported({ dir: library.target('utc') }, { timeZone: 'UTC' });
  expect(await months(utc)).toEqual(['2025-10 4', '2026-03 2']);
});

test('names that a spreadsheet would run, or that break a row, stay text in one cell', async () => {
  const names = ['=HYPERLINK("http://evil")', '@SUM(1)', 'a,"b"\r\nc', '+1', '-x', '\t=1'];
  for (const [at, name] of names.entries()) {
    await library.nameChat(100 + at, name);
    await library.add([{ id: at + 1, chat: 100 + at, flags: { isTip: true, price: 1 }, media: [] }]);
  }
  const dir = await exported({ csvBom: true });
  for (const file of ['book.csv', 'book-sums.csv']) {
    expect((await readFile(join(dir, file), 'utf8')).startsWith('\uFEFF')).toBe(true);
    const found = (await rowsIn(dir, file)).map((row) => row['chat'] ?? '');
    expect(found).toHaveLength(names.length);
    for (const name of found) {
      expect(name).not.toMatch(/^[\s=+\-@]/);
    }
  }
});

test('chats and dates of the export bound the book; a chat without terms leaves the headers alone', async () => {
  const flags = { isTip: true };
  await library.add([
    { id: 1, sentAt: 1000, flags, media: [] },
    { id: 2, sentAt: 2000, flags, media: [] },
    { id: 3, chat: 8, sentAt: 1500, flags, media: [] },
    { id: 4, chat: 9, sentAt: 1500, media: [{ id: 41 }] },
  ]);
  const only = (chat: number, to: number | null): Partial<ExportOptions> => ({
    dir: library.target(`only-${String(chat)}`),
    selection: { filter: { ...EVERYTHING, chatIds: [chat], to }, spans: null, include: [], exclude: [] },
  });
  expect((await rowsIn(await exported(only(7, 2000)))).map((row) => row['message_id'])).toEqual(['1']);
  const none = await exported(only(9, null));
  expect(await readFile(join(none, 'book.csv'), 'utf8')).toBe(csvHead(BOOK_COLUMNS));
  expect(await readFile(join(none, 'book-sums.csv'), 'utf8')).toBe(csvHead(BOOK_SUM_COLUMNS));
});

test('the same input has the same bytes; a price that changed is told, and nothing new leaves the book as it is', async () => {
  const offer = (price: number) => ({ id: 1, mine: true, flags: { canPurchase: true, price }, media: [] });
  await library.add([offer(5)]);
  const dir = await exported();
  const other = await exported({ dir: library.target('other') });
  for (const file of ['book.csv', 'book-sums.csv']) {
    expect(await readFile(join(other, file))).toEqual(await readFile(join(dir, file)));
  }
  const manifest = (): Promise<string> => readFile(join(dir, 'manifest-sha256.txt'), 'utf8');
  const before = await manifest();
  await exported({}, { now: () => MADE + 5000 });
  expect(await manifest()).toBe(before);
  await library.add([offer(7)]);
  // Once made it is kept up to date, also when it is not asked for again.
  await exported({ sidecars: [] });
  expect((await rowsIn(dir)).map((row) => row['price'])).toEqual(['7.00']);
  expect(await manifest()).not.toBe(before);
});

test('a bag and a zip hold the book', async () => {
  await library.add([{ id: 1, flags: { isTip: true, price: 3 }, media: [{ id: 11 }] }]);
  const bag = await exported({ bag: true });
  expect(await rowsIn(join(bag, 'data'))).toHaveLength(1);
  expect(await verifyExport(bag, signal, QUIET)).toMatchObject({ missing: 0, changed: 0, whole: true });
  const zip = await exported({ dir: library.target('zip'), zip: true });
  expect([...zipEntries(join(zip, 'export.zip')).keys()]).toEqual(
    expect.arrayContaining(['book.csv', 'book-sums.csv']),
  );
});

const row = fc.record({
  accountId: fc.integer({ min: 1, max: 2 }),
  accountName: fc.string(),
  chatId: fc.integer({ min: 1, max: 3 }),
  chatName: fc.option(fc.string()),
  messageId: fc.nat(),
  sentAt: fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2026, 11, 31) }),
  senderId: fc.option(fc.nat()),
  senderName: fc.option(fc.string({ unit: 'grapheme' })),
  fromMe: fc.boolean(),
  goneAt: fc.constant(null),
  price: fc.option(
    fc.oneof(
      fc.integer({ min: 0, max: 10_000_000 }).map((cents) => cents / 100),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
  ),
  trades: fc.subarray([...TRADES]),
  media: fc.array(fc.constant(null), { maxLength: 3 }),
});

/** `12.50` in millionths, read without the code that wrote it. */
const read = (price: string): bigint => {
  const [whole = '', decimals = ''] = price.split('.');
  return BigInt(whole + decimals.padEnd(6, '0'));
};
const groupOf = (each: Record<string, string>, month: string | undefined): string =>
  [each['account_id'], month, each['chat_id'], each['direction'], each['kind']].join(' ');

test('the sums are those of the rows, by month of the zone, chat, direction and kind', () => {
  const zone = zoneOf('America/New_York');
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (all: BookRow[]) => {
      const sums = new BookSums(zone);
      const inBook = all.filter(isInBook);
      let book = csvHead(BOOK_COLUMNS);
      for (const each of inBook) {
        sums.add(each);
        book += csvRow(BOOK_COLUMNS, each, zone);
      }
      const rows = readCsv(book);
      expect(rows).toHaveLength(inBook.length);
      const summed = readCsv(csvHead(BOOK_SUM_COLUMNS) + [...sums.lines()].join(''));
      const groups = Map.groupBy(rows, (each) => groupOf(each, each['sent_local']?.slice(0, 7)));
      expect(summed.map((each) => groupOf(each, each['month']))).toEqual([...groups.keys()].sort());
      for (const s of summed) {
        const of = groups.get(groupOf(s, s['month'])) ?? [];
        const priced = of.filter((each) => each['price'] !== '');
        expect([s['messages'], s['with_price'], s['without_price']]).toEqual(
          [of.length, priced.length, of.length - priced.length].map(String),
        );
        const total = priced.reduce((sum, each) => sum + read(each['price'] ?? ''), 0n);
        expect(s['sum'] === '' ? null : read(s['sum'] ?? '')).toBe(priced.length === 0 ? null : total);
      }
      expect(rows.map((each) => each['price'])).toEqual(
        inBook.map(({ price }) => (price === null ? '' : (expect.stringMatching(/^-?\d+\.\d{2,6}$/) as string))),
      );
    }),
  );
});
