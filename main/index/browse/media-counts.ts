/** How many items match, by month: the ground plan of the grid. */
import { EVERYTHING, type MediaCounts, type MediaFilter, type MonthBucket } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { monthOf } from '../../lib/month.ts';
import { cutByDay, isShort, partsOf, type Parts } from './cut-counts.ts';
import { limitOf, scopesOf } from './media.ts';
import { mediaSql, type MediaScope, type TextLimit } from './media-sql.ts';
import { isCounted, isOnlyAccount, startOf, tallyRows, wholeMonths } from './tallies.ts';
import type { ItemKey } from '../media/entries.ts';

const DAY_MS = 86_400_000;
const NO_LIMIT = -1;

/** Items in one month; `bytes` null = not known without looking at each. */
interface Month {
  readonly month: number;
  readonly n: number;
  readonly bytes: number | null;
}

export function mediaCounts(db: ReadableDatabase, input: { filter: MediaFilter }): MediaCounts {
  const { filter } = input;
  const scopes = scopesOf(db, filter);
  const months = (isCounted(filter) ? tallied(db, filter, scopes) : counted(db, filter, scopes)).filter(
    ({ n }) => n > 0,
  );
  const everything = { ...EVERYTHING, accountId: filter.accountId };
  return {
    timeZone: 'UTC',
    count: sumOf(months),
    of: sumOf(tallyRows<Month>(db, everything, [{ by: 'lead' }], 'month')),
    buckets: months.sort((a, b) => b.month - a.month).map(bucketOf),
  };
}

const sumOf = (months: readonly Month[]): number => months.reduce((sum, { n }) => sum + n, 0);
const isWhole = (time: number | null): boolean => time === null || startOf(monthOf(time)) === time;

/** How many items that match come before this one; null where that would mean counting all of them. */
export function positionOf(db: ReadableDatabase, filter: MediaFilter, key: ItemKey): number | null {
  if (!isCounted(filter)) {
    return null;
  }
  const scopes = scopesOf(db, filter);
  const month = monthOf(key.sentAt);
  const newer = tallied(db, { ...filter, from: Math.max(filter.from ?? 0, startOf(month + 1)) }, scopes);
  const inMonth = { ...filter, to: Math.min(filter.to ?? Number.MAX_SAFE_INTEGER, startOf(month + 1)) };
  const before = scopes.reduce((sum, scope) => {
    const { sql, values } = mediaSql(inMonth, scope, null, key, NO_LIMIT, 'newer');
    return sum + (db.get<{ n: number }>(`SELECT count(*) AS n FROM (${sql})`, ...values)?.n ?? 0);
  }, 0);
  return sumOf(newer) + before;
}

/** Whole months from what is counted; of the first and the last, where days cut them, the items are looked at. */
function tallied(db: ReadableDatabase, filter: MediaFilter, scopes: readonly MediaScope[]): Month[] {
  const { from, to } = filter;
  if (isWhole(from) && isWhole(to)) {
    return tallyRows<Month>(db, filter, scopes, 'month');
  }
  const whole = {
    ...filter,
    from: isWhole(from) ? from : startOf(monthOf(from ?? 0) + 1),
    to: isWhole(to) ? to : startOf(monthOf(to ?? 0)),
  };
  const cut = new Set([...(isWhole(from) ? [] : [monthOf(from ?? 0)]), ...(isWhole(to) ? [] : [monthOf(to ?? 0)])]);
  return [
    ...(whole.from !== null && whole.to !== null && whole.from >= whole.to
      ? []
      : tallyRows<Month>(db, whole, scopes, 'month')),
    ...[...cut].map((month) => monthCounted(db, filter, scopes, null, month)),
  ];
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
  const parts = limit === null && scopes.every(({ by }) => by === 'lead') ? partsOf(filter) : null;
  if (parts !== null && isShort(db, filter, parts.cuts)) {
    return countedInParts(db, filter, parts);
  }
  // What is led by words or marks would be found anew for each month.
  return limit !== null || scopes.length > 1
    ? countedByDay(db, filter, scopes, limit)
    : tallyRows<Month>(db, wholeMonths(filter), scopes, 'month').map(({ month }) =>
        monthCounted(db, filter, scopes, limit, month),
      );
}

function countedInParts(db: ReadableDatabase, filter: MediaFilter, { whole, cuts }: Parts): Month[] {
  // What has only one account is not looked at for it.
  const accountId = filter.accountId !== null && isOnlyAccount(db, filter.accountId) ? null : filter.accountId;
  const inside = whole === null ? [] : mediaCounts(db, { filter: whole }).buckets;
  return byMonth([
    ...inside.map(({ from, count }) => ({ day: from / DAY_MS, n: count })),
    ...cuts.flatMap((cut) => cutByDay(db, { ...cut, filter: { ...cut.filter, accountId } })),
  ]);
}

function monthCounted(
  db: ReadableDatabase,
  filter: MediaFilter,
  scopes: readonly MediaScope[],
  limit: TextLimit,
  month: number,
): Month {
  const from = Math.max(filter.from ?? 0, startOf(month));
  const to = Math.min(filter.to ?? Number.MAX_SAFE_INTEGER, startOf(month + 1));
  const n = scopes.reduce((sum, scope) => {
    const { sql, values } = mediaSql({ ...filter, from, to }, scope, limit, null, NO_LIMIT, 'any', 'count(*) AS n');
    return sum + (db.get<{ n: number }>(sql, ...values)?.n ?? 0);
  }, 0);
  return { month, n, bytes: null };
}

/** Days never straddle months, and a whole number is all that SQLite computes for each row. */
function countedByDay(
  db: ReadableDatabase,
  filter: MediaFilter,
  scopes: readonly MediaScope[],
  limit: TextLimit,
): Month[] {
  return byMonth(
    scopes.flatMap((scope) => {
      const { sql, values } = mediaSql(filter, scope, limit, null, NO_LIMIT, 'any');
      return db.all<{ day: number; n: number }>(
        `SELECT sentAt / ${String(DAY_MS)} AS day, count(*) AS n FROM (${sql}) GROUP BY 1`,
        ...values,
      );
    }),
  );
}

function byMonth(days: readonly { readonly day: number; readonly n: number }[]): Month[] {
  const months = new Map<number, number>();
  for (const { day, n } of days) {
    const month = monthOf(day * DAY_MS);
    months.set(month, (months.get(month) ?? 0) + n);
  }
  return [...months].map(([month, n]) => ({ month, n, bytes: null }));
}

function bucketOf({ month, n, bytes }: Month): MonthBucket {
  const from = startOf(month);
  return { month: new Date(from).toISOString().slice(0, -17), from, to: startOf(month + 1), count: n, bytes };
}
