import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_STATES, MEDIA_KINDS } from '../contract/model.ts';
import { EVERYTHING, type MediaEntry, type MediaFilter } from '../contract/shapes.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from './testing/open-for-test.ts';
import { SCHEMA_VERSION } from './kernel/migrations/index.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from './testing/sample-pages.ts';
import { type ReadableDatabase } from './kernel/database-types.ts';
import { recordPlans } from './testing/record-plans.ts';
import { type IndexReads, READS } from './reads.ts';
import { partsOf } from './messages/message-hits.ts';

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 30);
const WORDS = ['red', 'Rédaction', 'blue', 'green'];
const SHA = 'ab'.repeat(32);

let index: TestIndex;
let accountId: number;
let runId: number;

/** Chats 7 and 8 share every fifth media; 60 messages each over three months; one photo of chat 7 is stored. */
beforeAll(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  runId = index.write('startRun', { accountId, kind: 'sync', at: 1, version: 'test', pid: 1 });
  for (const chatId of [7, 8]) {
    const chatKey = saveSampleChat(index, accountId, chatId, 60);
    const messages = Array.from({ length: 60 }, (_, position) => {
      const id = 60 - position;
      return sampleMessage(
        id,
        [
          sampleMedia(chatId === 8 && id % 5 === 0 ? id : id + chatId * 1000, id % 4 === 0 ? 'locked' : 'viewable', {
            kind: MEDIA_KINDS[id % 5] ?? 'photo',
          }),
          ...(id % 5 === 0 && chatId === 7 ? [sampleMedia(id)] : []),
        ],
        {
          senderId: id % 3 === 0 ? 1 : 7,
          text: WORDS[id % 4] ?? '',
          createdAt: START + id * DAY + chatId,
          replyTo: id >= 59 ? { id: id === 60 ? 55 : 58, senderId: 7, text: 'before' } : null,
        },
      );
    });
    index.write('applyPage', {
      ...LISTED,
      accountId,
      chatKey,
      runId,
      at: 100,
      page: samplePage(messages),
      range: { hi: 60, lo: 0, nextCursor: null },
    });
  }
  index.write('saveUsers', {
    accountId,
    runId,
    at: 1,
    users: [{ id: 7, username: 'seven', name: 'Seven', displayName: null, avatarUrl: null }],
    asked: [7, 8],
  });
  const job = index
    .read('nextFiles', { accountId, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 500 })
    .find(({ mediaId, variant }) => mediaId === 7055 && variant === 'full');
  index.write('settleFiles', {
    runId,
    at: 500,
    results: [
      {
        fileId: job?.fileId ?? 0,
        outcome: 'stored',
        sha256: SHA,
        bytes: 1234,
        mime: 'image/jpeg',
        ext: 'jpg',
        width: 30,
        height: 20,
      },
    ],
  });
});
afterAll(() => {
  index.close();
});

const all = (filter: MediaFilter): MediaEntry[] => {
  const rows: MediaEntry[] = [];
  for (let after: string | null = null; ;) {
    const page: ReturnType<IndexReads['mediaEntries']> = index.read('mediaEntries', { filter, limit: 7, after });
    rows.push(...page.rows);
    if (page.next === null) {
      return rows;
    }
    after = page.next;
  }
};

const filters = fc.record<MediaFilter>({
  accountId: fc.constantFrom(null, 1),
  chatIds: fc.constantFrom([], [7], [8], [7, 8], [99]),
  kinds: fc.subarray([...MEDIA_KINDS]),
  states: fc.subarray([...LEDGER_STATES]),
  from: fc.constantFrom(null, Date.UTC(2024, 1, 1), START + 9 * DAY),
  to: fc.constantFrom(null, Date.UTC(2024, 2, 1), START + 50 * DAY + 8),
  sender: fc.constantFrom(null, 'me', 'them'),
  text: fc.constantFrom(null, '', 'red', 'no such word', '!'),
});

describe('counts by month', () => {
  test('say for any filter what the list holds, month by month', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const counts = index.read('mediaCounts', { filter, timeZone: 'UTC' });
        const rows = all(filter);
        expect(counts.count).toBe(rows.length);
        for (const bucket of counts.buckets) {
          const inside = rows.filter(({ sentAt }) => sentAt >= bucket.from && sentAt < bucket.to);
          expect(inside).toHaveLength(bucket.count);
          expect(inside.every(({ sentAt }) => new Date(sentAt).toISOString().startsWith(bucket.month))).toBe(true);
        }
        expect(counts.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(counts.count);
        expect([...counts.buckets].sort((a, b) => b.from - a.from)).toEqual(counts.buckets);
      }),
    );
  });

  test('carry bytes where tallies answer, and none where items are looked at', () => {
    const bytes = (filter: Partial<MediaFilter>): (number | null)[] =>
      index
        .read('mediaCounts', { filter: { ...EVERYTHING, ...filter }, timeZone: 'UTC' })
        .buckets.map((bucket) => bucket.bytes);
    expect(bytes({}).reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(1234);
    expect(bytes({ text: 'blue' }).every((each) => each === null)).toBe(true);
  });

  test('tell how many there are without any filter', () => {
    const { of } = index.read('mediaCounts', {
      filter: { ...EVERYTHING, accountId, kinds: ['audio'] },
      timeZone: 'UTC',
    });
    expect(of).toBe(all(EVERYTHING).length);
  });
});

describe('neighbours of an item', () => {
  test('are those of the list, for any filter and place', () => {
    fc.assert(
      fc.property(filters, fc.nat(200), fc.nat(9), fc.nat(9), (filter, pick, newer, older) => {
        const rows = all(filter);
        // With several chats the same media may stand twice; the newest place is meant.
        const at = rows.length === 0 ? -1 : rows.findIndex(({ id }) => id === rows[pick % rows.length]?.id);
        const wanted = rows[at];
        if (wanted === undefined) {
          return;
        }
        const found = index.read('mediaAround', { filter, accountId, mediaId: wanted.id, newer, older });
        expect(found?.rows).toEqual(rows.slice(Math.max(0, at - newer), at + older + 1));
        expect(found?.index).toBe(Math.min(at, newer));
        expect(found?.position === null || found?.position === at).toBe(true);
      }),
    );
  });

  test('of an item that does not match are none', () => {
    const [first] = all(EVERYTHING);
    const ask = (filter: Partial<MediaFilter>, mediaId: number) =>
      index.read('mediaAround', { filter: { ...EVERYTHING, ...filter }, accountId, mediaId, newer: 1, older: 1 });
    expect(ask({ chatIds: [99] }, first?.id ?? 0)).toBeNull();
    expect(ask({ to: 5 }, first?.id ?? 0)).toBeNull();
    expect(ask({}, 123_456)).toBeNull();
  });
});

describe('one item', () => {
  test('is read from its own key and its file, never by passing over messages', () => {
    const steps = recordPlans(index.db, (db) => {
      expect(READS.mediaItem(db, { accountId, mediaId: 7055 })?.messages.length).toBeGreaterThan(0);
    }).flatMap((asked) => asked.steps);
    expect(steps.filter((step) => step.startsWith('SCAN') && !/^SCAN [kn]$/.test(step))).toEqual([]);
    expect(steps.filter((step) => /^SEARCH s /.test(step))).not.toEqual([]);
    expect(steps.filter((step) => /^SEARCH s (?!USING INTEGER PRIMARY KEY)/.test(step))).toEqual([]);
    expect(steps.join('\n')).toMatch(/SEARCH f USING INDEX file_blob \(blob_key=\?\)/);
    expect(steps.join('\n')).toMatch(/SEARCH change USING INDEX change_media /);
  });

  test('comes with its files, its history and every message that carries it', () => {
    const stored = index.read('mediaItem', { accountId, mediaId: 7055 });
    expect(stored?.entry).toMatchObject({ state: 'stored', bytes: 1234, thumb: true, mime: 'image/jpeg' });
    expect(stored?.files[0]).toMatchObject({ variant: 'full', state: 'stored', sha256: SHA, storedAt: 500 });
    expect(stored?.history[0]).toEqual({ at: 500, state: 'stored' });
    const shared = index.read('mediaItem', { accountId, mediaId: 60 });
    expect(shared?.messages.map(({ chatId }) => chatId)).toEqual([8, 7]);
    expect(shared?.messages[1]).toMatchObject({ chatName: 'Seven', fromMe: true, id: 60 });
    expect(index.read('mediaItem', { accountId, mediaId: 1_000_000 })).toBeNull();
  });

  test('has files only where they are stored', () => {
    expect(index.read('mediaFiles', { accountId, mediaId: 7055 })).toEqual({
      full: { sha256: SHA, bytes: 1234, mime: 'image/jpeg', ext: 'jpg', storedAt: 500 },
      preview: null,
      thumb: null,
    });
    expect(index.read('mediaFiles', { accountId, mediaId: 60 }).full).toBeNull();
    expect(index.read('mediaFiles', { accountId: 9, mediaId: 7055 }).full).toBeNull();
  });
});

describe('a conversation', () => {
  const ids = (anchor: Parameters<typeof page>[0], limit = 10): number[] =>
    page(anchor, limit)?.rows.map(({ id }) => id) ?? [];
  const page = (
    anchor: { at: 'newest' } | { at: 'around' | 'older' | 'newer'; messageId: number } | { at: 'date'; time: number },
    limit: number,
  ) => index.read('messagesPage', { accountId, chatId: 7, anchor, limit });
  const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

  test('is read from any place, oldest first', () => {
    expect(ids({ at: 'newest' })).toEqual(range(51, 60));
    expect(ids({ at: 'older', messageId: 51 })).toEqual(range(41, 50));
    expect(ids({ at: 'newer', messageId: 10 })).toEqual(range(11, 20));
    expect(ids({ at: 'around', messageId: 30 })).toEqual(range(25, 34));
    expect(ids({ at: 'date', time: START + 30 * DAY })).toEqual(range(25, 34));
  });

  test('near its ends fills the page from the other side and says what is left', () => {
    expect(page({ at: 'around', messageId: 2 }, 10)).toMatchObject({ hasOlder: false, hasNewer: true });
    expect(ids({ at: 'around', messageId: 2 })).toEqual(range(1, 10));
    expect(ids({ at: 'around', messageId: 60 })).toEqual(range(51, 60));
    expect(ids({ at: 'date', time: Number.MAX_SAFE_INTEGER })).toEqual(range(51, 60));
    expect(ids({ at: 'date', time: 0 })).toEqual(range(1, 10));
    expect(page({ at: 'newest' }, 10)).toMatchObject({ hasOlder: true, hasNewer: false });
    expect(page({ at: 'older', messageId: 1 }, 10)).toEqual({ rows: [], hasOlder: false, hasNewer: false });
  });

  test('quotes what was replied to, with names, whose it is, and a picture if there is one', () => {
    const last = page({ at: 'newest' }, 1)?.rows[0];
    expect(last).toMatchObject({ id: 60, fromMe: true });
    expect(last?.replyTo).toEqual({ id: 55, senderName: 'Seven', fromMe: false, text: 'before', mediaId: 7055 });
    expect(last?.media.map(({ id }) => id)).toEqual([7060, 60]);
    // A film that is not here has no picture to quote.
    expect(page({ at: 'older', messageId: 60 }, 1)?.rows[0]?.replyTo).toMatchObject({ id: 58, mediaId: null });
  });

  test('of a chat that is not here is none', () => {
    expect(index.read('messagesPage', { accountId, chatId: 99, anchor: { at: 'newest' }, limit: 10 })).toBeNull();
  });
});

describe('words', () => {
  test('are found in pages, newest first, each message once', () => {
    const found: string[] = [];
    for (let after: string | null = null; ;) {
      const { hits, next }: ReturnType<IndexReads['messageHits']> = index.read('messageHits', {
        text: 'red',
        accountId: null,
        chatId: null,
        after,
        limit: 4,
      });
      found.push(...hits.map(({ chatId, messageId }) => `${chatId}/${messageId}`));
      if (next === null) {
        break;
      }
      after = next;
    }
    expect(found.slice(0, 3)).toEqual(['7/60', '8/60', '7/57']);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toHaveLength(60);
  });

  test('are read by as many statements for one hit as for fifty', () => {
    const counted = (limit: number): { hits: number; statements: number } => {
      let statements = 0;
      const counting: ReadableDatabase = {
        all: (sql, ...values) => ((statements += 1), index.db.all(sql, ...values)),
        get: (sql, ...values) => ((statements += 1), index.db.get(sql, ...values)),
      };
      const { hits } = READS.messageHits(counting, { text: 'r', accountId, chatId: null, after: null, limit });
      return { hits: hits.length, statements };
    };
    expect([1, 50].map(counted)).toEqual([
      { hits: 1, statements: 2 },
      { hits: 50, statements: 2 },
    ]);
  });

  test('are marked where they match', () => {
    const { hits } = index.read('messageHits', { text: 'blu', accountId, chatId: 7, after: null, limit: 1 });
    expect(hits[0]?.parts).toEqual([{ text: 'blue', hit: true }]);
    expect(hits[0]).toMatchObject({ chatName: 'Seven', mediaCount: 1 });
  });

  test('come with the words of their own message, not of the first one that matches', () => {
    const { hits } = index.read('messageHits', { text: 'r', accountId: null, chatId: null, after: null, limit: 50 });
    const wordsOf = ({ parts }: (typeof hits)[number]): string => parts.map(({ text }) => text).join('');
    expect(new Set(hits.map(wordsOf))).toEqual(new Set(['red', 'Rédaction']));
    for (const hit of hits) {
      expect(wordsOf(hit)).toBe(WORDS[hit.messageId % 4]);
    }
  });

  test('of operators alone find nothing', () => {
    expect(
      index.read('messageHits', { text: '" OR *', accountId, chatId: null, after: null, limit: 5 }).hits,
    ).toHaveLength(0);
  });

  test('are bounded, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => {
        const parts = partsOf(text);
        expect(parts.reduce((sum, part) => sum + part.text.length, 0)).toBeLessThanOrEqual(300);
      }),
    );
  });
});

describe('the library', () => {
  test('lists chats by their newest message, in pages', () => {
    const first = index.read('chatList', { accountId, after: null, limit: 1 });
    const second = index.read('chatList', { accountId, after: first.next, limit: 1 });
    expect([first.rows[0]?.id, second.rows[0]?.id, second.next]).toEqual([8, 7, null]);
    expect(second.rows[0]).toMatchObject({ name: 'Seven', coverMediaId: 7055, upToDate: false, media: 72 });
  });

  test('sums what is stored by chat and kind', () => {
    const { chats, rest, total } = index.read('libraryUsage', {});
    expect(chats).toHaveLength(1);
    expect(chats[0]).toMatchObject({ chatId: 7, bytes: 1234, kinds: { photo: { files: 1, bytes: 1234 } } });
    expect(rest).toBeNull();
    expect(total.photo).toEqual({ files: 1, bytes: 1234 });
  });

  test('knows its ledger by chat, adding up', () => {
    const { chats, total } = index.read('ledgerRows', { accountId, chatId: null });
    expect(chats.map(({ chatId, accountId: of }) => [chatId, of])).toEqual([
      [8, accountId],
      [7, accountId],
    ]);
    for (const { listed, ...columns } of [total, ...chats.map(({ media }) => media)]) {
      expect(Object.values(columns).reduce((sum, n) => sum + n, 0)).toBe(listed);
    }
    expect(total.stored).toBe(1);
  });

  test('knows its size, its accounts and what a run changed', () => {
    expect(index.read('librarySize', {})).toMatchObject({
      files: 1,
      bytes: 1234,
      savedBytes: 0,
      schema: SCHEMA_VERSION,
    });
    expect(index.read('accountFacts', {})).toEqual([{ accountId, media: all(EVERYTHING).length, lastSyncAt: null }]);
    expect(index.read('changes', { sinceRun: runId + 1, sinceAt: null, after: null, limit: 5 })).toEqual([]);
    expect(index.read('runs', { limit: 5, id: null, before: runId })).toEqual([]);
    expect(index.read('runs', { limit: 5, id: null, before: runId + 1 })).toHaveLength(1);
  });
});
