/** How many items match, by month: the ground plan of the grid. */
import type { MediaCounts, MediaFilter, MonthBucket } from '../../contract/shapes.ts';
import { kinds, ledgerStates } from '../../db/codes.ts';
import { type ReadableDatabase } from '../../db/database-types.ts';
import { monthOf } from '../../db/month.ts';
import { scopesOf, textLimit } from '../media.ts';
import { mediaSql, type MediaScope } from '../media-sql.ts';
import type { ItemKey } from './entries.ts';

const DAY_MS = 86_400_000;
const NO_LIMIT = -1;

/** Items in one month; `bytes` null = not known without looking at each. */
interface Month {
  readonly month: number;
  readonly n: number;
  readonly bytes: number | null;
}

const startOf = (month: number): number => Date.UTC(1970, month, 1);

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
  return filter.sender === null && (filter.text ?? '').trim() === '' && whole(filter.from) && whole(filter.to);
}

function tallied(db: ReadableDatabase, filter: MediaFilter, scopes: readonly MediaScope[]): Month[] {
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
  return db.all<Month>(
    `SELECT month, sum(n) AS n, sum(bytes) AS bytes FROM tally WHERE ${where.join(' AND ')} GROUP BY month`,
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

/** Looks at every item that may match. Days are counted first: they never straddle months, and a whole number is all that SQLite computes for each row. */
function counted(db: ReadableDatabase, filter: MediaFilter, scopes: readonly MediaScope[]): Month[] {
  const text = textLimit(db, filter.text);
  if (text === 'nothing') {
    return [];
  }
  const months = new Map<number, number>();
  for (const scope of scopes) {
    const { sql, values } = mediaSql(filter, scope, text, null, NO_LIMIT, 'any');
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
