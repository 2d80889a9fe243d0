import { type Ledger } from '../../contract/model.ts';
import { ALL_ACCOUNTS, ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type CoverageRange } from '../pages/calls.ts';
import { CHAT_ROWS, type ChatListSqlRow, coverOf, NEWEST } from '../chats/chat-list.ts';
import { MOST_ROWS } from '../kernel/paging.ts';
import { removedOf, removedOfChat } from '../trash/reads.ts';
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

/** The ranges of chats in the unfiltered media pass. Takes a JSON list of their keys. */
const COVERAGE_OF = `SELECT v.chat_key, v.hi, v.lo, v.next_cursor AS nextCursor, v.checked_at AS checkedAt
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

/** What an account has, or all of them; each media item once. */
export function ledgerTotal(db: ReadableDatabase, { accountId }: { accountId: number | null }): Ledger {
  return scopeLedger(db, -(accountId ?? ALL_ACCOUNTS));
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
  chats: (LedgerRow & { readonly coverage: readonly CoverageRange[] })[];
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
    media: scopeLedger(db, row.key),
    ...removedOfChat(db, row.key),
    coverage: ranges.get(row.key) ?? [],
  }));
  return {
    chats,
    total: chatId === null ? ledgerTotal(db, { accountId }) : sumOf(chats.map(({ media }) => media)),
    ...removedOf(db, input),
  };
}

function scopeLedger(db: ReadableDatabase, scope: number): Ledger {
  const counts = noMedia();
  for (const { state, n } of db.all<{ state: number; n: number }>(
    'SELECT ledger_state AS state, sum(n) AS n FROM total WHERE scope = ? GROUP BY ledger_state',
    scope,
  )) {
    add(counts, state, n);
  }
  return counts;
}
