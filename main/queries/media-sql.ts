/** The one place where a WHERE clause is put together: fixed pieces of text, every value bound. */
import { kinds, ledgerStates, sides } from '../db/codes.ts';
import { type SqlValue } from '../db/database-types.ts';
import { type MediaFilter } from '../db/interface.ts';

/** Where a page of the list goes on: strictly below this row. */
export interface MediaCursor {
  readonly sentAt: number;
  readonly mediaKey: number;
}

export interface Composed {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** How the rows are found. `chat`: one chat's rows in their clustered order. `lead`: one row for each media over everything. */
export type MediaScope = { readonly by: 'chat'; readonly chatKey: number } | { readonly by: 'lead' };

/** What limits the rows to messages with certain words: their keys when they are few, else the FTS expression. */
export type TextLimit = { readonly keys: readonly number[] } | { readonly match: string } | null;

export const STORED = ledgerStates.code('stored');

/** `older`: newest first, below `after`. `newer`: oldest first, above it. `any`: for counting. */
export type MediaOrder = 'older' | 'newer' | 'any';

/** Keys of the rows of one page, newest first unless said otherwise. */
export function mediaSql(
  filter: MediaFilter,
  scope: MediaScope,
  text: TextLimit,
  after: MediaCursor | null,
  limit: number,
  order: MediaOrder = 'older',
): Composed {
  const where: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...bound: SqlValue[]): void => {
    where.push(condition);
    values.push(...bound);
  };
  if (scope.by === 'chat') {
    add('i.chat_key = ?', scope.chatKey);
  } else {
    add('i.lead = 1');
    if (filter.accountId !== null) {
      add('+i.account_id = ?', filter.accountId);
    }
  }
  addStates(filter, scope, add);
  if (filter.kinds.length > 0) {
    add(`+i.kind IN (${marks(filter.kinds)})`, ...filter.kinds.map((kind) => kinds.code(kind)));
  }
  if (filter.sender !== null) {
    add('+i.side = ?', sides.code(filter.sender));
  }
  if (filter.from !== null) {
    add('i.sent_at >= ?', filter.from);
  }
  if (filter.to !== null) {
    add('i.sent_at < ?', filter.to);
  }
  if (text !== null && 'match' in text) {
    add('i.message_key IN (SELECT rowid FROM message_fts WHERE message_fts MATCH ?)', text.match);
  }
  if (after !== null) {
    add(`(i.sent_at, i.media_key) ${order === 'newer' ? '>' : '<'} (?, ?)`, after.sentAt, after.mediaKey);
  }
  const from =
    text !== null && 'keys' in text
      ? `json_each(?) k CROSS JOIN message_media l ON l.message_key = k.value
         CROSS JOIN item i ON i.media_key = l.media_key AND i.message_key = l.message_key`
      : 'item i';
  if (text !== null && 'keys' in text) {
    values.unshift(JSON.stringify(text.keys));
  }
  return {
    sql: `SELECT i.chat_key AS chatKey, i.sent_at AS sentAt, i.media_key AS mediaKey FROM ${from}
      WHERE ${where.join(' AND ')} ${ORDERS[order]} LIMIT ?`,
    values: [...values, limit],
  };
}

const ORDERS: Readonly<Record<MediaOrder, string>> = {
  older: 'ORDER BY i.sent_at DESC, i.media_key DESC',
  newer: 'ORDER BY i.sent_at, i.media_key',
  any: '',
};

/** A single state that is not `stored` is rare in a finished library and has its own index; the index is named by repeating its condition. */
function addStates(
  filter: MediaFilter,
  scope: MediaScope,
  add: (condition: string, ...bound: SqlValue[]) => void,
): void {
  const codes = filter.states.map((state) => ledgerStates.code(state));
  const [only] = codes;
  if (scope.by === 'lead' && codes.length === 1 && only !== undefined && only !== STORED) {
    add('i.ledger_state > 0 AND i.ledger_state = ?', only);
  } else if (codes.length > 0) {
    add(`+i.ledger_state IN (${marks(codes)})`, ...codes);
  }
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
