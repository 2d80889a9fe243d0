import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeptMessage } from '../../contract/browse-shapes.ts';
import { openForTest, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';
import { recordPlans } from '../testing/record-plans.ts';
import { messageList } from './message-list.ts';

const CHATS = [7, 8, 9];
let index: TestIndex;
let accountId: number;

beforeAll(() => {
  index = openForTest();
  accountId = index.write('saveAccount', {
    apiBase: 'https://api.example',
    identity: 'user:1',
    userId: 1,
    username: null,
    name: 'n',
    ratePerMinute: null,
    at: 0,
  }).id;
  const chats = index.write('saveChats', {
    accountId,
    runId: null,
    at: 0,
    chats: CHATS.map((id) => ({ id, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' })),
  });
  for (const [place, chat] of chats.entries()) {
    const ids = Array.from({ length: 9 * place }, (_, at) => 100 * place + at + 1).toReversed();
    index.write('applyPage', {
      ...LISTED,
      accountId,
      chatKey: chat.key,
      pass: 'all',
      page: samplePage(
        ids.map((id) =>
          sampleMessage(id, id % 3 === 0 ? [sampleMedia(id * 10)] : [], { text: id % 2 === 0 ? 'even' : 'odd' }),
        ),
      ),
    });
  }
});
afterAll(() => {
  index.close();
});

const ANY = { chatIds: [], from: null, to: null, text: null, accountId: null } as const;

function walk(limit: number, filter: Partial<Omit<Parameters<typeof ask>[0], 'after' | 'limit'>> = {}): KeptMessage[] {
  const rows: KeptMessage[] = [];
  for (let after: string | null = null; ;) {
    const page = ask({ ...ANY, ...filter, after, limit });
    rows.push(...page.rows);
    after = page.next;
    if (after === null) {
      return rows;
    }
  }
}
function ask(input: {
  accountId: number | null;
  chatIds: readonly number[];
  from: number | null;
  to: number | null;
  text: string | null;
  after: string | null;
  limit: number;
}): { rows: KeptMessage[]; next: string | null } {
  return index.read('messageList', input);
}

test('pages of any size are the whole list, chat by chat and newest first, also messages without media', () => {
  const all = walk(500);
  expect(all.map(({ id }) => id)).toEqual([
    ...Array.from({ length: 9 }, (_, at) => 109 - at),
    ...Array.from({ length: 18 }, (_, at) => 218 - at),
  ]);
  expect(all.find(({ id }) => id === 108)).toMatchObject({ chatId: 8, mediaIds: [1080], goneAt: null });
  expect(all.find(({ id }) => id === 109)?.mediaIds).toEqual([]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), (limit) => {
      expect(walk(limit)).toEqual(all);
    }),
    { numRuns: 20 },
  );
});

test('words, chats and times choose', () => {
  const all = walk(500);
  expect(walk(4, { text: 'even' })).toEqual(all.filter(({ text }) => text === 'even'));
  expect(walk(4, { chatIds: [9] })).toEqual(all.filter(({ chatId }) => chatId === 9));
  const from = all[20]?.sentAt ?? 0;
  const to = all[12]?.sentAt ?? 0;
  expect(walk(4, { from, to })).toEqual(all.filter(({ sentAt }) => sentAt >= from && sentAt < to));
  expect(walk(4, { text: ':)' })).toEqual([]);
});

test('a page is read from the index over a chat, with the media of its messages by key; chats are asked for as they are needed', () => {
  const input = { accountId: null, chatIds: [], from: null, to: null, text: null, after: null, limit: 5 };
  const asked = recordPlans(index.db, (db) => messageList(db, input));
  const [chats, page, media] = [/FROM chat/, /FROM message s/, /FROM json_each/].map((part) =>
    asked.find(({ sql }) => part.test(sql)),
  );
  expect(chats?.steps).toEqual(['SEARCH c USING INTEGER PRIMARY KEY (rowid>?)']);
  expect(chats?.sql).toContain('LIMIT');
  expect(page?.steps[0]).toMatch(/^SEARCH s USING INDEX .*chat_key=\? AND id</);
  expect(media?.steps.filter((step) => /SCAN (?!k VIRTUAL TABLE)/.test(step))).toEqual([]);
});
