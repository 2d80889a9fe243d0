/** The screen of changes: pages, filters and the plans behind them. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANGE_FIELDS } from '../../contract/model.ts';
import type { ChangeFilter, NamedChange } from '../../contract/shapes.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { changesSql } from './changes.ts';

const ALL: ChangeFilter = { accountId: null, chatId: null, runId: null, fields: [], from: null, to: null };
const COUNT = 400;
let index: TestIndex;
let accountId: number;
beforeAll(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  saveSampleChat(index, accountId, 7);
  index.db.run("INSERT INTO person (account_id, id, name) VALUES (?, 7, 'Anna')", accountId);
  for (let id = 1; id <= COUNT; id += 1) {
    index.db.run(
      'INSERT INTO change (id, run_id, at, field, account_id, chat_id, message_id, media_id, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)',
      id,
      id % 9 === 0 ? null : Math.ceil(id / 50),
      // Several at one moment, and a clock that was put back.
      1000 * Math.floor(id / 3) - (id > 200 ? 20_000 : 0),
      CHANGE_FIELDS[id % CHANGE_FIELDS.length] ?? '',
      id % 5 === 0 ? null : id % 7 === 0 ? accountId + 1 : accountId,
      id % 4 === 0 ? null : 7 + (id % 3),
      id,
      'before',
      'after',
    );
  }
});
afterAll(() => {
  index.close();
});

function pages(filter: ChangeFilter, limit: number): NamedChange[] {
  const rows: NamedChange[] = [];
  for (let after: string | null = null; ;) {
    const page: { rows: NamedChange[]; next: string | null } = index.read('changesPage', { filter, after, limit });
    rows.push(...page.rows);
    after = page.next;
    if (after === null) {
      return rows;
    }
  }
}

test('what a run listed first is counted by chat, and leads to its oldest message', () => {
  const other = saveSampleChat(index, accountId, 8);
  const chat = saveSampleChat(index, accountId, 7);
  index.db.run(
    `INSERT INTO run (id, account_id, kind, started_at, ended_at, version, pid)
     VALUES (1, ?, 'sync', 100, 200, '0', 1), (2, ?, 'sync', 300, NULL, '0', 1), (3, ?, 'sync', 100, 200, '0', 1)`,
    accountId,
    accountId,
    accountId + 1,
  );
  const add = (key: number, id: number, at: number): void => {
    index.db.run(
      `INSERT INTO message (chat_key, id, sender_id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
       VALUES (?, ?, 7, 1, 1, '', 0, ?, ?, 1, 0)`,
      key,
      id,
      at,
      at,
    );
  };
  add(chat, 11, 100);
  add(chat, 12, 200);
  add(chat, 13, 300);
  add(other, 5, 150);
  expect(index.read('runNews', { runId: 1 })).toEqual([
    { accountId, chatId: 7, chatName: 'Anna', messages: 2, firstMessageId: 11 },
    { accountId, chatId: 8, chatName: null, messages: 1, firstMessageId: 5 },
  ]);
  expect(index.read('runNews', { runId: 2 })).toMatchObject([{ chatId: 7, messages: 1, firstMessageId: 13 }]);
  expect(index.read('runNews', { runId: 3 })).toEqual([]);
  expect(index.read('runNews', { runId: 99 })).toEqual([]);
});

test('whatever the filter and the length of pages, each change comes once, newest first, with the name of its chat', () => {
  const all = index.read('changes', { sinceRun: null, sinceAt: null, after: null, limit: 500 });
  fc.assert(
    fc.property(
      fc.record({
        accountId: fc.constantFrom(null, accountId),
        chatId: fc.constantFrom(null, 7, 8, 99),
        runId: fc.constantFrom(null, 1, 5, 99),
        fields: fc.subarray([...CHANGE_FIELDS]),
        from: fc.constantFrom(null, 20_000, 90_000),
        to: fc.constantFrom(null, 60_000, 100_000),
      }),
      fc.integer({ min: 1, max: 120 }),
      (filter, limit) => {
        const wanted = all
          .filter(
            (row) =>
              (filter.accountId === null || row.accountId === null || row.accountId === filter.accountId) &&
              (filter.chatId === null || row.chatId === filter.chatId) &&
              (filter.runId === null || row.runId === filter.runId) &&
              (filter.fields.length === 0 || filter.fields.includes(row.field)) &&
              (filter.from === null || row.at >= filter.from) &&
              (filter.to === null || row.at < filter.to),
          )
          .sort((a, b) => b.at - a.at || b.id - a.id);
        expect(pages(filter, limit).map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      },
    ),
    { numRuns: 150 },
  );
  expect(
    pages(ALL, 100)
      .filter(({ chatId, accountId: of }) => chatId === 7 && of === accountId)
      .every(({ chatName }) => chatName === 'Anna'),
  ).toBe(true);
});

test('a page reads few rows along one index without sorting, whatever lies between', () => {
  const planOf = (filter: Partial<ChangeFilter>): string[] =>
    changesSql({ ...ALL, ...filter }, { at: 5, id: 6 }, 101).flatMap(({ sql, values }) =>
      index.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail),
    );
  const cases: readonly (readonly [Partial<ChangeFilter>, string])[] = [
    [{}, 'change_field'],
    [{ fields: ['message.gone'], from: 1, to: 9, accountId: 1 }, 'change_field'],
    [{ chatId: 7, fields: ['message.text'] }, 'change_chat'],
    [{ runId: 3 }, 'change_run'],
    [{ runId: 3, chatId: 7, fields: ['message.text', 'media.state'] }, 'change_run'],
  ];
  for (const [filter, name] of cases) {
    const steps = planOf(filter);
    expect(steps.filter((step) => !step.includes(`USING INDEX ${name} `))).toEqual([]);
    expect(steps.join('\n')).not.toContain('TEMP B-TREE');
  }
});

test('an unreadable token starts from the newest', () => {
  const { rows } = index.read('changesPage', { filter: ALL, after: 'nonsense!', limit: 5 });
  expect(rows).toHaveLength(5);
});
