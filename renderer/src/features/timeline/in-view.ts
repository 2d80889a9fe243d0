/** Facts about the grid rows in view. Pure. */
import { indexAt } from '../../media/geometry.ts';
import type { Month } from '../../media/month.ts';
import type { VisibleRow } from './row-window.ts';

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
