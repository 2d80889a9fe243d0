/** The one place where a WHERE clause is put together: fixed pieces of text, every value bound. */
import { kinds, ledgerStates, sides } from '../db/codes.ts';
import { type SqlValue } from '../db/database-types.ts';
import { type Span } from '../contract/browse-shapes.ts';
import { type MediaFilter, type MediaShape } from '../contract/shapes.ts';

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

/**
 * The few rows among which the list is, if they are known to be few: messages with certain words, or media with a label or a note.
 * `match`: many messages have the words, each row is tested.
 */
export type TextLimit =
  { readonly keys: readonly number[] } | { readonly match: string } | { readonly media: readonly number[] } | null;

export const STORED = ledgerStates.code('stored');

/** `older`: newest first, below `after`. `newer`: oldest first, above it. `any`: for counting. */
export type MediaOrder = 'older' | 'newer' | 'any';

/** Keys of the rows of one page, newest first unless said otherwise. `columns`: of `item i`, and of `media x` where they name it. */
export function mediaSql(
  filter: MediaFilter & { readonly within?: Span },
  scope: MediaScope,
  text: TextLimit,
  after: MediaCursor | null,
  limit: number,
  order: MediaOrder = 'older',
  columns = 'i.chat_key AS chatKey, i.sent_at AS sentAt, i.media_key AS mediaKey',
): Composed {
  const where: string[] = [];
  const values: SqlValue[] = [];
  const add: Add = (condition, ...bound) => {
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
  if (filter.within !== undefined) {
    const { newest, oldest } = filter.within;
    add('(i.sent_at, i.media_key) <= (?, ?)', newest.sentAt, newest.order);
    add('(i.sent_at, i.media_key) >= (?, ?)', oldest.sentAt, oldest.order);
  }
  addMarks(filter, add);
  const ofMedia = addFacts(filter, add) || columns.includes('x.');
  const counting = order === 'any' && text !== null && 'match' in text;
  if (text !== null && 'match' in text && !counting) {
    add('i.message_key IN (SELECT rowid FROM message_fts WHERE message_fts MATCH ?)', text.match);
  }
  if (after !== null) {
    add(`(i.sent_at, i.media_key) ${order === 'newer' ? '>' : '<'} (?, ?)`, after.sentAt, after.mediaKey);
  }
  const few = fewOf(text);
  if (few !== null) {
    values.unshift(JSON.stringify(few.keys));
  }
  if (counting) {
    where.unshift('message_fts MATCH ?');
    values.unshift(text.match);
  }
  return {
    sql: `SELECT ${columns} FROM ${few?.from ?? (counting ? FROM_WORDS : 'item i')}${ofMedia ? ' CROSS JOIN media x ON x.key = i.media_key' : ''}
      WHERE ${where.join(' AND ')} ${ORDERS[order]} LIMIT ?`,
    values: [...values, limit],
  };
}

/** For counting, where no order is kept: from the words to the items. Walking all items would look up the message of each. */
const FROM_WORDS = `message_fts f CROSS JOIN message_media l ON l.message_key = f.rowid
  CROSS JOIN item i ON i.media_key = l.media_key AND i.message_key = l.message_key`;

function fewOf(text: TextLimit): { from: string; keys: readonly number[] } | null {
  if (text !== null && 'keys' in text) {
    return {
      from: `json_each(?) k CROSS JOIN message_media l ON l.message_key = k.value
        CROSS JOIN item i ON i.media_key = l.media_key AND i.message_key = l.message_key`,
      keys: text.keys,
    };
  }
  return text !== null && 'media' in text
    ? { from: 'json_each(?) k CROSS JOIN item i ON i.media_key = k.value', keys: text.media }
    : null;
}

type Add = (condition: string, ...bound: SqlValue[]) => void;

function addMarks(filter: MediaFilter, add: Add): void {
  if (filter.labels !== undefined && filter.labels.length > 0) {
    add(
      `EXISTS (SELECT 1 FROM label_media b WHERE b.media_key = i.media_key AND b.label_id IN (${marks(filter.labels)}))`,
      ...filter.labels,
    );
  }
  if (filter.noted === true) {
    add('EXISTS (SELECT 1 FROM note n WHERE n.media_key = i.media_key)');
  }
}

/** What only the media row tells. True when there is such a limit. */
function addFacts(filter: MediaFilter, add: Add): boolean {
  const { minMs, maxMs, minBytes, maxBytes, shape } = filter;
  const limits: (readonly [string, number | undefined])[] = [
    ['x.duration_ms >= ?', minMs],
    ['x.duration_ms < ?', maxMs],
    ['x.bytes >= ?', minBytes],
    ['x.bytes < ?', maxBytes],
  ];
  for (const [condition, value] of limits) {
    if (value !== undefined) {
      add(condition, value);
    }
  }
  if (minBytes !== undefined || maxBytes !== undefined) {
    add('x.bytes > 0');
  }
  if (shape !== undefined) {
    add(SHAPES[shape]);
  }
  return shape !== undefined || limits.some(([, value]) => value !== undefined);
}

const SHAPES: Readonly<Record<MediaShape, string>> = {
  portrait: 'x.width > 0 AND x.height * 20 >= x.width * 21',
  landscape: 'x.height > 0 AND x.width * 20 >= x.height * 21',
  square: 'x.width > 0 AND x.height * 20 < x.width * 21 AND x.width * 20 < x.height * 21',
};

const ORDERS: Readonly<Record<MediaOrder, string>> = {
  older: 'ORDER BY i.sent_at DESC, i.media_key DESC',
  newer: 'ORDER BY i.sent_at, i.media_key',
  any: '',
};

/** A single state that is not `stored` is rare in a finished library and has its own index; the index is named by repeating its condition. */
function addStates(filter: MediaFilter, scope: MediaScope, add: Add): void {
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
