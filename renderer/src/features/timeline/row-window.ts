import { indexAt, rowsBetween, type Row } from './geometry.ts';
import type { Month } from './month.ts';

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

/** The rows of a stretch. Those that have not changed stay the same objects, so that nothing of them is drawn again. */
export class RowWindow {
  readonly #known = new Map<string, VisibleRow>();
  #version = -1;

  between({ months, tops, firstRows, version }: Rows, from: number, to: number): VisibleRow[] {
    if (this.#version !== version || this.#known.size > MOST) {
      this.#known.clear();
      this.#version = version;
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
        const row = month.row(number);
        if (row !== undefined) {
          const known = this.#known.get(key) ?? {
            key,
            month,
            row,
            offset,
            index: (firstRows[at] ?? 0) + number + 1,
          };
          this.#known.set(key, known);
          rows.push(known);
        }
      }
    }
    return rows;
  }
}
