/** What of a timeline is in view: its rows and months, the pages near it, and how it stays in place when heights change. */
import { indexAt, keptScrollTop, rowsBetween, type Row } from '../../media/geometry.ts';
import type { Month } from '../../media/month.ts';
import type { Stretch } from './month-loader.ts';

export interface Seen {
  /** Place in the timeline of the upper edge of what is seen. */
  readonly top: number;
  readonly months: readonly Month[];
  /** Tops of the months, and the whole height. */
  readonly tops: Float64Array;
}

export interface VisibleRow {
  readonly key: string;
  readonly month: Month;
  readonly row: Row;
  /** Top of its month in the timeline. */
  readonly offset: number;
  /** 1-based place among all rows. */
  readonly index: number;
}

export interface Rows {
  readonly months: readonly Month[];
  /** Tops of the months, and the whole height. */
  readonly tops: Float64Array;
  /** Rows before each month. */
  readonly firstRows: Float64Array;
  /** Differs whenever something inside of the months does. */
  readonly version: number;
}

const MOST = 200;

interface Known {
  readonly visible: VisibleRow;
  readonly stamp: string;
}

/** The rows of a stretch. Those that have not changed stay the same objects, so that nothing of them is drawn again. */
export class RowWindow {
  readonly #known = new Map<string, Known>();
  #version = -1;

  between({ months, tops, firstRows, version }: Rows, from: number, to: number): VisibleRow[] {
    const same = this.#version === version;
    this.#version = version;
    if (this.#known.size > MOST) {
      this.#known.clear();
    }
    const rows: VisibleRow[] = [];
    const last = indexAt(tops, to);
    for (let at = Math.max(0, indexAt(tops, from)); at <= last; at += 1) {
      const month = months[at];
      if (month === undefined) {
        continue;
      }
      const offset = tops[at] ?? 0;
      const { start, end } = rowsBetween(month.layout, from - offset, to - offset);
      for (let number = start; number < end; number += 1) {
        const key = `${month.bucket.month} ${String(number)}`;
        const known = this.#known.get(key);
        if (known !== undefined && same) {
          rows.push(known.visible);
          continue;
        }
        const row = month.row(number);
        if (row !== undefined) {
          const visible = { key, month, row, offset, index: (firstRows[at] ?? 0) + number + 1 };
          const stamp = month.stampOf(row);
          if (known !== undefined && known.stamp === stamp && isSame(known.visible, visible)) {
            rows.push(known.visible);
          } else {
            this.#known.set(key, { visible, stamp });
            rows.push(visible);
          }
        }
      }
    }
    return rows;
  }
}

const isSame = (a: VisibleRow, b: VisibleRow): boolean =>
  a.month === b.month && a.offset === b.offset && a.index === b.index;

/** The tile that Tab reaches: the one with the focus while it is there, else the first below `from`. Null: no entry is here yet. */
export function tabStop(visible: readonly VisibleRow[], focus: number | null, from: number): number | null {
  let first: number | null = null;
  for (const { month, row, offset } of visible) {
    for (const segment of row.segments) {
      for (let item = segment.first; item < segment.first + segment.widths.length; item += 1) {
        const id = month.entry(item)?.id ?? null;
        if (id !== null && id === focus) {
          return id;
        }
        if (first === null && offset + row.top >= from) {
          first = id;
        }
      }
    }
  }
  return first;
}

export interface MonthInView {
  readonly month: Month;
  readonly offset: number;
}

/** The months between two heights, for their headings. */
export function monthsBetween(months: readonly Month[], tops: Float64Array, from: number, to: number): MonthInView[] {
  const seen: MonthInView[] = [];
  const last = indexAt(tops, to);
  for (let index = Math.max(0, indexAt(tops, from)); index <= last; index += 1) {
    const month = months[index];
    if (month !== undefined) {
      seen.push({ month, offset: tops[index] ?? 0 });
    }
  }
  return seen;
}

/** The nearest month that may be asked for its places and was not yet. */
export function nextToPlan({ top, months, tops }: Seen, mayBeAsked: (month: Month) => boolean): Month | null {
  const here = Math.max(0, indexAt(tops, top));
  let best: { readonly month: Month; readonly far: number } | null = null;
  for (const [index, month] of months.entries()) {
    const far = Math.abs(index - here);
    if (month.plan === null && month.planning === null && (best === null || far < best.far) && mayBeAsked(month)) {
      best = { month, far };
    }
  }
  return best?.month ?? null;
}

/** The pages beyond the `kept` nearest ones. */
export function farPages(
  { top, months, tops }: Seen,
  kept: number,
): readonly { readonly month: Month; readonly number: number }[] {
  const here = months.flatMap((month, index) =>
    month.pagesHere().map((number) => {
      const row = month.rowOf(month.pages[number]?.first ?? 0);
      return { month, number, far: Math.abs((tops[index] ?? 0) + (month.layout.tops[row] ?? 0) - top) };
    }),
  );
  return here.length <= kept ? [] : here.sort((a, b) => a.far - b.far).slice(kept);
}

/** Numbers of the pages of the rows between two heights of a month. */
export function pagesBetween(month: Month, from: number, to: number): number[] {
  const { start, end } = rowsBetween(month.layout, from, to);
  if (start >= end) {
    return [];
  }
  const first = month.pageOf(month.layout.firsts[start] ?? 0);
  const last = month.pageOf((month.layout.firsts[end] ?? 1) - 1);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/**
 * The items between two heights of a month: those of its rows, or about those while its rows are only estimated. Null: it has none there.
 */
export function stretchBetween(month: Month, from: number, to: number): Stretch | null {
  if (to <= 0 || from >= month.height) {
    return null;
  }
  if (month.plan !== null) {
    const { start, end } = rowsBetween(month.layout, from, to);
    return start >= end ? null : { first: month.layout.firsts[start] ?? 0, end: month.layout.firsts[end] ?? 0 };
  }
  const itemAt = (y: number): number => Math.round(Math.min(1, Math.max(0, y / month.height)) * month.bucket.count);
  return { first: itemAt(from), end: Math.max(itemAt(from) + 1, itemAt(to)) };
}

export interface Anchor {
  readonly top: number;
  /** The first row in view: its month, first item and that item's media id, and how far it is below the upper edge. */
  readonly row: {
    readonly month: string;
    readonly item: number;
    readonly id: number | null;
    readonly distance: number;
  } | null;
  /** The month that the upper edge is in, with its top and height, for when no row is known. */
  readonly month: { readonly name: string; readonly top: number; readonly height: number } | null;
}

export function anchorOf({ top, months, tops }: Seen, visible: readonly VisibleRow[]): Anchor {
  const first = visible.find(({ offset, row }) => offset + row.top + row.height > top);
  const item = first?.row.segments[0]?.first ?? 0;
  const at = Math.max(0, indexAt(tops, top));
  const stood = months[at];
  return {
    top,
    row:
      first === undefined
        ? null
        : {
            month: first.month.bucket.month,
            item,
            id: first.month.entry(item)?.id ?? null,
            distance: first.offset + first.row.top - top,
          },
    month:
      stood === undefined
        ? null
        : { name: stood.bucket.month, top: tops[at] ?? 0, height: (tops[at + 1] ?? 0) - (tops[at] ?? 0) },
  };
}

/** Where the upper edge has to be now, so that what was seen is where it was. */
export function topAfter(anchor: Anchor, { months, tops }: Omit<Seen, 'top'>): number {
  const indexOf = (name: string): number => months.findIndex(({ bucket }) => bucket.month === name);
  if (anchor.row !== null) {
    const index = indexOf(anchor.row.month);
    const month = months[index];
    if (month !== undefined && month.count > 0) {
      const found = anchor.row.id === null ? -1 : month.indexOf(anchor.row.id);
      const row = month.rowOf(found >= 0 ? found : Math.min(anchor.row.item, month.count - 1));
      return (tops[index] ?? 0) + (month.layout.tops[row] ?? 0) - anchor.row.distance;
    }
  }
  if (anchor.month === null) {
    return anchor.top;
  }
  const place = indexOf(anchor.month.name);
  const now = tops[place] ?? 0;
  const moved = place < 0 ? 0 : now - anchor.month.top;
  return (
    moved +
    keptScrollTop(anchor.top, {
      top: anchor.month.top,
      before: anchor.month.height,
      after: (tops[place + 1] ?? 0) - now,
    })
  );
}
