import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEDGER_STATES, MEDIA_KINDS } from '../../contract/model.ts';
import { EVERYTHING, type MediaFilter } from '../../contract/shapes.ts';
import { type MediaRow } from './calls.ts';
import { openForTest, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const WORDS = ['red', 'Rédaction', 'blue', 'green'];

let index: TestIndex;
let accounts: number[];

/** Two accounts; chats 7 and 8 of the first share media, chat 7 of the second has the same ids. */
beforeAll(() => {
  index = openForTest();
  accounts = [1, 2].map(
    (number) =>
      index.write('saveAccount', {
        apiBase: 'https://api.example',
        identity: `user:${String(number)}`,
        userId: 1,
        username: null,
        name: 'n',
        ratePerMinute: null,
        at: 0,
      }).id,
  );
  for (const [place, chatId] of [
    [0, 7],
    [0, 8],
    [1, 7],
  ] as const) {
    const accountId = accounts[place] ?? 0;
    const chatKey = saveSampleChat(index, accountId, chatId);
    const messages = Array.from({ length: 60 }, (_, position) => {
      const id = 60 - position;
      return sampleMessage(
        id,
        [
          sampleMedia(chatId === 8 && id % 5 === 0 ? id : id + chatId * 1000, id % 4 === 0 ? 'locked' : 'viewable', {
            kind: MEDIA_KINDS[id % 5] ?? 'photo',
          }),
        ],
        { senderId: id % 3 === 0 ? 1 : 7, text: WORDS[id % 4] ?? '', createdAt: Math.floor(id / 2) * 1000 },
      );
    });
    const shared = [
      sampleMessage(
        61,
        [5, 10, 15].map((id) => sampleMedia(id)),
        { createdAt: 3000 },
      ),
    ];
    index.write('applyPage', {
      ...LISTED,
      accountId,
      chatKey,
      page: samplePage([...shared, ...messages]),
    });
  }
});
afterAll(() => {
  index.close();
});

function pageThrough(filter: MediaFilter, size: number): MediaRow[] {
  const rows: MediaRow[] = [];
  let after: string | null = null;
  do {
    const page: { rows: MediaRow[]; next: string | null } = index.read('media', { ...filter, limit: size, after });
    expect(page.rows.length > 0 || page.next === null).toBe(true);
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}

const place = (row: MediaRow): string => [row.sentAt, row.accountId, row.chatId, row.id].join(' ');

function passes(row: MediaRow, filter: MediaFilter): boolean {
  return (
    (filter.accountId === null || row.accountId === filter.accountId) &&
    (filter.kinds.length === 0 || filter.kinds.includes(row.kind)) &&
    (filter.states.length === 0 || filter.states.includes(row.state)) &&
    (filter.from === null || row.sentAt >= filter.from) &&
    (filter.to === null || row.sentAt < filter.to) &&
    (filter.sender === null || (row.senderId === 1 ? 'me' : 'them') === filter.sender) &&
    (filter.text === null || row.text.normalize('NFD').toLowerCase().replaceAll(/\p{M}/gu, '').startsWith(filter.text))
  );
}

test('every filter in every combination lists exactly the rows it should, once, in order, at any page size', () => {
  const some = <Value>(values: readonly Value[]) => fc.subarray([...values], { maxLength: 2 });
  const filters = fc.record({
    accountId: fc.constantFrom(null, ...accounts),
    chatIds: fc.constantFrom([], [7], [8], [7, 8], [99]),
    kinds: some(MEDIA_KINDS),
    states: some(LEDGER_STATES.filter((state) => ['pending', 'locked', 'stored'].includes(state))),
    from: fc.constantFrom(null, 4000),
    to: fc.constantFrom(null, 20_000),
    sender: fc.constantFrom(null, 'me' as const, 'them' as const),
    text: fc.constantFrom(null, 're', 'redac', 'blue', 'none'),
  });
  fc.assert(
    fc.property(filters, fc.integer({ min: 1, max: 30 }), (filter, size) => {
      const all = pageThrough({ ...EVERYTHING, chatIds: filter.chatIds, accountId: filter.accountId }, 500);
      const listed = pageThrough(filter, size);
      expect(listed.map(place).sort()).toEqual(
        all
          .filter((row) => passes(row, filter))
          .map(place)
          .sort(),
      );
      expect(listed.map((row) => row.sentAt)).toEqual(listed.map((row) => row.sentAt).sort((a, b) => b - a));
    }),
    { numRuns: 150 },
  );
});

test('over all chats a media item is listed once, at its newest message', () => {
  const rows = pageThrough({ ...EVERYTHING, accountId: accounts[0] ?? 0 }, 50);
  expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  expect(pageThrough({ ...EVERYTHING, accountId: accounts[0] ?? 0, chatIds: [7, 8] }, 50).length).toBeGreaterThan(
    rows.length,
  );
});

test('many hits are walked in order, few are sorted: both give the same list', () => {
  const key = index.read('chatById', { accountId: accounts[0] ?? 0, id: 7 })?.key ?? 0;
  const count = () => pageThrough({ ...EVERYTHING, chatIds: [7], text: 'common' }, 100).length;
  expect(count()).toBe(0);
  const messages = Array.from({ length: 2100 }, (_, number) =>
    sampleMessage(10_000 - number, [sampleMedia(1_000_000 + number)], { text: 'common words' }),
  );
  index.write('applyPage', {
    ...LISTED,
    accountId: accounts[0] ?? 0,
    chatKey: key,
    at: 2,
    page: samplePage(messages),
  });
  const walked = pageThrough({ ...EVERYTHING, text: 'common' }, 500);
  expect(walked.map((row) => row.id)).toEqual(messages.map((message) => message.media[0]?.id));
  const counted = (filter: Partial<MediaFilter>): number =>
    index.read('mediaCounts', { filter: { ...EVERYTHING, ...filter, text: 'common' }, timeZone: 'UTC' }).count;
  expect(counted({})).toBe(2100);
  expect(counted({ chatIds: [7], kinds: ['photo'] })).toBe(
    pageThrough({ ...EVERYTHING, chatIds: [7], kinds: ['photo'], text: 'common' }, 500).length,
  );
});

test('a limit is bounded, a damaged token starts anew, words that are none find nothing', () => {
  expect(index.read('media', { ...EVERYTHING, limit: 1e9, after: null }).rows.length).toBeLessThanOrEqual(500);
  expect(index.read('media', { ...EVERYTHING, limit: 0, after: null })).toEqual({ rows: [], next: null });
  expect(index.read('media', { ...EVERYTHING, limit: 3, after: "'; DROP TABLE item; --" })).toEqual(
    index.read('media', { ...EVERYTHING, limit: 3, after: null }),
  );
  expect(index.read('media', { ...EVERYTHING, text: '***', limit: 3, after: null }).rows).toEqual([]);
});

test('messages are found newest first, by beginnings and without their accents, with their media', () => {
  const whole = { after: null, whole: true } as const;
  const { hits } = index.read('messageHits', {
    accountId: accounts[1] ?? 0,
    text: 'redac',
    chatId: 7,
    limit: 2,
    ...whole,
  });
  expect(hits).toMatchObject([
    { messageId: 57, whole: { text: 'Rédaction', mediaIds: [7057] } },
    { messageId: 53, whole: { text: 'Rédaction', mediaIds: [7053] } },
  ]);
  expect(index.read('messageHits', { accountId: null, text: '" OR *', chatId: null, limit: 5, ...whole }).hits).toEqual(
    [],
  );
});
