/** How many items match, by month: the ground plan of the grid. */
import type { MediaCounts, MediaFilter, MonthBucket } from '../../contract/shapes.ts';
import { kinds, ledgerStates } from '../../db/codes.ts';
import { type ReadableDatabase } from '../../db/database-types.ts';
import { monthOf } from '../../db/month.ts';
import { limitOf, scopesOf } from '../media.ts';
import { mediaSql, type MediaScope, type TextLimit } from '../media-sql.ts';
import type { ItemKey } from './entries.ts';

const DAY_MS = 86_400_000;
const NO_LIMIT = -1;

/** Items in one month; `bytes` null = not known without looking at each. */
interface Month {
  readonly month: number;
  readonly n: number;
  readonly bytes: number | null;
}

export const startOf = (month: number): number => Date.UTC(1970, month, 1);

export function mediaCounts(db: ReadableDatabase, input: { filter: MediaFilter }): MediaCounts {
  const { filter } = input;
  const scopes = scopesOf(db, filter);
  const months = (isTallied(filter) ? tallied(db, filter, scopes) : counted(db, filter, scopes)).filter(
    ({ n }) => n > 0,
  );
  return {
    timeZone: 'UTC',
    count: months.reduce((sum, { n }) => sum + n, 0),
    of: tallied(db, { ...filter, kinds: [], states: [], from: null, to: null }, [{ by: 'lead' }]).reduce(
      (sum, { n }) => sum + n,
      0,
    ),
    buckets: months.sort((a, b) => b.month - a.month).map(bucketOf),
  };
}

/** How many items that match come before this one; null where that would mean counting all of them. */
export function positionOf(db: ReadableDatabase, filter: MediaFilter, key: ItemKey): number | null {
  if (!isTallied(filter)) {
    return null;
  }
  const scopes = scopesOf(db, filter);
  const month = monthOf(key.sentAt);
  const newerMonths = tallied(db, filter, scopes).reduce((sum, row) => sum + (row.month > month ? row.n : 0), 0);
  const inMonth = { ...filter, from: startOf(month), to: startOf(month + 1) };
  const before = scopes.reduce((sum, scope) => {
    const { sql, values } = mediaSql(inMonth, scope, null, key, NO_LIMIT, 'newer');
    return sum + (db.get<{ n: number }>(`SELECT count(*) AS n FROM (${sql})`, ...values)?.n ?? 0);
  }, 0);
  return newerMonths + before;
}

/** Tallies are kept by chat, month, kind and state: any filter over just these is answered without looking at an item. */
function isTallied(filter: MediaFilter): boolean {
  const whole = (time: number | null): boolean => time === null || startOf(monthOf(time)) === time;
  return isPlain(filter) && whole(filter.from) && whole(filter.to);
}

/** Limited by nothing that the tallies do not know, but for days. */
export function isPlain(filter: MediaFilter): boolean {
  const { minMs, maxMs, minBytes, maxBytes, shape } = filter;
  return (
    filter.sender === null &&
    (filter.text ?? '').trim() === '' &&
    (filter.labels ?? []).length === 0 &&
    filter.noted !== true &&
    [minMs, maxMs, minBytes, maxBytes, shape].every((limit) => limit === undefined)
  );
}

function tallied(db: ReadableDatabase, filter: MediaFilter, scopes: readonly MediaScope[]): Month[] {
  return tallyRows<Month>(db, filter, scopes, 'month');
}

/** Sums of the tallies by `column`, for a filter over chats, kinds, states and whole months. */
export function tallyRows<Row>(
  db: ReadableDatabase,
  filter: MediaFilter,
  scopes: readonly MediaScope[],
  column: 'month' | 'ledger_state AS state',
): Row[] {
  const where = ['scope IN (SELECT value FROM json_each(?))'];
  const values: (string | number)[] = [JSON.stringify(scopes.flatMap((scope) => tallyScopes(db, filter, scope)))];
  const oneOf = (column: string, codes: readonly number[]): void => {
    if (codes.length > 0) {
      where.push(`${column} IN (SELECT value FROM json_each(?))`);
      values.push(JSON.stringify(codes));
    }
  };
  oneOf(
    'kind',
    filter.kinds.map((kind) => kinds.code(kind)),
  );
  oneOf(
    'ledger_state',
    filter.states.map((state) => ledgerStates.code(state)),
  );
  if (filter.from !== null) {
    where.push('month >= ?');
    values.push(monthOf(filter.from));
  }
  if (filter.to !== null) {
    where.push('month < ?');
    values.push(monthOf(filter.to));
  }
  return db.all<Row>(
    `SELECT ${column}, sum(n) AS n, sum(bytes) AS bytes FROM tally WHERE ${where.join(' AND ')} GROUP BY 1`,
    ...values,
  );
}

function tallyScopes(db: ReadableDatabase, filter: MediaFilter, scope: MediaScope): number[] {
  if (scope.by === 'chat') {
    return [scope.chatKey];
  }
  return filter.accountId === null
    ? db.all<{ id: number }>('SELECT id FROM account').map(({ id }) => -id)
    : [-filter.accountId];
}

/**
 * Looks at every item that may match, month by month of those that have any: each is one walk along an index without sorting, which
 * counting by a computed day would need.
 */
function counted(db: ReadableDatabase, filter: MediaFilter, scopes: readonly MediaScope[]): Month[] {
  const limit = limitOf(db, filter);
  if (limit === 'nothing') {
    return [];
  }
  // What is led by words or by a few rows would be found anew for each month.
  return limit !== null || scopes.length > 1
    ? countedByDay(db, filter, scopes, limit)
    : tallied(db, wholeMonths(filter), scopes).map(({ month }) => {
        const from = Math.max(filter.from ?? 0, startOf(month));
        const to = Math.min(filter.to ?? Number.MAX_SAFE_INTEGER, startOf(month + 1));
        const n = scopes.reduce((sum, scope) => {
          const { sql, values } = mediaSql(
            { ...filter, from, to },
            scope,
            limit,
            null,
            NO_LIMIT,
            'any',
            'count(*) AS n',
          );
          return sum + (db.get<{ n: number }>(sql, ...values)?.n ?? 0);
        }, 0);
        return { month, n, bytes: null };
      });
}

/** The filter as far as the tallies know it, widened to whole months. */
function wholeMonths(filter: MediaFilter): MediaFilter {
  return { ...filter, to: filter.to === null ? null : startOf(monthOf(Math.max(0, filter.to - 1)) + 1) };
}

/** Days never straddle months, and a whole number is all that SQLite computes for each row. */
function countedByDay(
  db: ReadableDatabase,
  filter: MediaFilter,
  scopes: readonly MediaScope[],
  limit: TextLimit,
): Month[] {
  const months = new Map<number, number>();
  for (const scope of scopes) {
    const { sql, values } = mediaSql(filter, scope, limit, null, NO_LIMIT, 'any');
    for (const { day, n } of db.all<{ day: number; n: number }>(
      `SELECT sentAt / ${String(DAY_MS)} AS day, count(*) AS n FROM (${sql}) GROUP BY 1`,
      ...values,
    )) {
      const month = monthOf(day * DAY_MS);
      months.set(month, (months.get(month) ?? 0) + n);
    }
  }
  return [...months].map(([month, n]) => ({ month, n, bytes: null }));
}

function bucketOf({ month, n, bytes }: Month): MonthBucket {
  const from = startOf(month);
  return { month: new Date(from).toISOString().slice(0, -17), from, to: startOf(month + 1), count: n, bytes };
}
