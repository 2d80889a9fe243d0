/** Counting by a length or size that cuts through a class: whole classes are counted already, of those that are cut the index of the value is read. */
import { MEDIA_KINDS } from '../../contract/model.ts';
import { EVERYTHING, type MediaFilter } from '../../contract/shapes.ts';
import { kinds } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { classesOf, LENGTH_EDGES, SIZE_EDGES } from '../media/media-facts.ts';
import { type Composed, sourceOf } from './media-sql.ts';
import type { Slots } from './month-slots.ts';
import { tallyRows, wholeMonths } from './tallies.ts';

type By = 'length' | 'size';

/** A range of values inside of the classes at its ends, from `least` (inside) to `below` (outside; null = no end). */
export interface Cut {
  readonly by: By;
  readonly least: number;
  readonly below: number | null;
  /** Every other limit. */
  readonly filter: MediaFilter;
}

export interface Parts {
  /** The rest of the filter, in whole classes; null = none. */
  readonly whole: MediaFilter | null;
  readonly cuts: readonly Cut[];
}

/** A filter whose length or size cuts classes, taken apart where classes begin. Null: neither cuts, or both do. */
export function partsOf(filter: MediaFilter): Parts | null {
  const { minMs, maxMs, minBytes, maxBytes, ...rest } = filter;
  const length = range(LENGTH_EDGES, minMs, maxMs);
  const size = range(SIZE_EDGES, minBytes, maxBytes);
  if (length !== null && size === null) {
    const others = { ...rest, ...bounds('minBytes', minBytes), ...bounds('maxBytes', maxBytes) };
    return parts(length, 'length', others, (min, max) => ({ ...others, ...ends('minMs', min), ...ends('maxMs', max) }));
  }
  if (size !== null && length === null) {
    const others = { ...rest, ...bounds('minMs', minMs), ...bounds('maxMs', maxMs) };
    return parts(size, 'size', others, (min, max) => ({
      ...others,
      ...ends('minBytes', min),
      ...ends('maxBytes', max),
    }));
  }
  return null;
}

type Bound = 'minMs' | 'maxMs' | 'minBytes' | 'maxBytes';
const bounds = (name: Bound, value: number | undefined): Partial<MediaFilter> =>
  value === undefined ? {} : { [name]: value };
const ends = (name: Bound, value: number): Partial<MediaFilter> =>
  value <= 0 || value === Number.POSITIVE_INFINITY ? {} : { [name]: value };

interface Range {
  readonly low: number;
  readonly high: number;
  /** The first edge inside, and the last. */
  readonly up: number;
  readonly down: number;
}

function range(edges: readonly number[], least: number | undefined, below: number | undefined): Range | null {
  const classes = classesOf(edges, least, below);
  if (classes === null || !(classes.cutsLeast || classes.cutsBelow)) {
    return null;
  }
  const low = least ?? 0;
  const high = below ?? Number.POSITIVE_INFINITY;
  return {
    low,
    high,
    up: classes.cutsLeast ? (edges.find((edge) => edge > low) ?? Number.POSITIVE_INFINITY) : low,
    down: classes.cutsBelow ? (edges.findLast((edge) => edge < high) ?? 0) : high,
  };
}

function parts(
  { low, high, up, down }: Range,
  by: By,
  filter: MediaFilter,
  whole: (least: number, below: number) => MediaFilter,
): Parts {
  const cut = (least: number, below: number): Cut[] =>
    least < below ? [{ by, least, below: below === Number.POSITIVE_INFINITY ? null : below, filter }] : [];
  return up > down
    ? { whole: null, cuts: cut(low, high) }
    : { whole: up < down ? whole(up, down) : null, cuts: [...cut(low, up), ...cut(down, high)] };
}

/** Rows of the list that are passed in the time in which one is found by its value and looked up. */
const PASSED = 7;

/**
 * Whether reading the values of the cuts takes less than passing the list of these months. How many there are is guessed from their classes,
 * as if values lay evenly in each.
 */
export function isShort(db: ReadableDatabase, filter: MediaFilter, cuts: readonly Cut[]): boolean {
  const { from, to } = wholeMonths(filter);
  const sum = (of: MediaFilter): number =>
    tallyRows<{ n: number }>(db, of, [{ by: 'lead' }], 'kind').reduce((all, { n }) => all + n, 0);
  const found = cuts.map(({ by, least, below }) => {
    const edges = by === 'length' ? LENGTH_EDGES : SIZE_EDGES;
    const low = edges.findLast((edge) => edge <= least) ?? 0;
    const high = below === null ? undefined : edges.find((edge) => edge >= below);
    const all = { ...EVERYTHING, kinds: filter.kinds };
    const inClass =
      by === 'length'
        ? { ...all, minMs: low, ...bounds('maxMs', high) }
        : { ...all, minBytes: low, ...bounds('maxBytes', high) };
    return sum(inClass) * (below === null || high === undefined ? 1 : (below - least) / (high - low));
  });
  return found.reduce((all, n) => all + n, 0) * PASSED < sum({ ...EVERYTHING, from, to });
}

/** Items of one kind (its code) in a cut, by slot. */
export function cutSql({ by, least, below, filter }: Cut, kind: number, slots: Slots): Composed {
  const { from, where, values } = sourceOf({ ...filter, kinds: [] }, { by: 'lead' }, null, true);
  const column = by === 'size' ? 'i.bytes' : 'i.duration_ms';
  // The first is exactly the condition of the value's index.
  where.push(by === 'size' ? '(i.facts & 56) > 0' : '(i.facts & 7) > 0', 'i.kind = ?', `${column} >= ?`);
  values.push(kind, least);
  if (below !== null) {
    where.push(`${column} < ?`);
    values.push(below);
  }
  return {
    sql: `SELECT ${slots.sqlOf('i.sent_at')} AS slot, count(*) AS n FROM ${from} WHERE ${where.join(' AND ')} GROUP BY 1`,
    values,
  };
}

/** Items of a cut by slot; the same slot may come once for each kind. */
export function cutBySlot(
  db: ReadableDatabase,
  cut: Cut,
  slots: Slots,
): { readonly slot: number; readonly n: number }[] {
  const asked = cut.filter.kinds.length === 0 ? MEDIA_KINDS : cut.filter.kinds;
  return asked.flatMap((kind) => {
    const { sql, values } = cutSql(cut, kinds.code(kind), slots);
    return db.all<{ slot: number; n: number }>(sql, ...values);
  });
}
