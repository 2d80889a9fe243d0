import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MEDIA_ORDERS, type MediaOrder } from '../../contract/browse-shapes.ts';
import { EVERYTHING, type MediaEntry, type MediaFilter } from '../../contract/shapes.ts';
import { nameOrder } from '../../lib/name-order.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { chatNames } from '../kernel/migrations/0200-chat-names.ts';
import { READS } from '../reads.ts';
import { openForTest, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { recordPlans } from '../testing/record-plans.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const NAMES = ['Éva', 'eva 10', 'Eva 9', 'zoë', null, '  ', 'Bob', '9 lives', '10 lives', 'ÉVA'];
const CHATS = 130;
const DAY = 86_400_000;

let index: TestIndex;
let accounts: number[];

/** Two accounts of 130 chats, and one of 9; of every ten one has no media, and the others have two, one of them locked. */
beforeAll(() => {
  index = openForTest();
  accounts = [1, 2, 3].map((user) => {
    const { id: accountId } = index.write('saveAccount', {
      ...{ apiBase: 'https://api.example', identity: `user:${String(user)}`, userId: user, username: null },
      ...{ name: 'n', ratePerMinute: null, at: 0 },
    });
    for (let chatId = 1; chatId <= (user === 3 ? 9 : CHATS); chatId += 1) {
      const chatKey = saveSampleChat(index, accountId, chatId);
      const media = [sampleMedia(chatId * 2), sampleMedia(chatId * 2 + 1, 'locked')];
      const messages = [sampleMessage(1, media, { senderName: null, createdAt: ((chatId * 7) % CHATS) * DAY })];
      if (chatId % 10 !== 3) {
        index.write('applyPage', { ...LISTED, accountId, chatKey, page: samplePage(messages) });
      }
    }
    const users = Array.from({ length: CHATS }, (_, at) => ({
      ...{ id: at + 1, username: null, name: NAMES[at % NAMES.length] ?? null, displayName: null, avatarUrl: null },
    }));
    index.write('saveUsers', { accountId, runId: null, at: 1, users, asked: [] });
    return accountId;
  });
});
afterAll(() => {
  index.close();
});

function listed(filter: MediaFilter, limit: number, descending = false, by: MediaOrder['by'] = 'chat'): MediaEntry[] {
  const rows: MediaEntry[] = [];
  for (let after: string | null = null; ;) {
    const input = { filter, order: { by, descending }, limit, after };
    const page = READS.mediaEntries(index.db, input);
    rows.push(...page.rows);
    if (page.next === null) {
      return rows;
    }
    after = page.next;
  }
}

/** With counts of a large library, in which nothing is sorted. */
function asMany<Result>(work: () => Result): Result {
  index.db.exec(`SAVEPOINT many;
    INSERT INTO total SELECT s.value, k.value, l.value, 1000000, 0 FROM json_each('[0,-1,-2,-3]') s, json_each('[0,1,2,3,4]') k,
      json_each('[0,1,2,3,4,5,6]') l WHERE true ON CONFLICT DO UPDATE SET n = 1000000;
    INSERT INTO tally SELECT scope, 600, kind, ledger_state, n, 0 FROM total WHERE scope <= 0`);
  try {
    return work();
  } finally {
    index.db.exec('ROLLBACK TO many; RELEASE many');
  }
}

const placeOf = ({ accountId, chatId }: MediaEntry): string => `${String(accountId)} ${String(chatId)}`;

/** Places of chats by their names, worked out from the people alone. */
function chatsByName(): string[] {
  const chats = index.db.all<{ key: number; accountId: number; id: number; name: string | null }>(
    `SELECT c.key, c.account_id AS accountId, c.id, p.name FROM chat c
     LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id ORDER BY c.key`,
  );
  return chats
    .map((chat) => ({ ...chat, order: nameOrder(chat.name) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.key - b.key))
    .map(({ accountId, id }) => `${String(accountId)} ${String(id)}`);
}

test('names sort without case and accents, numbers by their value, no name last', () => {
  const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  expect(NAMES.toSorted((a, b) => compared(nameOrder(a), nameOrder(b)))).toEqual([
    ...['9 lives', '10 lives', 'Bob', 'Éva', 'ÉVA', 'Eva 9', 'eva 10', 'zoë', null, '  '],
  ]);
});

test('a list by chat goes by the names of the chats, newest first within each, in pages of any size, both ways', () => {
  const limits = fc.record<Partial<MediaFilter>>(
    {
      accountId: fc.constantFrom(...accounts),
      chatIds: fc.constantFrom([], [7, 8, 9, 10, 14]),
      states: fc.constantFrom([], ['locked'], ['pending', 'locked']),
      kinds: fc.constantFrom([], ['photo'], ['audio']),
      from: fc.constantFrom(null, 40 * DAY),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      limits,
      fc.integer({ min: 3, max: 90 }),
      fc.boolean(),
      fc.boolean(),
      (limit, size, descending, many) => {
        const filter = { ...EVERYTHING, ...limit };
        const rows = many ? asMany(() => listed(filter, size, descending)) : listed(filter, size, descending);
        const order = descending ? chatsByName().reverse() : chatsByName();
        const wanted = READS.mediaEntries(index.db, { filter, limit: 500, after: null }).rows;
        const expected = wanted
          .map((row, at) => ({ row, at, place: order.indexOf(placeOf(row)) }))
          .sort((a, b) => a.place - b.place || a.at - b.at);
        expect(rows).toEqual(expected.map(({ row }) => row));
      },
    ),
    { numRuns: 60 },
  );
});

test('an account of few media among many lists in every order what everything lists of it', () => {
  for (const accountId of accounts) {
    for (const by of MEDIA_ORDERS) {
      const own = listed({ ...EVERYTHING, accountId }, 4, true, by);
      expect(own).toEqual(listed(EVERYTHING, 90, true, by).filter((row) => row.accountId === accountId));
    }
    const { count } = READS.mediaCounts(index.db, {
      filter: { ...EVERYTHING, accountId, notSentTo: [7] },
      timeZone: 'UTC',
    });
    const own = listed({ ...EVERYTHING, accountId, notSentTo: [7] }, 90, true, 'date');
    expect(count).toBe(own.length);
    expect(own.some(({ chatId }) => chatId === 7)).toBe(false);
  }
  const [, , few] = accounts;
  const filter = { ...EVERYTHING, accountId: few ?? 0 };
  const plans = recordPlans(index.db, (db) => READS.mediaEntries(db, { filter, limit: 9, after: null }));
  expect(plans.flatMap(({ steps }) => steps)).toContain('SEARCH i USING PRIMARY KEY (chat_key=?)');
});

test('a page of it asks for the chats that it shows, not for all', () => {
  const asked = { rows: 0 };
  const count = <Row>(rows: Row[]): Row[] => ((asked.rows += rows.length), rows);
  const counting: ReadableDatabase = {
    all: (sql, ...values) => count(index.db.all(sql, ...values)),
    get: (sql, ...values) => index.db.get(sql, ...values),
  };
  const order = { by: 'chat', descending: false } as const;
  READS.mediaEntries(counting, { filter: EVERYTHING, order, limit: 6, after: null });
  // A hundred chats at once, and the media of some.
  expect(asked.rows).toBeLessThan(130);
});

test('a renamed chat goes to its new place, and an older index gets the places of its chats', () => {
  const [accountId = 0] = accounts;
  const user = { id: 5, username: 'aa', name: null, displayName: null, avatarUrl: null };
  index.write('saveUsers', { accountId, runId: null, at: 2, users: [user], asked: [] });
  index.write('saveUsers', {
    ...{ accountId, runId: null, at: 3, asked: [] },
    users: [{ ...user, id: 130, name: 'AAA' }],
  });
  const [first, second] = [...new Set(listed(EVERYTHING, 50).map(({ chatId }) => chatId))].filter(
    (chatId) => chatId === 5 || chatId === 130,
  );
  expect([first, second]).toEqual([5, 130]);
  const before = index.db.all('SELECT key, name_order FROM chat ORDER BY key');
  index.db.exec('DROP INDEX chat_name; DROP INDEX chat_name_account; ALTER TABLE chat DROP COLUMN name_order');
  chatNames.up(index.db);
  expect(index.db.all('SELECT key, name_order FROM chat ORDER BY key')).toEqual(before);
});
