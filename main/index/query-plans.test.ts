/** Plans of the statements that reads really run: each read of a screen is called, and what it asks is recorded. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MEDIA_ORDERS } from '../contract/browse-shapes.ts';
import { MEDIA_KINDS, type MediaKind } from '../contract/model.ts';
import { EVERYTHING, type MediaFilter } from '../contract/shapes.ts';
import { kinds, ledgerStates } from './kernel/codes.ts';
import { type ReadableDatabase } from './kernel/database-types.ts';
import { READS } from './reads.ts';
import { WRITES } from './writes.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from './testing/open-for-test.ts';
import { type Asked, recordPlans } from './testing/record-plans.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from './testing/sample-pages.ts';

let index: TestIndex;
let accountId: number;
let chatKey: number;

/** Two chats; stored, removed, labelled and noted media; what has many words or labels is put in by the tests that need it. */
beforeAll(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  for (const chatId of [7, 8]) {
    chatKey = saveSampleChat(index, accountId, chatId, 20);
    const messages = Array.from({ length: 20 }, (_, at) =>
      sampleMessage(20 - at, [sampleMedia(chatId * 100 + at), sampleMedia(at, 'locked')], { text: 'red' }),
    );
    const range = { hi: 20, lo: 0, nextCursor: null };
    index.write('applyPage', { ...LISTED, accountId, chatKey, page: samplePage(messages), range });
  }
  const jobs = index.read('nextFiles', { accountId, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 30 });
  const results = jobs.map(({ fileId }) => ({
    ...{ fileId, outcome: 'stored' as const, sha256: fileId.toString(16).padStart(64, '0'), bytes: fileId },
    ...{ mime: 'image/jpeg', ext: 'jpg', width: 1, height: 1 },
  }));
  index.write('settleFiles', { runId: null, at: 5, results });
  const removal = index.write('beginRemoval', { at: 6 });
  const refs = [700, 701].map((mediaId) => ({ accountId, mediaId }));
  const selection = { filter: EVERYTHING, spans: [], include: refs, exclude: [] };
  index.write('removeMedia', { removal, selection, after: 'included 0', limit: 9, at: 6 });
});
afterAll(() => {
  index.close();
});
beforeEach(() => {
  index.db.exec('SAVEPOINT world');
  return () => {
    index.db.exec('ROLLBACK TO world; RELEASE world');
  };
});

type Read = (db: ReadableDatabase) => unknown;
const asked = (read: Read): Asked[] => recordPlans(index.db, read);
/** The plans of the statements whose text has `part`. */
const plansWith = (part: string, read: Read): (readonly string[])[] =>
  asked(read)
    .filter(({ sql }) => sql.includes(part))
    .map(({ steps }) => steps);

const filterOf = (limit: Partial<MediaFilter>): MediaFilter => ({ ...EVERYTHING, ...limit });
const AFTER = '5.6';

/** The plan of a page of the list: it alone asks `item` for keys in order. */
function listPlan(limit: Partial<MediaFilter>): readonly string[] {
  const filter = filterOf(limit);
  const [steps] = plansWith('ORDER BY i.sent_at DESC', (db) =>
    READS.mediaEntries(db, { filter, limit: 200, after: AFTER }),
  );
  return steps ?? [];
}

/** Counts as if there were so many films. */
function countFilms(state: 'stored' | 'failed', n: number): void {
  const values = [kinds.code('video'), ledgerStates.code(state), n] as const;
  index.db.run(
    'INSERT INTO facet (account_id, month, kind, ledger_state, side, facts, n, bytes) VALUES (0, 600, ?, ?, 1, 9, ?, 1)',
    ...values,
  );
  index.db.run(
    'INSERT INTO total (scope, kind, ledger_state, n, bytes) VALUES (0, ?, ?, ?, 1) ON CONFLICT DO NOTHING',
    ...values,
  );
}

/** More messages with a word than are looked up one by one. */
function manyHits(): void {
  index.db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
    INSERT INTO message_fts (rowid, text) SELECT (i << 31) | 900000, 'many' FROM n`);
}

const LEAD = ['SEARCH i USING COVERING INDEX item_lead ((sent_at,media_key)<(?,?))'];

describe('the list of everything', () => {
  test('walks one index without sorting, whatever is left out of it', () => {
    expect(listPlan({})).toEqual(LEAD);
    for (const filter of [
      { kinds: ['audio', 'gif'] as MediaKind[], sender: 'me' as const, accountId },
      { minMs: 60_000, maxMs: 300_000 },
      { minBytes: 1_000_000 },
      { shape: 'portrait' as const, kinds: ['video' as const] },
      { states: ['stored' as const] },
      { trades: ['tip' as const, 'bought' as const] },
    ]) {
      expect(listPlan(filter)).toEqual(LEAD);
    }
    expect(listPlan({ from: 1, to: 9 })).toEqual(['SEARCH i USING COVERING INDEX item_lead (sent_at>? AND sent_at<?)']);
  });

  test('is walked upwards too, for the neighbours of an item', () => {
    const around = { filter: EVERYTHING, accountId: 1, mediaId: 702, newer: 9, older: 9 };
    expect(plansWith('ORDER BY i.sent_at, i.media_key', (db) => READS.mediaAround(db, around))[0]).toEqual([
      'SEARCH i USING COVERING INDEX item_lead ((sent_at,media_key)>(?,?))',
    ]);
  });

  test('has an index for one rare state', () => {
    expect(listPlan({ states: ['failed'] })).toEqual([
      'SEARCH i USING COVERING INDEX item_missing (ledger_state=? AND (sent_at,media_key)<(?,?))',
    ]);
  });

  test('of a chat is read in the order in which it lies on disk', () => {
    for (const filter of [
      {},
      { kinds: ['video' as const] },
      { states: ['stored' as const, 'pending' as const], sender: 'them' as const },
    ]) {
      expect(listPlan({ ...filter, chatIds: [7] })).toEqual([
        'SEARCH i USING PRIMARY KEY (chat_key=? AND (sent_at,media_key)<(?,?))',
      ]);
    }
  });

  test('tests row by row what chats have not got; counting finds it once', () => {
    const filter = filterOf({ notSentTo: [7] });
    expect(listPlan(filter).slice(0, 2)).toEqual([...LEAD, 'CORRELATED SCALAR SUBQUERY 1']);
    expect(listPlan(filter)).toContain('SEARCH y USING COVERING INDEX sqlite_autoindex_chat_1 (account_id=? AND id=?)');
    const [counted] = plansWith('NOT IN (SELECT x', (db) => READS.mediaCounts(db, { filter, timeZone: 'UTC' }));
    expect(counted).toContain('LIST SUBQUERY 1');
  });

  test('looks few hits up one by one, and walks and counts many without sorting the walk', () => {
    expect(listPlan({ text: 'red' }).slice(0, 3)).toEqual([
      'SCAN k VIRTUAL TABLE INDEX 1:',
      'SEARCH l USING PRIMARY KEY (message_key=?)',
      expect.stringMatching(/^SEARCH i USING (INDEX|COVERING INDEX) item_media \(media_key=\?/),
    ]);
    manyHits();
    const steps = listPlan({ text: 'many' });
    expect(steps[0]).toMatch(/^SEARCH i USING INDEX item_lead/);
    expect(steps.join('\n')).not.toContain('TEMP B-TREE');
    const [counted] = plansWith('CROSS JOIN message_media', (db) =>
      READS.mediaCounts(db, { filter: filterOf({ text: 'many' }), timeZone: 'UTC' }),
    );
    expect(counted?.slice(counted.indexOf('SCAN k'), counted.indexOf('SCAN k') + 3)).toEqual([
      'SCAN k',
      'SEARCH l USING PRIMARY KEY (message_key=?)',
      expect.stringMatching(/^SEARCH i USING INDEX item_media \(media_key=\?/),
    ]);
  });
});

/** The plans of the rows with a value, in a page by size or length somewhere in the list. */
function valuePlans(limit: Partial<MediaFilter>, by: 'size' | 'length', descending: boolean): (readonly string[])[] {
  const input = { filter: filterOf(limit), order: { by, descending }, limit: 200, after: '9.5.6.1' };
  return plansWith(' AS value FROM', (db) => READS.mediaEntries(db, input)).slice(0, kindsOf(limit));
}
const kindsOf = ({ kinds: asked }: Partial<MediaFilter>): number => (asked ?? MEDIA_KINDS).length;

describe('an order by size or length', () => {
  test('walks the index of the value for each kind, in both directions', () => {
    for (const descending of [true, false]) {
      for (const [by, column] of [
        ['size', 'bytes'],
        ['length', 'duration_ms'],
      ] as const) {
        for (const filter of [{}, { kinds: ['video' as const] }]) {
          const plans = valuePlans(filter, by, descending);
          expect(plans).toHaveLength(kindsOf(filter));
          for (const steps of plans) {
            const bound = `item_${by} (kind=? AND (${column},sent_at,media_key)${descending ? '<' : '>'}(?,?,?))`;
            expect(steps[0]).toContain(`COVERING INDEX ${bound}`);
            expect(steps.join('\n')).not.toContain('TEMP B-TREE');
          }
        }
      }
    }
  });

  test('bounds the walk by a range of the value beside the place it goes on from', () => {
    countFilms('stored', 30_000);
    const [falling, rising] = [true, false].map(
      (descending) => valuePlans({ kinds: ['video'], minBytes: 1, maxBytes: 9000 }, 'size', descending)[0]?.[0],
    );
    expect(falling).toMatch(/item_size \(kind=\? AND bytes>\? AND \(bytes,sent_at,media_key\)<\(\?,\?,\?\)\)/);
    expect(rising).toMatch(/item_size \(kind=\? AND \(bytes,sent_at,media_key\)>\(\?,\?,\?\) AND bytes<\?\)/);
  });

  test('walks what a filter leaves where that passes less than sorting it, and sorts few rows', () => {
    countFilms('stored', 19_000);
    countFilms('failed', 100);
    const first = (limit: Partial<MediaFilter>): string | undefined =>
      valuePlans({ kinds: ['video'], ...limit }, 'length', true)[0]?.[0];
    expect(first({ states: ['stored'] })).toContain('item_length (kind=?');
    expect(first({ states: ['failed'] })).toBe('SEARCH i USING INDEX item_missing (ledger_state=?)');
    expect(first({ chatIds: [7] })).toBe('SEARCH i USING PRIMARY KEY (chat_key=?)');
  });
});

test('a list by chat walks the chats by their names, from the place where it goes on', () => {
  const order = { by: 'chat', descending: false } as const;
  const after = [chatKey, 5, 6, chatKey].map((part) => part.toString(36)).join('.');
  for (const [filter, name] of [
    [EVERYTHING, 'chat_name'],
    [filterOf({ accountId }), 'chat_name_account'],
  ] as const) {
    const [steps] = plansWith('ORDER BY c.name_order', (db) =>
      READS.mediaEntries(db, { filter, order, limit: 200, after }),
    );
    expect(steps?.[0]).toContain(`SEARCH c USING COVERING INDEX ${name} (`);
    expect(steps?.[0]).toContain('name_order>?');
    expect(steps?.join('\n')).not.toContain('TEMP B-TREE');
  }
});

describe('chats', () => {
  test('come newest first from an index, however many there are, and each part of them by its key', () => {
    const after = READS.chatList(index.db, { accountId: null, after: null, limit: 1 }).next;
    for (const [of, from, start] of [
      [null, null, 'SCAN c USING INDEX chat_newest'],
      [null, after, 'SEARCH c USING INDEX chat_newest'],
      [accountId, null, 'SEARCH c USING INDEX chat_newest_account'],
      [accountId, after, 'SEARCH c USING INDEX chat_newest_account'],
    ] as const) {
      const [list, ...covers] = asked((db) => READS.chatList(db, { accountId: of, after: from, limit: 100 }));
      expect(list?.steps[0]).toContain(start);
      for (const steps of [list?.steps.slice(1) ?? [], ...covers.map((each) => each.steps)]) {
        expect(steps.filter((step) => /^SCAN|ORDER BY/.test(step))).toEqual([]);
      }
    }
  });

  test('in the order in which they came are read by their keys', () => {
    const [list] = asked((db) => READS.chats(db, { accountId: null, after: 5, limit: 9 }));
    expect(list?.steps[0]).toBe('SEARCH c USING INTEGER PRIMARY KEY (rowid>?)');
  });

  test('have a ledger that reads what belongs to the chats it shows', () => {
    const one = asked((db) => READS.ledgerRows(db, { accountId: null, chatId: 7 }));
    expect(one[0]?.steps[0]).toBe('SEARCH c USING INDEX sqlite_autoindex_chat_1 (account_id=? AND id=?)');
    for (const { steps } of [...one, ...asked((db) => READS.ledgerRows(db, { accountId, chatId: null }))]) {
      expect(steps.filter((step) => /^SCAN/.test(step) && !MAY_SCAN.test(step))).toEqual([]);
    }
  });

  test('have hits that are a walk through their own messages in order, and no text is read', () => {
    const walk = 'USING COVERING INDEX sqlite_autoindex_message_1 (chat_key=?)';
    const steps = asked((db) => READS.chatHits(db, { accountId, chatId: 7, text: 'red' })).map((each) => each.steps);
    expect(steps).toContainEqual([`SEARCH message ${walk}`]);
    const hits = steps.find((each) => each[0] === `SEARCH m ${walk}`);
    expect(hits?.[2]).toBe('SCAN f VIRTUAL TABLE INDEX 0:M1');
    expect(hits?.join('\n')).not.toContain('TEMP B-TREE');
  });

  test('have messages that are found by chat and id', () => {
    const anchor = { at: 'older', messageId: 9 } as const;
    const plans = asked((db) => READS.messagesPage(db, { accountId, chatId: 7, anchor, limit: 5 }));
    expect(plans.flatMap(({ steps }) => steps)).toContainEqual(
      expect.stringMatching(/^SEARCH s USING .*chat_key=\? AND id</),
    );
  });
});

test('a search walks the words newest first, from where it stopped, without sorting', () => {
  const input = { text: 'red', accountId: null, chatId: null, limit: 5 };
  const { next } = READS.messageHits(index.db, { ...input, after: null });
  const plans = asked((db) => READS.messageHits(db, { ...input, after: next }));
  const [hits] = plans.filter(({ sql }) => sql.includes('MATCH'));
  // 64: in the order of the full text.
  expect(hits?.steps.slice(0, 2)).toEqual([
    'SCAN f VIRTUAL TABLE INDEX 64:M1>',
    'SEARCH s USING INTEGER PRIMARY KEY (rowid=?)',
  ]);
  expect(hits?.steps.join('\n')).not.toContain('TEMP B-TREE');
  const media = plans.find(({ sql }) => sql.includes('row_number()'));
  expect(media?.steps.filter((step) => step.startsWith('SCAN'))).toEqual([
    'SCAN k VIRTUAL TABLE INDEX 1:',
    expect.stringMatching(/^SCAN \(subquery/),
    'SCAN i',
  ]);
  // The text of a hit: full text reads it from this view.
  expect(
    recordPlans(index.db, (db) => db.get('SELECT text FROM message_indexed WHERE place = ?', 1))[0]?.steps[0],
  ).toBe('SEARCH m USING INDEX message_place (<expr>=?)');
});

describe('files', () => {
  test('that wait come from the end of their queue, without sorting', () => {
    for (const [chatKeys, name] of [
      [[], 'fetch_account (account_id=? AND lane=?)'],
      [[chatKey], 'fetch_chat (chat_key=? AND lane=?)'],
    ] as const) {
      const input = { accountId, chatKeys, lane: 'small', now: 9, exclude: [], limit: 50 } as const;
      const [queue] = asked((db) => READS.nextFiles(db, input));
      expect(queue?.steps[0]).toBe(`SEARCH q USING INDEX ${name}`);
      expect(queue?.steps.join('\n')).not.toContain('TEMP B-TREE');
    }
  });

  test('of pictures without a colour come from an index of their own, each with its files', () => {
    const [steps] = plansWith('colour', (db) => READS.uncoloured(db, { limit: 50 }));
    expect(steps?.filter((step) => !/SUBQUERY|CO-ROUTINE|TEMP B-TREE/.test(step))).toEqual([
      'SCAN media USING INDEX media_uncoloured',
      'SCAN m',
      expect.stringMatching(/^SEARCH b USING INTEGER PRIMARY KEY/),
      expect.stringMatching(/^SEARCH v USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/),
      expect.stringMatching(/^SEARCH t USING INTEGER PRIMARY KEY/),
    ]);
  });

  test('are checked in the order of their hashes', () => {
    const [blobs] = asked((db) => READS.blobs(db, { after: 'ab'.repeat(32), limit: 9 }));
    expect(blobs?.steps).toEqual([expect.stringMatching(/^SEARCH blob USING INDEX \S+ \(sha256>\?\)$/)]);
  });

  test('that go from the trash are asked by the file whether another item has it', () => {
    const emptied = recordPlans(index.db, (db) => WRITES.emptyTrash(db, { which: { all: true }, limit: 9, at: 7 }));
    const useful = emptied.filter(({ sql }) => sql.includes('FROM file WHERE blob_key'));
    expect(useful).toHaveLength(4);
    expect(useful[0]?.steps).toEqual([
      expect.stringMatching(/^SEARCH file USING (COVERING )?INDEX file_blob \(blob_key=\?\)/),
    ]);
  });
});

test('changes, runs and due pages come from an index in order', () => {
  for (const read of [
    (db: ReadableDatabase) => READS.coverage(db, { chatKey, pass: 'media' as const }),
    (db: ReadableDatabase) => READS.changes(db, { sinceRun: null, sinceAt: null, after: 3, limit: 5 }),
    (db: ReadableDatabase) => READS.runs(db, { id: null, before: 7, limit: 5 }),
    (db: ReadableDatabase) => READS.accountFacts(db, {}),
  ]) {
    for (const { steps } of asked(read)) {
      expect(steps.filter((step) => /^SCAN (?!a$|run$)|TEMP B-TREE/.test(step))).toEqual([]);
    }
  }
});

/** Lists that a statement was given (`json_each`), and tables of a row for each account or label, or for the library. */
const MAY_SCAN =
  /^SCAN (\S+ VIRTUAL TABLE INDEX 1:|(a|account|label)( USING .*)?|library_size|pragma_\w+.*|CONSTANT ROW)$/;

/** Steps that read all of something: not walks that end with their page, nor what the statement has made itself. */
function wholeReads({ sql, steps }: Asked): string[] {
  const made = steps.some((step) => /^(CO-ROUTINE|MATERIALIZE)/.test(step));
  const isWalk = sql.includes('LIMIT ?') && !sql.includes('count(') && !steps.join().includes('TEMP B-TREE');
  return steps.filter(
    (step) =>
      step.startsWith('SCAN') && !MAY_SCAN.test(step) && !isWalk && !(made && /^SCAN (\S+|\(\S+\))$/.test(step)),
  );
}

describe('no screen reads a table from end to end, or sorts more than a page', () => {
  const entry = { accountId: 1, mediaId: 702 };
  const selection = { filter: EVERYTHING, spans: null, include: [], exclude: [] };
  const SCREENS: Readonly<Record<string, Read>> = {
    counts: (db) => READS.mediaCounts(db, { filter: EVERYTHING, timeZone: 'America/Los_Angeles' }),
    'counts by a label': (db) => READS.mediaCounts(db, { filter: filterOf({ labels: [1] }), timeZone: 'UTC' }),
    'size of a selection by a label': (db) =>
      READS.selectionSummary(db, { selection: { ...selection, filter: filterOf({ labels: [1], kinds: ['video'] }) } }),
    labels: (db) => READS.labels(db, {}),
    'counts of an account': (db) =>
      READS.mediaCounts(db, { filter: filterOf({ accountId, sender: 'me' }), timeZone: 'UTC' }),
    ...Object.fromEntries(
      MEDIA_ORDERS.map((by): [string, Read] => [
        `page by ${by}`,
        (db) =>
          READS.mediaEntries(db, { filter: EVERYTHING, order: { by, descending: true }, limit: 200, after: null }),
      ]),
    ),
    neighbours: (db) => READS.mediaAround(db, { filter: EVERYTHING, ...entry, newer: 9, older: 9 }),
    'one item': (db) => READS.mediaItem(db, entry),
    'files of an item': (db) => READS.mediaFiles(db, entry),
    'details of a page': (db) => READS.mediaDetails(db, { refs: [{ ...entry, chatId: 7 }] }),
    conversation: (db) => READS.messagesPage(db, { accountId, chatId: 7, anchor: { at: 'newest' }, limit: 9 }),
    accounts: (db) => [READS.accounts(db, {}), READS.accountFacts(db, {})],
    'size of a selection': (db) => READS.selectionSummary(db, { selection }),
    'usage by chat': (db) => READS.libraryUsage(db, {}),
    'size of the library': (db) => READS.librarySize(db, {}),
    'ledger of all': (db) => READS.ledgerTotal(db, { accountId: null }),
    'a page of the trash': (db) => READS.trashPage(db, { after: null, limit: 9 }),
  };
  test.each(Object.entries(SCREENS))('%s', (_name, read) => {
    const plans = asked(read);
    expect(plans).not.toEqual([]);
    expect(plans.flatMap(wholeReads)).toEqual([]);
  });
});
