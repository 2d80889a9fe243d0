/** Arrow keys in the grid: which item is next. Pure. */
import { GAP, rowOf, type MonthLayout, type Row } from '../../media/geometry.ts';

export type Step = 'left' | 'right' | 'up' | 'down';

export interface GridMonth {
  readonly layout: MonthLayout;
  /** Items whose places are known. */
  readonly count: number;
}

interface Place {
  readonly monthIndex: number;
  readonly itemIndex: number;
}

interface Spot {
  readonly item: number;
  readonly from: number;
  readonly to: number;
}

function spots(row: Row): Spot[] {
  return row.segments.flatMap((segment) => {
    let x = segment.x;
    return segment.widths.map((width, index) => {
      const spot = { item: segment.first + index, from: x, to: x + width };
      x += width + GAP;
      return spot;
    });
  });
}

/** The item of a row that lies most under (or over) the middle of another. */
function nearest(row: Row, middle: number): number {
  const all = spots(row);
  const over = all.find((spot) => middle >= spot.from && middle <= spot.to);
  const distance = (spot: Spot): number => Math.min(Math.abs(spot.from - middle), Math.abs(spot.to - middle));
  return (over ?? all.sort((a, b) => distance(a) - distance(b))[0])?.item ?? 0;
}

/** The item one step away, or null at an end or where no places are known yet. */
export function stepFrom(months: readonly GridMonth[], at: Place, step: Step): Place | null {
  const month = months[at.monthIndex];
  if (month === undefined) {
    return null;
  }
  const by = step === 'right' || step === 'down' ? 1 : -1;
  const beyond = months[at.monthIndex + by];
  if (step === 'left' || step === 'right') {
    const item = at.itemIndex + by;
    if (item >= 0 && item < month.count) {
      return { monthIndex: at.monthIndex, itemIndex: item };
    }
    return beyond === undefined || beyond.count === 0
      ? null
      : { monthIndex: at.monthIndex + by, itemIndex: by > 0 ? 0 : beyond.count - 1 };
  }
  const rowIndex = rowOf(month.layout, at.itemIndex);
  const here = month.layout.row(rowIndex);
  const spot = here === undefined ? undefined : spots(here).find((each) => each.item === at.itemIndex);
  if (spot === undefined) {
    return null;
  }
  const middle = (spot.from + spot.to) / 2;
  const row = month.layout.row(rowIndex + by);
  if (row !== undefined) {
    return { monthIndex: at.monthIndex, itemIndex: nearest(row, middle) };
  }
  const other = beyond?.layout.row(by > 0 ? 0 : beyond.layout.count - 1);
  return other === undefined ? null : { monthIndex: at.monthIndex + by, itemIndex: nearest(other, middle) };
}
