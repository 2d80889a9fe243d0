/** Arrow keys in the grid: which item is next. Pure. */
import { GAP, type MonthLayout, type Row } from './geometry.ts';

export type Step = 'left' | 'right' | 'up' | 'down';

export interface GridMonth {
  readonly layout: MonthLayout;
  /** Items that are listed. */
  readonly count: number;
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

/** The item one step away, or null at an end or where nothing is listed yet. */
export function stepFrom(
  months: readonly GridMonth[],
  at: { readonly monthIndex: number; readonly itemIndex: number },
  step: Step,
): { readonly monthIndex: number; readonly itemIndex: number } | null {
  const month = months[at.monthIndex];
  if (month === undefined) {
    return null;
  }
  if (step === 'left' || step === 'right') {
    const item = at.itemIndex + (step === 'right' ? 1 : -1);
    if (item >= 0 && item < month.count) {
      return { monthIndex: at.monthIndex, itemIndex: item };
    }
    const next = at.monthIndex + (step === 'right' ? 1 : -1);
    const other = months[next];
    return other === undefined || other.count === 0
      ? null
      : { monthIndex: next, itemIndex: step === 'right' ? 0 : other.count - 1 };
  }
  const rowIndex = month.layout.rows.findIndex((row) => spots(row).some((spot) => spot.item === at.itemIndex));
  const here = month.layout.rows[rowIndex];
  const spot = here === undefined ? undefined : spots(here).find((each) => each.item === at.itemIndex);
  if (spot === undefined) {
    return null;
  }
  const middle = (spot.from + spot.to) / 2;
  const row = month.layout.rows[rowIndex + (step === 'down' ? 1 : -1)];
  if (row !== undefined) {
    return { monthIndex: at.monthIndex, itemIndex: nearest(row, middle) };
  }
  const next = at.monthIndex + (step === 'down' ? 1 : -1);
  const beyond = step === 'down' ? months[next]?.layout.rows[0] : months[next]?.layout.rows.at(-1);
  return beyond === undefined ? null : { monthIndex: next, itemIndex: nearest(beyond, middle) };
}
