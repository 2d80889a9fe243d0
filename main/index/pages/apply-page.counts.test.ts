import { afterEach, beforeEach, expect, test } from 'vitest';
import { packPage } from '../../lib/packed-page.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';
import { applyPage, KNOWN_MEDIA } from './apply-page.ts';

let index: TestIndex;
beforeEach(() => {
  index = openForTest();
});
afterEach(() => {
  index.close();
});

const TABLES = ['message', 'media', 'message_media', 'item', 'file', 'fetch', 'raw_block'];

/** The statements that a write runs, by their first words. */
function counted(work: (db: WritableDatabase) => void): { selects: number; writes: number } {
  const counts = { selects: 0, writes: 0 };
  const note = (sql: string): string => {
    counts[/^\s*SELECT/.test(sql) ? 'selects' : 'writes'] += 1;
    return sql;
  };
  const { db } = index;
  work({
    all: (sql, ...values) => db.all(note(sql), ...values),
    get: (sql, ...values) => db.get(note(sql), ...values),
    run: (sql, ...values) => db.run(note(sql), ...values),
    insert: (sql, ...values) => db.insert(note(sql), ...values),
  });
  return counts;
}

test('the first listing of a page asks a fixed number of questions, and writes a row by one statement', () => {
  const accountId = saveSampleAccount(index);
  const chatKey = saveSampleChat(index, accountId, 7);
  const asked = [10, 100].map((many, round) => {
    const ids = Array.from({ length: many }, (_, at) => 1000 * (round + 1) - at);
    const messages = ids.map((id) =>
      sampleMessage(id, [sampleMedia(id * 2), sampleMedia(id * 2 + 1)], { createdAt: 5 }),
    );
    const rows = (): number =>
      TABLES.reduce(
        (sum, table) => sum + (index.db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0),
        0,
      );
    const before = rows();
    const { selects, writes } = counted((db) => {
      index.db.transaction('write', () => {
        const place = { accountId, chatKey, runId: null, at: 1, pass: 'media', cursor: null, detectGone: true };
        const range = { hi: ids[0] ?? 0, lo: ids.at(-1) ?? 0, nextCursor: null };
        applyPage(db, { ...place, page: packPage(samplePage(messages)), range });
      });
    });
    // A message with words has a row of the full text; counts, coverage and names are few.
    return { selects, extra: writes - (rows() - before) - many };
  });
  expect(asked[1]?.selects).toBeLessThanOrEqual(15);
  expect(asked[1]?.extra).toBeLessThanOrEqual(15);
});

test('media of a page that are known are found by their ids', () => {
  const steps = index.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${KNOWN_MEDIA}`, '[1]', 1);
  expect(steps.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('SCAN k VIRTUAL TABLE'),
    expect.stringMatching(/^SEARCH m USING .*INDEX sqlite_autoindex_media_1 \(account_id=\? AND id=\?\)/),
  ]);
});
