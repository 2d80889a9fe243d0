import { indexAt, rowsBetween, type Row } from '../../media/geometry.ts';
import type { Month } from '../../media/month.ts';

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
