/** A list in another order than by date. Pages are continued by what the last row was ordered by, never by counting rows. */
import { type MediaOrder } from '../../contract/browse-shapes.ts';
import { LEDGER_STATES, MEDIA_KINDS } from '../../contract/model.ts';
import { EVERYTHING, type MediaFilter } from '../../contract/shapes.ts';
import { kinds, ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { bounded } from '../kernel/paging.ts';
import { type Key, limitOf, scopesOf } from './media.ts';
import { chatPlace, chatSections, isFew, sortedByChat } from './media-by-chat.ts';
import { KEY_COLUMNS, mediaSql, type Composed, type MediaScope, sourceOf, type TextLimit } from './media-sql.ts';
import {
  leavesNothingOut,
  type List,
  newestFirst,
  type OrderedKey,
  type Place,
  type Section,
  SORTED,
  sortedScope,
} from './ordered-list.ts';
import { tallyRows, wholeMonths } from './tallies.ts';

interface Page {
  readonly keys: Key[];
  readonly next: string | null;
}

/**
 * A page in `order`. Equal rows come by date in the same direction for `date`, `size` and `length`, newest first for the others; an unknown
 * or damaged `after` starts again.
 */
export function orderedKeys(
  db: ReadableDatabase,
  input: {
    readonly filter: MediaFilter;
    readonly order: MediaOrder;
    readonly limit: number;
    readonly after: string | null;
  },
): Page {
  const { filter, order } = input;
  const limit = bounded(input.limit);
  const text = limitOf(db, filter);
  if (limit === 0 || text === 'nothing') {
    return { keys: [], next: null };
  }
  const after = input.after === null ? null : placeOf(input.after);
  const list: List = { db, filter, text, scopes: scopesOf(db, filter), descending: order.descending };
  const keys = rowsOf(list, order.by, after, limit + 1);
  const page = keys.slice(0, limit);
  const last = page.at(-1);
  return { keys: page, next: last === undefined || keys.length <= limit ? null : tokenOf(last) };
}

function rowsOf(list: List, by: MediaOrder['by'], after: Place | null, limit: number): OrderedKey[] {
  switch (by) {
    case 'date':
      return byDate(list, after, limit);
    case 'size':
    case 'length':
      return byValue(list, by, after, limit);
    case 'chat':
      return byChat(list, after, limit);
    case 'kind':
      return bySection(list, sectionsFrom(list, kindSections(list), after), after, limit);
    case 'state':
      return bySection(list, sectionsFrom(list, stateSections(list), after), after, limit);
  }
}

/* ------------------------------------------------------------------ by date */

/** The rows of one place (the same media in two chats at one moment) are asked for again, and those that were shown left out. */
function byDate(list: List, after: Place | null, limit: number): OrderedKey[] {
  const sign = list.descending ? 1 : -1;
  const from = after === null ? null : { sentAt: after.sentAt, mediaKey: after.mediaKey + (list.descending ? 1 : -1) };
  return walk(list, from, limit + list.scopes.length)
    .sort((a, b) => sign * newestFirst(a, b))
    .filter((key) => after === null || sign * newestFirst(key, after) > 0)
    .slice(0, limit)
    .map((key) => ({ ...key, value: null }));
}

function walk(list: List, from: { sentAt: number; mediaKey: number } | null, limit: number): Key[] {
  const { db, filter, text, scopes, descending } = list;
  return scopes.flatMap((scope) => {
    const { sql, values } = mediaSql(filter, scope, text, from, limit, descending ? 'older' : 'newer');
    return db.all<Key>(sql, ...values);
  });
}

/* ------------------------------------------------------------------ by size or length */

/** First what has a value, then the rest by date. */
function byValue(list: List, by: 'size' | 'length', after: Place | null, limit: number): OrderedKey[] {
  const keys = after !== null && after.value === null ? [] : withValue(list, by, after, limit);
  if (keys.length < limit) {
    const { scopes, db, filter, text, descending } = list;
    const from = after?.value === null ? after : null;
    const rest = scopes.flatMap((scope) => {
      const { sql, values } = valueSql(filter, scope, text, {
        by,
        descending,
        after: from,
        limit,
        walk: null,
        without: true,
      });
      return db.all<OrderedKey>(sql, ...values);
    });
    keys.push(...rest.sort(compare(descending)).slice(0, limit - keys.length));
  }
  return keys;
}

function withValue(list: List, by: 'size' | 'length', after: Place | null, limit: number): OrderedKey[] {
  const { db, filter, text, scopes, descending } = list;
  const common = { by, descending, after, limit, without: false };
  return scopes
    .flatMap((scope): Composed[] => {
      const isFew = text !== null && !('match' in text) && !('marked' in text);
      const sorted = (limited: MediaFilter): Composed =>
        valueSql(limited, sortedScope(list, scope), text, { ...common, walk: null });
      if (isFew || scope.by === 'chat') {
        return [sorted(filter)];
      }
      const ways = waysOf(list, by, limit);
      const few = ways.filter(({ walks }) => !walks).map(({ kind }) => kinds.name(kind));
      return [
        ...ways
          .filter(({ walks }) => walks)
          .map(({ kind }) => valueSql(filter, { by: 'lead' }, text, { ...common, walk: kind })),
        ...(few.length === 0 ? [] : [sorted({ ...filter, kinds: few })]),
      ];
    })
    .flatMap(({ sql, values }) => db.all<OrderedKey>(sql, ...values))
    .sort(compare(descending))
    .slice(0, limit);
}

interface Way {
  /** Its code. */
  readonly kind: number;
  /** Along the index of the value; otherwise the rows are found by date and sorted. */
  readonly walks: boolean;
}

/**
 * How the rows of each kind are found. A walk passes all that the filter leaves out: where it leaves nothing out it is as short as the page,
 * however few the kind has; where it leaves most out, finding and sorting what is left is shorter.
 */
function waysOf({ db, filter, text }: List, by: 'size' | 'length', limit: number): Way[] {
  if (text === null && leavesNothingOut(db, filter)) {
    return (filter.kinds.length === 0 ? MEDIA_KINDS : filter.kinds).map((kind) => ({
      kind: kinds.code(kind),
      walks: true,
    }));
  }
  const counts = countsByKind(db, filter, by);
  const all =
    text === null && counts.some(({ n }) => n <= SORTED)
      ? new Map(
          tallyRows<{ kind: number; n: number }>(db, EVERYTHING, [{ by: 'lead' }], 'kind').map(({ kind, n }) => [
            kind,
            n,
          ]),
        )
      : new Map<number, number>();
  return counts.map(({ kind, n }) => ({ kind, walks: n > SORTED || isShortWalk(n, all.get(kind), limit) }));
}

/** A row to sort takes the time of so many that a walk passes: it is looked up, and the walk reads its index alone. */
const PASSED = 8;

/** Whether a walk to `limit` of `n` rows among `all` takes less than sorting them. */
const isShortWalk = (n: number, all: number | undefined, limit: number): boolean =>
  all !== undefined && (limit * all) / n <= PASSED * n;

/** How many of each kind have a value at most, for kinds that are asked for. */
function countsByKind(db: ReadableDatabase, filter: MediaFilter, by: 'size' | 'length'): { kind: number; n: number }[] {
  const { minBytes = 0, minMs = 0 } = filter;
  const having = { ...wholeMonths(filter), ...(by === 'size' ? { minBytes } : { minMs }) };
  return tallyRows<{ kind: number; n: number }>(db, having, [{ by: 'lead' }], 'kind').filter(({ n }) => n > 0);
}

const compare =
  (descending: boolean) =>
  (a: OrderedKey, b: OrderedKey): number =>
    (descending ? 1 : -1) * ((b.value ?? 0) - (a.value ?? 0) || newestFirst(a, b));

interface ValueList {
  readonly by: 'size' | 'length';
  readonly descending: boolean;
  readonly after: Place | null;
  readonly limit: number;
  /** Walks the index of the value for this kind (its code). Null: rows are found as in any other list, and sorted. */
  readonly walk: number | null;
  /** The rows that have no value. */
  readonly without: boolean;
}

/** Rows in the order of a value; one scope. */
function valueSql(filter: MediaFilter, scope: MediaScope, text: TextLimit, list: ValueList): Composed {
  const { by, descending, after, limit, walk, without } = list;
  const { from, where, values } = sourceOf(filter, scope, text, false);
  const add = (condition: string, ...bound: SqlValue[]): void => {
    where.push(condition);
    values.push(...bound);
  };
  const column = by === 'size' ? 'i.bytes' : 'i.duration_ms';
  // A plus keeps SQLite from taking the value's index where the rows are few anyhow.
  const value = walk === null ? `+${column}` : column;
  // Exactly the condition of the value's index.
  const has = by === 'size' ? '(i.facts & 56) > 0' : '(i.facts & 7) > 0';
  add(without ? `NOT (${has})` : has);
  if (walk !== null) {
    add('i.kind = ?', walk);
    addBounds(filter, list, column, add);
  }
  const columns = [
    ...(without ? [] : [value]),
    'i.sent_at',
    'i.media_key',
    ...(scope.by === 'chat' ? ['i.chat_key'] : []),
  ];
  if (after !== null) {
    const place = [
      ...(without ? [] : [after.value]),
      after.sentAt,
      after.mediaKey,
      ...(scope.by === 'chat' ? [after.chatKey] : []),
    ];
    add(`(${columns.join(', ')}) ${descending ? '<' : '>'} (${place.map(() => '?').join(', ')})`, ...place);
  }
  const order = columns.map((each) => (descending ? `${each} DESC` : each)).join(', ');
  return {
    sql: `SELECT ${KEY_COLUMNS}, ${without ? 'NULL' : column} AS value FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ?`,
    values: [...values, limit],
  };
}

/**
 * A range of the value itself bounds the walk. At the end where it begins, the place it goes on from is the bound: SQLite takes one for
 * each end, and might take the wider.
 */
function addBounds(
  { minBytes, maxBytes, minMs, maxMs }: MediaFilter,
  { by, descending, after }: ValueList,
  column: string,
  add: (condition: string, ...bound: SqlValue[]) => void,
): void {
  const [least, below] = by === 'size' ? [minBytes, maxBytes] : [minMs, maxMs];
  if (least !== undefined && (descending || after === null)) {
    add(`${column} >= ?`, least);
  }
  if (below !== undefined && (!descending || after === null)) {
    add(`${column} < ?`, below);
  }
}

/* ------------------------------------------------------------------ by kind or state */

/** `sections`: in the order of the list, from that of `after` on. */
function bySection(list: List, sections: Iterable<Section>, after: Place | null, limit: number): OrderedKey[] {
  const keys: OrderedKey[] = [];
  for (const section of sections) {
    const from = section.id === after?.value ? after : null;
    const part: List = { ...list, filter: section.filter, scopes: section.scopes, descending: true };
    keys.push(...byDate(part, from, limit - keys.length).map((key) => ({ ...key, value: section.id })));
    if (keys.length >= limit) {
      break;
    }
  }
  return keys;
}

/** All of them where `after` names none: the list starts again. */
function sectionsFrom({ descending }: List, sections: readonly Section[], after: Place | null): readonly Section[] {
  const ordered = descending ? sections.toReversed() : sections;
  return ordered.slice(
    Math.max(
      0,
      ordered.findIndex(({ id }) => id === after?.value),
    ),
  );
}

/** Kinds that are counted at all: a kind without items would be searched for to the end of the list. */
function kindSections({ db, filter, scopes }: List): Section[] {
  const counted = new Set(
    tallyRows<{ kind: number }>(db, withoutMonths(filter), scopes, 'kind').map(({ kind }) => kind),
  );
  return MEDIA_KINDS.filter((kind) => counted.has(kinds.code(kind))).map((kind) => ({
    id: kinds.code(kind),
    filter: { ...filter, kinds: [kind] },
    scopes,
  }));
}

function stateSections({ db, filter, scopes }: List): Section[] {
  const counted = new Set(
    tallyRows<{ state: number }>(db, withoutMonths(filter), scopes, 'ledger_state AS state').map(({ state }) => state),
  );
  return LEDGER_STATES.filter((state) => counted.has(ledgerStates.code(state))).map((state) => ({
    id: ledgerStates.code(state),
    filter: { ...filter, states: [state] },
    scopes,
  }));
}

const withoutMonths = (filter: MediaFilter): MediaFilter => ({ ...filter, from: null, to: null });

/* ------------------------------------------------------------------ by chat */

/** By name, those without one last. Over all chats each media item stays where it leads. */
function byChat(list: List, after: Place | null, limit: number): OrderedKey[] {
  const place = after === null || after.value === null ? undefined : chatPlace(list.db, after.value);
  const from = place === undefined ? null : after;
  return isFew(list) ? sortedByChat(list, from, place, limit) : bySection(list, chatSections(list, place), from, limit);
}

/* ------------------------------------------------------------------ tokens */

function tokenOf(key: OrderedKey): string {
  const parts = [key.sentAt, key.mediaKey, key.chatKey].map((part) => part.toString(36));
  return [key.value === null ? '' : key.value.toString(36), ...parts].join('.');
}

function placeOf(token: string): Place | null {
  const parts = token.split('.');
  const [value = null, sentAt = null, mediaKey = null, chatKey = null] = parts.map((part) =>
    /^-?[0-9a-z]{1,12}$/.test(part) ? parseInt(part, 36) : null,
  );
  return parts.length !== 4 || sentAt === null || mediaKey === null || chatKey === null
    ? null
    : { value, sentAt, mediaKey, chatKey };
}
