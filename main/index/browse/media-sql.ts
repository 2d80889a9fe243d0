/** The one place where a WHERE clause is put together: fixed pieces of text, every value bound. */
import { MESSAGE_OF } from '../kernel/fts-query.ts';
import { kinds, ledgerStates, sides } from '../kernel/codes.ts';
import { bitsOf } from '../media/trade.ts';
import { type SqlValue } from '../kernel/database-types.ts';
import { type Span } from '../../contract/browse-shapes.ts';
import { type MediaFilter } from '../../contract/shapes.ts';
import {
  type Classes,
  classesOf,
  LENGTH_EDGES,
  lengthIn,
  shapeCode,
  shapeIs,
  SIZE_EDGES,
  sizeIn,
  tradeIn,
} from '../media/media-facts.ts';

/** Where a page of the list continues: strictly below this row. */
export interface MediaCursor {
  readonly sentAt: number;
  readonly mediaKey: number;
}

export interface Composed {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/**
 * How the rows are found. `chat`: one chat's rows in their clustered order; with `leads` those alone that stand for their media over all
 * chats. `lead`: one row for each media over everything; with `byChats` those of an account are found in its chats, where they are few.
 */
export type MediaScope =
  | { readonly by: 'chat'; readonly chatKey: number; readonly leads?: boolean }
  | { readonly by: 'lead'; readonly byChats?: boolean };

/**
 * The few rows among which the list is, if they are known to be few: messages with certain words, or media with a label or a note.
 * `match`: many messages have the words; `marked`: many media are marked. Each row of a walk is tested then, and counting begins at them.
 */
export type TextLimit =
  | { readonly keys: readonly number[] }
  | { readonly match: string }
  | { readonly media: readonly number[] }
  | { readonly marked: 'labels' | 'notes' }
  | null;

const STORED = ledgerStates.code('stored');

/** `older`: newest first, below `after`. `newer`: oldest first, above it. `any`: for counting. */
export type MediaDirection = 'older' | 'newer' | 'any';

export const KEY_COLUMNS = 'i.chat_key AS chatKey, i.sent_at AS sentAt, i.media_key AS mediaKey';

type WithinFilter = MediaFilter & { readonly within?: Span };

/** Rows of one page, newest first unless said otherwise. `columns`: of `item i`. */
export function mediaSql(
  filter: WithinFilter,
  scope: MediaScope,
  text: TextLimit,
  after: MediaCursor | null,
  limit: number,
  direction: MediaDirection = 'older',
  columns = KEY_COLUMNS,
): Composed {
  const source = sourceOf(filter, scope, text, direction === 'any');
  const { where, values } = source;
  if (after !== null) {
    where.push(`(i.sent_at, i.media_key) ${direction === 'newer' ? '>' : '<'} (?, ?)`);
    values.push(after.sentAt, after.mediaKey);
  }
  return {
    sql: `SELECT ${columns} FROM ${source.from} WHERE ${where.join(' AND ')} ${ORDERS[direction]} LIMIT ?`,
    values: [...values, limit],
  };
}

export interface Source {
  readonly from: string;
  readonly where: string[];
  readonly values: SqlValue[];
}

/** Where the rows come from and what they must be. `counting`: in no order, so that it may begin at the words or marks. */
export function sourceOf(filter: WithinFilter, scope: MediaScope, text: TextLimit, counting: boolean): Source {
  const where: string[] = [];
  const values: SqlValue[] = [];
  const add: Add = (condition, ...bound) => {
    where.push(condition);
    values.push(...bound);
  };
  addScope(filter, scope, text, add);
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
  const start = startOf(filter, scope, text, counting);
  addMarks(filter, add, start.marked);
  addFacts(filter, add);
  addNotSentTo(filter, counting, add);
  if (text !== null && 'match' in text && !counting) {
    add(`i.message_key IN (SELECT ${MESSAGE_OF} FROM message_fts f WHERE message_fts MATCH ?)`, text.match);
  }
  return { from: start.from, where: [...start.where, ...where], values: [...start.values, ...values] };
}

function addScope(filter: MediaFilter, scope: MediaScope, text: TextLimit, add: Add): void {
  if (scope.by === 'chat') {
    add('i.chat_key = ?', scope.chatKey);
    if (scope.leads === true) {
      add('+i.lead = 1');
    }
    return;
  }
  add('i.lead = 1');
  if (filter.accountId !== null) {
    add(scope.byChats === true && text === null ? 'o.account_id = ?' : '+i.account_id = ?', filter.accountId);
  }
}

interface Start {
  readonly from: string;
  readonly where: readonly string[];
  readonly values: readonly SqlValue[];
  /** The marks that need no test any more. */
  readonly marked: 'labels' | 'notes' | null;
}

/** The driving table of the query: the items, or the few rows or words of the filter. */
function startOf(filter: MediaFilter, scope: MediaScope, text: TextLimit, counting: boolean): Start {
  if (text !== null && 'keys' in text) {
    return {
      from: `json_each(?) k CROSS JOIN message_media l ON l.message_key = k.value
        CROSS JOIN item i ON i.media_key = l.media_key AND i.message_key = l.message_key`,
      where: [],
      values: [JSON.stringify(text.keys)],
      marked: null,
    };
  }
  if (text !== null && 'media' in text) {
    return {
      from: 'json_each(?) k CROSS JOIN item i ON i.media_key = k.value',
      where: [],
      values: [JSON.stringify(text.media)],
      marked: null,
    };
  }
  if (counting && text !== null && 'match' in text) {
    // Walking all items would look up the message of each. Sorted, as messages lie on disk: looking them up by time takes twice as long.
    return {
      from: `(SELECT ${MESSAGE_OF} AS key FROM message_fts f WHERE message_fts MATCH ? ORDER BY key LIMIT -1) k
        CROSS JOIN message_media l ON l.message_key = k.key
        CROSS JOIN item i ON i.media_key = l.media_key AND i.message_key = l.message_key`,
      where: [],
      values: [text.match],
      marked: null,
    };
  }
  if (counting && text !== null && 'marked' in text && !isNarrow(filter)) {
    const marked =
      text.marked === 'notes'
        ? 'SELECT media_key FROM note'
        : `SELECT ${filter.labels?.length === 1 ? '' : 'DISTINCT '}media_key FROM label_media WHERE label_id IN (${marks(filter.labels ?? [])})`;
    return {
      from: `(${marked}) k CROSS JOIN item i ON i.media_key = k.media_key`,
      where: [],
      values: text.marked === 'notes' ? [] : (filter.labels ?? []),
      marked: text.marked,
    };
  }
  const byChats = scope.by === 'lead' && scope.byChats === true && filter.accountId !== null && text === null;
  return {
    from: byChats ? 'chat o CROSS JOIN item i ON i.chat_key = o.key' : 'item i',
    where: [],
    values: [],
    marked: null,
  };
}

const QUARTER_MS = 92 * 86_400_000;

/** Few enough items lie in so short a time that walking them is cheaper than looking up all that is marked. */
function isNarrow({ from, to }: MediaFilter): boolean {
  return from !== null && to !== null && to - from <= QUARTER_MS;
}

type Add = (condition: string, ...bound: SqlValue[]) => void;

function addMarks(filter: MediaFilter, add: Add, done: Start['marked']): void {
  if (filter.labels !== undefined && filter.labels.length > 0 && done !== 'labels') {
    add(
      `EXISTS (SELECT 1 FROM label_media b WHERE b.media_key = i.media_key AND b.label_id IN (${marks(filter.labels)}))`,
      ...filter.labels,
    );
  }
  if (filter.noted === true && done !== 'notes') {
    add('EXISTS (SELECT 1 FROM note n WHERE n.media_key = i.media_key)');
  }
}

/** Length, size and shape by their classes, which stand in the index; the values themselves only where a limit cuts a class. */
function addFacts({ minMs, maxMs, minBytes, maxBytes, shape, trades }: MediaFilter, add: Add): void {
  const length = classesOf(LENGTH_EDGES, minMs, maxMs);
  if (length !== null) {
    add(lengthIn('i.facts'), Math.max(1, length.from), length.to);
    addCuts('i.duration_ms', length, minMs, maxMs, add);
  }
  const size = classesOf(SIZE_EDGES, minBytes, maxBytes);
  if (size !== null) {
    add(sizeIn('i.facts'), Math.max(1, size.from), size.to);
    addCuts('i.bytes', size, minBytes, maxBytes, add);
  }
  if (shape !== undefined) {
    add(shapeIs('i.facts'), shapeCode(shape));
  }
  if (trades !== undefined && trades.length > 0) {
    add(tradeIn('i.facts'), bitsOf(trades));
  }
}

/** A page tests its few rows; counting finds what the chats have once. */
function addNotSentTo({ notSentTo }: MediaFilter, counting: boolean, add: Add): void {
  if (notSentTo !== undefined && notSentTo.length > 0) {
    const to = `y.id IN (${marks(notSentTo)})`;
    add(
      counting
        ? `i.media_key NOT IN (SELECT x.media_key FROM account z CROSS JOIN chat y ON y.account_id = z.id AND ${to}
             CROSS JOIN item x ON x.chat_key = y.key)`
        : `NOT EXISTS (SELECT 1 FROM chat y CROSS JOIN item x ON x.media_key = i.media_key AND x.chat_key = y.key
             WHERE y.account_id = i.account_id AND ${to})`,
      ...notSentTo,
    );
  }
}

function addCuts(
  column: string,
  { cutsLeast, cutsBelow }: Classes,
  least: number | undefined,
  below: number | undefined,
  add: Add,
): void {
  if (cutsLeast && least !== undefined) {
    add(`+${column} >= ?`, least);
  }
  if (cutsBelow && below !== undefined) {
    add(`+${column} < ?`, below);
  }
}

const ORDERS: Readonly<Record<MediaDirection, string>> = {
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
