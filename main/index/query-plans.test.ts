import { afterAll, beforeAll, expect, test } from 'vitest';
import { MEDIA_KINDS } from '../contract/model.ts';
import { kinds, ledgerStates } from './kernel/codes.ts';
import { type ReadableDatabase, type SqlValues } from './kernel/database-types.ts';
import { EVERYTHING, type MediaFilter } from '../contract/shapes.ts';
import { openForTest, type TestIndex } from './testing/open-for-test.ts';
import { UNCOLOURED } from './files/colours.ts';
import { queueSql } from './files/reads.ts';
import { orderedKeys, valueSql, type ValueList } from './browse/media-ordered.ts';
import { ENTRIES_AT, ENTRIES_OF_MESSAGES } from './media/entries.ts';
import { HITS_OF_CHAT, KEYS_OF_CHAT } from './messages/chat-hits.ts';
import { AFTER_HIT, HITS } from './messages/message-hits.ts';
import { CHAT_ROWS, NEWEST, OLDER } from './chats/chat-list.ts';
import { COVERAGE_OF } from './ledger/reads.ts';
import { DETAILS_AT } from './browse/media-details.ts';
import { trashBefore, trashOfRemoval, TRASH_SUMMARY } from './trash/reads.ts';
import { type MediaCursor, type MediaScope, mediaSql, type TextLimit } from './browse/media-sql.ts';

let index: TestIndex;
beforeAll(() => {
  index = openForTest();
});
afterAll(() => {
  index.close();
});

const after: MediaCursor = { sentAt: 5, mediaKey: 6 };

/** The steps of the plan, indented by depth. */
function plan(sql: string, values: SqlValues): string[] {
  return index.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => row.detail);
}

function mediaPlan(filter: Partial<MediaFilter>, scope: MediaScope, text: TextLimit = null): string[] {
  const { sql, values } = mediaSql({ ...EVERYTHING, ...filter }, scope, text, after, 200);
  return plan(sql, values);
}

const LEAD = ['SEARCH i USING COVERING INDEX item_lead ((sent_at,media_key)<(?,?))'];

test('the list of everything walks one index without sorting, whatever is left out of it', () => {
  expect(mediaPlan({}, { by: 'lead' })).toEqual(LEAD);
  expect(mediaPlan({ kinds: ['audio', 'gif'], sender: 'me', accountId: 1 }, { by: 'lead' })).toEqual(LEAD);
  expect(mediaPlan({ from: 1, to: 9 }, { by: 'lead' })).toEqual([
    'SEARCH i USING COVERING INDEX item_lead (sent_at>? AND sent_at<?)',
  ]);
});

test('one rare state has an index of its own', () => {
  expect(mediaPlan({ states: ['failed'] }, { by: 'lead' })).toEqual([
    'SEARCH i USING COVERING INDEX item_missing (ledger_state=? AND (sent_at,media_key)<(?,?))',
  ]);
});

test('length, size, shape and states are told by the same index', () => {
  for (const filter of [
    { minMs: 60_000, maxMs: 300_000 },
    { minBytes: 1_000_000 },
    { shape: 'portrait' as const, kinds: ['video' as const] },
    { states: ['stored' as const] },
    { trades: ['tip' as const, 'bought' as const] },
  ]) {
    expect(mediaPlan(filter, { by: 'lead' })).toEqual(LEAD);
  }
});

test('what chats have not got is tested row by row in a page, and found once for counting', () => {
  expect(mediaPlan({ notSentTo: [7] }, { by: 'lead' }).slice(0, 2)).toEqual([...LEAD, 'CORRELATED SCALAR SUBQUERY 1']);
  const { sql, values } = mediaSql({ ...EVERYTHING, notSentTo: [7] }, { by: 'lead' }, null, null, 200, 'any');
  expect(plan(sql, values)).toContain('LIST SUBQUERY 1');
});

function valuePlan(filter: Partial<MediaFilter>, scope: MediaScope, list: Partial<ValueList>): string[] {
  const { sql, values } = valueSql({ ...EVERYTHING, ...filter }, scope, null, {
    by: 'size',
    descending: true,
    after: { value: 9, sentAt: 5, mediaKey: 6, chatKey: 1 },
    limit: 200,
    walk: 1,
    without: false,
    ...list,
  });
  return plan(sql, values);
}

test('an order by size or length walks the index of the value, in both directions, whatever is left out', () => {
  for (const descending of [true, false]) {
    for (const filter of [{}, { kinds: ['video' as const], sender: 'me' as const }, { states: ['stored' as const] }]) {
      for (const [by, name] of [
        ['size', 'item_size \\(kind=\\? AND \\(bytes,sent_at,media_key\\)'],
        ['length', 'item_length \\(kind=\\? AND \\(duration_ms,sent_at,media_key\\)'],
      ] as const) {
        const steps = valuePlan(filter, { by: 'lead' }, { by, descending });
        expect(steps.join('\n')).toMatch(new RegExp(`SEARCH i USING (COVERING )?INDEX ${name}`));
        expect(steps.join('\n')).not.toContain('TEMP B-TREE');
      }
    }
  }
});

/** The plans of all that a page in `order` asks of rows that have a value. */
function plansOfPage(filter: Partial<MediaFilter>, by: 'size' | 'length'): string[][] {
  const asked: string[][] = [];
  const db: ReadableDatabase = {
    all: (sql, ...values) => {
      if (sql.includes('AS value FROM') && !sql.includes('NULL AS value')) {
        asked.push(plan(sql, values));
      }
      return index.db.all(sql, ...values);
    },
    get: (sql, ...values) => index.db.get(sql, ...values),
  };
  orderedKeys(db, {
    filter: { ...EVERYTHING, ...filter },
    order: { by, descending: true },
    limit: 200,
    after: null,
  });
  return asked;
}

test('everything by size or length is a walk for each kind, however few it has', () => {
  for (const by of ['size', 'length'] as const) {
    const plans = plansOfPage({}, by);
    expect(plans).toHaveLength(MEDIA_KINDS.length);
    expect(plans.map(([step]) => step)).toEqual(
      plans.map((): unknown => expect.stringContaining(`item_${by} (kind=?`)),
    );
    expect(plansOfPage({ kinds: ['video'] }, by)).toHaveLength(1);
  }
});

test('what a filter leaves is walked to where that passes less than sorting it', () => {
  const put = (state: string, n: number): void => {
    const values = [kinds.code('video'), ledgerStates.code(state === 'stored' ? 'stored' : 'failed'), n] as const;
    index.db.run(
      `INSERT INTO facet (account_id, month, kind, ledger_state, side, facts, n, bytes) VALUES (0, 600, ?, ?, 1, 9, ?, 1)`,
      ...values,
    );
    index.db.run('INSERT INTO total (scope, kind, ledger_state, n, bytes) VALUES (0, ?, ?, ?, 1)', ...values);
  };
  put('stored', 19_000);
  put('failed', 100);
  const first = (filter: Partial<MediaFilter>): string => plansOfPage(filter, 'length')[0]?.[0] ?? '';
  expect(first({ states: ['stored'] })).toContain('item_length (kind=?');
  expect(first({ states: ['failed'] })).toContain('item_missing (ledger_state=?)');
  index.db.run('DELETE FROM facet');
  index.db.run('DELETE FROM total');
});

test('a range of the value bounds the walk beside the place it goes on from', () => {
  for (const descending of [true, false]) {
    expect(valuePlan({ minBytes: 1000, maxBytes: 9000 }, { by: 'lead' }, { descending })[0]).toMatch(
      descending
        ? /item_size \(kind=\? AND bytes>\? AND \(bytes,sent_at,media_key\)<\(\?,\?,\?\)\)/
        : /item_size \(kind=\? AND \(bytes,sent_at,media_key\)>\(\?,\?,\?\) AND bytes<\?\)/,
    );
  }
});

test('one rare state is found in its own index and sorted', () => {
  expect(valuePlan({ states: ['failed'] }, { by: 'lead' }, { walk: null })[0]).toBe(
    'SEARCH i USING INDEX item_missing (ledger_state=?)',
  );
});

test('few rows are found by date or in their chat and sorted', () => {
  expect(valuePlan({ from: 1, to: 9 }, { by: 'lead' }, { walk: null })[0]).toContain(
    'item_lead (sent_at>? AND sent_at<?)',
  );
  expect(valuePlan({}, { by: 'chat', chatKey: 3 }, { walk: null })[0]).toBe('SEARCH i USING PRIMARY KEY (chat_key=?)');
});

test('pictures without a colour come from an index of their own, each with its files', () => {
  expect(plan(UNCOLOURED, [50]).filter((step) => !/SUBQUERY|CO-ROUTINE|TEMP B-TREE/.test(step))).toEqual([
    'SCAN media USING INDEX media_uncoloured',
    'SCAN m',
    expect.stringMatching(/^SEARCH b USING INTEGER PRIMARY KEY/),
    expect.stringMatching(/^SEARCH v USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/),
    expect.stringMatching(/^SEARCH t USING INTEGER PRIMARY KEY/),
  ]);
});

test('the trash is counted and paged from its own index', () => {
  expect(plan(TRASH_SUMMARY, [])).toEqual([expect.stringMatching(/^SEARCH m USING COVERING INDEX media_trash/)]);
  for (const steps of [plan(trashOfRemoval(), [1, 2, 200]), plan(trashBefore(), [1, 200])]) {
    expect(steps).toEqual([expect.stringMatching(/^SEARCH m USING COVERING INDEX media_trash \(removal/)]);
  }
});

test('whether a file is still of use is found from the file', () => {
  expect(plan('SELECT 1 FROM file WHERE blob_key = ? LIMIT 1', [1])).toEqual([
    expect.stringMatching(/^SEARCH file USING (COVERING )?INDEX file_blob \(blob_key=\?\)/),
  ]);
});

test('a chat is read in the order in which it lies on disk', () => {
  for (const filter of [
    {},
    { kinds: ['video' as const] },
    { states: ['stored' as const, 'pending' as const], sender: 'them' as const },
  ]) {
    expect(mediaPlan(filter, { by: 'chat', chatKey: 3 })).toEqual([
      'SEARCH i USING PRIMARY KEY (chat_key=? AND (sent_at,media_key)<(?,?))',
    ]);
  }
});

test('many hits of a word filter the walk and do not sort it', () => {
  const steps = mediaPlan({}, { by: 'lead' }, { match: '"a" *' });
  expect(steps[0]).toMatch(/^SEARCH i USING INDEX item_lead/);
  expect(steps.join('\n')).not.toContain('TEMP B-TREE');
});

test('what matches many hits is counted from the words', () => {
  const { sql, values } = mediaSql(EVERYTHING, { by: 'lead' }, { match: '"a" *' }, null, -1, 'any', 'count(*) AS n');
  expect(plan(sql, values)).toEqual([
    'CO-ROUTINE k',
    expect.stringMatching(/^SCAN f VIRTUAL TABLE/),
    'USE TEMP B-TREE FOR ORDER BY',
    'SCAN k',
    'SEARCH l USING PRIMARY KEY (message_key=?)',
    expect.stringMatching(/^SEARCH i USING INDEX item_media \(media_key=\?/),
  ]);
});

test('the hits of a chat are a walk through its own messages in order, and no text is read', () => {
  const walk = 'USING COVERING INDEX sqlite_autoindex_message_1 (chat_key=?)';
  expect(plan(KEYS_OF_CHAT, [1])).toEqual([`SEARCH message ${walk}`]);
  const steps = plan(HITS_OF_CHAT, [1, '"a" *', 1, 2, 10]);
  expect(steps.slice(0, 3)).toEqual([`SEARCH m ${walk}`, expect.any(String), 'SCAN f VIRTUAL TABLE INDEX 0:M1']);
  expect(steps.join('\n')).not.toContain('TEMP B-TREE');
});

test('the media of a message are found from the message', () => {
  const steps = plan(
    `SELECT i.sent_at FROM message_media l CROSS JOIN item i ON i.media_key = l.media_key AND i.chat_key = ?
     WHERE l.message_key = ? ORDER BY l.position LIMIT 6`,
    [1, 2],
  );
  expect(steps.slice(0, 2)).toEqual([
    'SEARCH l USING PRIMARY KEY (message_key=?)',
    expect.stringMatching(/^SEARCH i USING .*item_media \(media_key=\? AND chat_key=\?\)/),
  ]);
});

test('the tiles of a page are looked up one by one', () => {
  const step = plan(ENTRIES_AT, ['[]']).find((each) => each.startsWith('SEARCH i '));
  expect(step).toMatch(/^SEARCH i USING (COVERING )?INDEX item_media \(media_key=\? AND chat_key=\?\)/);
});

test('few hits are looked up one by one', () => {
  const steps = mediaPlan({}, { by: 'lead' }, { keys: [1, 2] });
  expect(steps.slice(0, 3)).toEqual([
    'SCAN k VIRTUAL TABLE INDEX 1:',
    'SEARCH l USING PRIMARY KEY (message_key=?)',
    expect.stringMatching(/^SEARCH i USING (INDEX|COVERING INDEX) item_media \(media_key=\?/),
  ]);
});

test('the file queue is read from its end, without sorting', () => {
  const values = [1, 0, 9, '[]', 50];
  for (const [scope, name] of [
    ['q.account_id = +?', 'fetch_account (account_id=? AND lane=?)'],
    ['q.chat_key = +?', 'fetch_chat (chat_key=? AND lane=?)'],
  ] as const) {
    const steps = plan(queueSql(scope), values);
    expect(steps[0]).toBe(`SEARCH q USING INDEX ${name}`);
    expect(steps.join('\n')).not.toContain('TEMP B-TREE');
  }
});

test('chats, coverage, blobs, changes and due pages come from an index in order', () => {
  const steps = [
    ...plan('SELECT c.key FROM chat c WHERE c.key > ? ORDER BY c.key LIMIT ?', [0, 5]),
    ...plan('SELECT hi FROM coverage WHERE chat_key = ? AND pass = ? ORDER BY hi DESC LIMIT 500', [1, 'media']),
    ...plan('SELECT sha256 FROM blob WHERE sha256 > ? AND lost_at IS NULL ORDER BY sha256 LIMIT ?', ['', 5]),
    ...plan('SELECT id FROM change WHERE id > ? ORDER BY id LIMIT ?', [0, 5]),
    ...plan('SELECT hi FROM segment s WHERE s.pass = ? AND s.checked_at < ? ORDER BY s.checked_at LIMIT ?', [
      'media',
      1,
      5,
    ]),
    ...plan('SELECT hi FROM coverage WHERE chat_key = ? AND pass = ? AND hi >= ? AND lo <= ?', [1, 'media', 1, 2]),
  ];
  expect(steps.filter((step) => step.startsWith('SCAN') || step.includes('TEMP B-TREE'))).toEqual([]);
});

test('details of a page of items are found by their ids, each by one step', () => {
  const steps = plan(DETAILS_AT, ['[[1,2,3]]']);
  expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([expect.stringContaining('SCAN k VIRTUAL TABLE')]);
});

test('a search walks the words newest first, from where it stopped, without sorting', () => {
  const steps = plan(`${HITS} AND ${AFTER_HIT} ORDER BY f.rowid LIMIT ?`, ['"a" *', 1, 2, 51]);
  // 64: in the order of the full text.
  expect(steps.slice(0, 2)).toEqual([
    'SCAN f VIRTUAL TABLE INDEX 64:M1>',
    'SEARCH s USING INTEGER PRIMARY KEY (rowid=?)',
  ]);
  expect(steps.join('\n')).not.toContain('TEMP B-TREE');
  expect(plan('SELECT text FROM message_indexed WHERE place = ?', [1])[0]).toBe(
    'SEARCH m USING INDEX message_place (<expr>=?)',
  );
  expect(plan(ENTRIES_OF_MESSAGES, ['[[1,1]]', 6]).filter((step) => step.startsWith('SCAN'))).toEqual([
    'SCAN k VIRTUAL TABLE INDEX 1:',
    'SCAN (subquery-5)',
    'SCAN i',
  ]);
});

test('the newest chats are read from an index in order, however many there are, and each part of them by its key', () => {
  for (const [where, values, start] of [
    ['true', [], 'SCAN c USING INDEX chat_newest'],
    [OLDER, [9, 9, 5], 'SEARCH c USING INDEX chat_newest'],
    ['c.account_id = ?', [1], 'SEARCH c USING INDEX chat_newest_account'],
    [`c.account_id = ? AND ${OLDER}`, [1, 9, 9, 5], 'SEARCH c USING INDEX chat_newest_account'],
  ] as const) {
    const steps = plan(`${CHAT_ROWS} WHERE ${where} ORDER BY ${NEWEST} LIMIT 500`, values);
    expect(steps[0]).toContain(start);
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
    expect(steps.slice(1).filter((step) => step.startsWith('SCAN'))).toEqual([]);
  }
  const one = 'c.account_id IN (SELECT id FROM account) AND c.id = ?';
  expect(plan(`${CHAT_ROWS} WHERE ${one} ORDER BY ${NEWEST} LIMIT 500`, [1])[0]).toBe(
    'SEARCH c USING INDEX sqlite_autoindex_chat_1 (account_id=? AND id=?)',
  );
  expect(plan(COVERAGE_OF, ['[1]']).slice(0, 2)).toEqual([
    'SCAN k VIRTUAL TABLE INDEX 1:',
    'SEARCH v USING PRIMARY KEY (chat_key=? AND pass=?)',
  ]);
});
