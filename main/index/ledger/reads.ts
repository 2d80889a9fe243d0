import { type Ledger } from '../../contract/model.ts';
import { ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type ChatLedger } from './calls.ts';
import { type CoverageRange } from '../pages/calls.ts';
import { CHAT_ROWS, type ChatListSqlRow, coverOf, NEWEST } from '../chats/chat-list.ts';
import { COMPLETE } from '../chats/reads.ts';
import { MOST_ROWS } from '../kernel/paging.ts';
import { NONE_REMOVED, removedByChat, removedOf } from '../trash/reads.ts';
import type { LedgerRow } from '../../contract/sync-shapes.ts';

type Counts = { -readonly [Column in keyof Ledger]: number };

function noMedia(): Counts {
  return { listed: 0, stored: 0, locked: 0, notReady: 0, protected: 0, gone: 0, failed: 0, pending: 0 };
}

/** Adds to one column and to `listed`, so that the columns always add up. */
function add(counts: Counts, ledgerState: number, n: number): void {
  counts[ledgerStates.name(ledgerState)] += n;
  counts.listed += n;
}

interface ChatRow {
  readonly key: number;
  readonly accountId: number;
  readonly id: number;
  readonly name: string | null;
  readonly complete: number;
}

/**
 * The ledger from the maintained counts. Media are counted once for each chat and once in the total; the total of
 * one chat is that chat's.
 */
export function ledger(
  db: ReadableDatabase,
  input: { accountId: number | null; chatId: number | null },
): {
  chats: ChatLedger[];
  total: Ledger;
  /** Removed by the person: in no column. `inTrash` of them can come back. */
  removed: number;
  inTrash: number;
} {
  const rows = db.all<ChatRow>(
    `SELECT c.key, c.account_id AS accountId, c.id, p.name, ${COMPLETE} AS complete
     FROM chat c LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id
     WHERE c.account_id = coalesce(?, c.account_id) AND c.id = coalesce(?, c.id) ORDER BY c.key`,
    input.accountId,
    input.chatId,
  );
  const byChat = new Map(rows.map((row) => [row.key, noMedia()]));
  for (const row of db.all<{ scope: number; ledger_state: number; n: number }>(
    'SELECT scope, ledger_state, sum(n) AS n FROM total WHERE scope > 0 GROUP BY scope, ledger_state',
  )) {
    const counts = byChat.get(row.scope);
    if (counts !== undefined) {
      add(counts, row.ledger_state, row.n);
    }
  }
  const ranges = coverageByChat(db, [...byChat.keys()]);
  const removed = removedByChat(db);
  return {
    chats: rows.map((row) => ({
      id: row.id,
      name: row.name,
      complete: row.complete === 1,
      media: byChat.get(row.key) ?? noMedia(),
      ...(removed.get(row.key) ?? NONE_REMOVED),
      coverage: ranges.get(row.key) ?? [],
    })),
    total: input.chatId === null ? accountTotal(db, input.accountId) : sumOf([...byChat.values()]),
    ...removedOf(db, input),
  };
}

/** The ranges of chats in the unfiltered media pass. Takes a JSON list of their keys. */
export const COVERAGE_OF = `SELECT v.chat_key, v.hi, v.lo, v.next_cursor AS nextCursor, v.checked_at AS checkedAt
  FROM json_each(?) k CROSS JOIN coverage v ON v.chat_key = k.value AND v.pass = 'media' ORDER BY k.key, v.hi DESC`;

/** By the key of the chat, newest first. */
function coverageByChat(db: ReadableDatabase, keys: readonly number[]): Map<number, CoverageRange[]> {
  const ranges = new Map<number, CoverageRange[]>();
  for (const { chat_key, ...range } of db.all<CoverageRange & { chat_key: number }>(
    COVERAGE_OF,
    JSON.stringify(keys),
  )) {
    const list = ranges.get(chat_key) ?? [];
    list.push(range);
    ranges.set(chat_key, list);
  }
  return ranges;
}

function accountTotal(db: ReadableDatabase, accountId: number | null): Ledger {
  const total = noMedia();
  for (const row of db.all<{ ledger_state: number; n: number }>(
    'SELECT ledger_state, sum(n) AS n FROM total WHERE scope < 0 AND scope = coalesce(?, scope) GROUP BY ledger_state',
    accountId === null ? null : -accountId,
  )) {
    add(total, row.ledger_state, row.n);
  }
  return total;
}

function sumOf(ledgers: readonly Counts[]): Ledger {
  const total = noMedia();
  for (const counts of ledgers) {
    for (const state of ledgerStates.names) {
      total[state] += counts[state];
      total.listed += counts[state];
    }
  }
  return total;
}

/** By chat: the newest 500, or all in the order in which they came; `total` counts all. */
export function ledgerRows(
  db: ReadableDatabase,
  input: { accountId: number | null; chatId: number | null; order?: 'added' },
): {
  chats: (LedgerRow & Pick<ChatLedger, 'coverage'>)[];
  total: Ledger;
  removed: number;
  inTrash: number;
} {
  const { accountId, chatId } = input;
  const where = [
    ...(accountId === null ? [] : ['c.account_id = ?']),
    // Chats are found by account and id.
    ...(chatId === null ? [] : ['c.account_id IN (SELECT id FROM account) AND c.id = ?']),
  ];
  const rows = db.all<ChatListSqlRow>(
    `${CHAT_ROWS} WHERE ${['true', ...where].join(' AND ')} ORDER BY ${input.order === 'added' ? 'c.key' : NEWEST} LIMIT ?`,
    ...[accountId, chatId].filter((id) => id !== null),
    input.order === 'added' ? -1 : MOST_ROWS,
  );
  const byChat = removedByChat(db);
  const ranges = coverageByChat(
    db,
    rows.map(({ key }) => key),
  );
  const chats = rows.map((row) => ({
    accountId: row.accountId,
    chatId: row.id,
    name: row.name,
    coverMediaId: coverOf(db, row.key),
    complete: row.complete === 1,
    media: chatLedger(db, row.key),
    ...(byChat.get(row.key) ?? NONE_REMOVED),
    coverage: ranges.get(row.key) ?? [],
  }));
  return {
    chats,
    total: chatId === null ? accountTotal(db, accountId) : sumOf(chats.map(({ media }) => media)),
    ...removedOf(db, input),
  };
}

function chatLedger(db: ReadableDatabase, chatKey: number): Ledger {
  const counts = noMedia();
  for (const { state, n } of db.all<{ state: number; n: number }>(
    'SELECT ledger_state AS state, sum(n) AS n FROM total WHERE scope = ? GROUP BY ledger_state',
    chatKey,
  )) {
    add(counts, state, n);
  }
  return counts;
}
