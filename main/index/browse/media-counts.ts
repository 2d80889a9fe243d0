/** How many items match, by month: the ground plan of the grid. */
import { EVERYTHING, type MediaCounts, type MediaFilter, type MonthBucket } from '../../contract/shapes.ts';
import { UTC, type Zone, zoneOf } from '../../contract/time-zone.ts';
import type { ReadableDatabase } from '../kernel/database-types.ts';
import { monthOf } from '../../lib/month.ts';
import { limitOf, scopesOf } from './media.ts';
import { type MediaScope, mediaSql, type TextLimit } from './media-sql.ts';
import { isCounted, isUnsent, startOf, tallyRows, wholeMonths } from './tallies.ts';
import type { ItemKey } from '../media/entries.ts';

const NO_LIMIT = -1;

/** Items in one month; `bytes` null = not known without looking at each. */
interface Month {
  readonly month: number;
  readonly n: number;
  readonly bytes: number | null;
}

/**
 * Months are those of `timeZone` (IANA name). Counts are kept by months of UTC, whatever the zone: what differs are the hours between the
 * two starts of a month, and only these are looked at.
 */
export function mediaCounts(db: ReadableDatabase, input: { filter: MediaFilter; timeZone: string }): MediaCounts {
  const { filter } = input;
  const zone = zoneOf(input.timeZone);
  const scopes = scopesOf(db, filter);
  const everything = tallyRows<Month>(db, { ...EVERYTHING, accountId: filter.accountId }, [{ by: 'lead' }], 'month');
  const counts = new Counts(db, filter, scopes, zone, everything);
  const months = counts.months().filter(({ n }) => n > 0);
  return {
    timeZone: zone.name,
    count: sumOf(months),
    of: sumOf(everything),
    buckets: months.sort((a, b) => b.month - a.month).map((month) => bucketOf(month, zone)),
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

/** Whole months of UTC from what is counted; of the first and the last, where days cut them, the items are looked at. */
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
    ...[...cut].map((month) => ({
      month,
      ...countedIn(db, filter, scopes, null, startOf(month), startOf(month + 1)),
      bytes: null,
    })),
  ];
}

/** Looks at the items that match from a time to before another. */
function countedIn(
  db: ReadableDatabase,
  filter: MediaFilter,
  scopes: readonly MediaScope[],
  limit: TextLimit,
  start: number,
  end: number,
  bytes: 'bytes' | 'count' = 'count',
): { readonly n: number; readonly bytes: number } {
  const from = Math.max(filter.from ?? 0, start);
  const to = Math.min(filter.to ?? Number.MAX_SAFE_INTEGER, end);
  const sum = { n: 0, bytes: 0 };
  for (const scope of from < to ? scopes : []) {
    const { sql, values } = mediaSql(
      { ...filter, from, to },
      scope,
      limit,
      null,
      NO_LIMIT,
      'any',
      bytes === 'bytes' ? 'count(*) AS n, total(i.bytes) AS bytes' : 'count(*) AS n, 0 AS bytes',
    );
    const row = db.get<{ n: number; bytes: number }>(sql, ...values);
    sum.n += row?.n ?? 0;
    sum.bytes += row?.bytes ?? 0;
  }
  return sum;
}

class Counts {
  readonly #db: ReadableDatabase;
  readonly #filter: MediaFilter;
  readonly #scopes: readonly MediaScope[];
  readonly #zone: Zone;
  readonly #everything: readonly Month[];

  constructor(
    db: ReadableDatabase,
    filter: MediaFilter,
    scopes: readonly MediaScope[],
    zone: Zone,
    everything: readonly Month[],
  ) {
    this.#db = db;
    this.#filter = filter;
    this.#scopes = scopes;
    this.#zone = zone;
    this.#everything = everything;
  }

  months(): Month[] {
    const [db, filter, scopes] = [this.#db, this.#filter, this.#scopes];
    if (!isCounted(filter)) {
      return this.#looked();
    }
    // Chat by chat: most have nothing in most months.
    return this.#zone === UTC
      ? tallied(db, filter, scopes)
      : summed(scopes.flatMap((scope) => this.#inZone(tallied(db, filter, [scope]), [scope])));
  }

  /**
   * Months of the zone from those of UTC: what was sent between the two starts of a month changes over to the month before or after. Only
   * where there is anything to change over.
   */
  #inZone(utc: readonly Month[], scopes: readonly MediaScope[]): Month[] {
    if (this.#zone === UTC) {
      return [...utc];
    }
    const months = new Map(utc.map((month) => [month.month, month]));
    for (const { month, n } of utc) {
      if (n > 0) {
        this.#move(months, month, month - 1, startOf(month), this.#zone.startOfMonth(month), scopes);
        this.#move(months, month, month + 1, this.#zone.startOfMonth(month + 1), startOf(month + 1), scopes);
      }
    }
    return [...months.values()];
  }

  /** Nothing limits by words or marks here. */
  #move(
    months: Map<number, Month>,
    from: number,
    to: number,
    start: number,
    end: number,
    scopes: readonly MediaScope[],
  ): void {
    const wanted = months.get(from)?.bytes === null ? 'count' : 'bytes';
    const moved = countedIn(this.#db, this.#filter, scopes, null, start, end, wanted);
    if (moved.n > 0) {
      for (const [month, sign] of [
        [from, -1],
        [to, 1],
      ] as const) {
        const { n, bytes } = months.get(month) ?? { n: 0, bytes: 0 };
        months.set(month, {
          month,
          n: n + sign * moved.n,
          bytes: bytes === null ? null : bytes + sign * moved.bytes,
        });
      }
    }
  }

  /**
   * Looks at every item that may match, month by month of those that have any: each is one walk along an index without sorting, which
   * counting by a computed day would need.
   */
  #looked(): Month[] {
    const [db, filter, scopes] = [this.#db, this.#filter, this.#scopes];
    const limit = limitOf(db, filter);
    if (limit === 'nothing') {
      return [];
    }
    // A query by words, marks or other chats would run again for each month.
    if (limit !== null || scopes.length > 1 || isUnsent(filter)) {
      return this.#bySlot(limit);
    }
    const utc = tallyRows<Month>(db, wholeMonths(filter), scopes, 'month').map(({ month }) => ({
      month,
      ...countedIn(db, filter, scopes, limit, startOf(month), startOf(month + 1)),
      bytes: null,
    }));
    return this.#inZone(utc, scopes);
  }

  /** A slot lies in one month, and a whole number is all that SQLite computes for each row. */
  #bySlot(limit: TextLimit): Month[] {
    const slots = slotsOf(
      this.#zone,
      this.#everything.map(({ month }) => month),
    );
    return summed(
      monthsOfSlots(
        slots,
        this.#scopes.flatMap((scope) => {
          const { sql, values } = mediaSql(this.#filter, scope, limit, null, NO_LIMIT, 'any');
          return this.#db.all<{ slot: number; n: number }>(
            `SELECT ${slots.sqlOf('sentAt')} AS slot, count(*) AS n FROM (${sql}) GROUP BY 1`,
            ...values,
          );
        }),
      ),
    );
  }
}

function summed(parts: readonly (Omit<Month, 'bytes'> & Partial<Month>)[]): Month[] {
  const months = new Map<number, Month>();
  for (const { month, n, bytes = null } of parts) {
    const before = months.get(month) ?? { n: 0, bytes: 0 };
    months.set(month, {
      month,
      n: before.n + n,
      bytes: before.bytes === null || bytes === null ? null : before.bytes + bytes,
    });
  }
  return [...months.values()];
}

function bucketOf({ month, n, bytes }: Month, zone: Zone): MonthBucket {
  return {
    month: new Date(startOf(month)).toISOString().slice(0, -17),
    // No filter reaches further back.
    from: Math.max(0, zone.startOfMonth(month)),
    to: zone.startOfMonth(month + 1),
    count: n,
    bytes,
  };
}

/* ------------------------------------------------------------------ by month where SQLite has to find the month of each row */

const DAY_MS = 86_400_000;

/**
 * A slot is a day of UTC, or a part of it where months of the zone begin within the day: it lies in one month. Zones begin their months at
 * one or two times of day, so two comparisons a row are enough.
 */
interface Slots {
  /** Number of the slot of a time in `column`, as SQL. */
  sqlOf(column: string): string;
  monthOf(slot: number): number;
}

/** `months`: those of UTC that have items. */
function slotsOf(zone: Zone, months: readonly number[]): Slots {
  const cuts = new Set(
    months
      .flatMap((month) => [zone.startOfMonth(month), zone.startOfMonth(month + 1)])
      .map((at) => ((at % DAY_MS) + DAY_MS) % DAY_MS)
      .filter((time) => time > 0),
  );
  const times = [0, ...[...cuts].sort((a, b) => a - b)];
  const parts = String(times.length);
  return {
    sqlOf: (column) =>
      [
        `${column} / ${String(DAY_MS)} * ${parts}`,
        ...times.slice(1).map((time) => `(${column} % ${String(DAY_MS)} >= ${String(time)})`),
      ].join(' + '),
    monthOf: (slot) => zone.monthOf(Math.floor(slot / times.length) * DAY_MS + (times[slot % times.length] ?? 0)),
  };
}

/** The months in which slots lie; the same month may come more than once. */
function monthsOfSlots(
  { monthOf }: Slots,
  rows: readonly { readonly slot: number; readonly n: number }[],
): { readonly month: number; readonly n: number }[] {
  return rows.map(({ slot, n }) => ({ month: monthOf(slot), n }));
}
