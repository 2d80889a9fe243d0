/** The grid seen from afar: a card for each month or each year. Pure. */
import type { MonthBucket } from '../../../../main/contract/shapes.ts';

export interface Card {
  /** `2025-06` or `2025`. */
  readonly key: string;
  /** `2025`. */
  readonly year: string;
  /** Its newest month, where the grid goes: `2025-06`. */
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Newest first, as the buckets are. */
export function cardsOf(buckets: readonly MonthBucket[], level: 'months' | 'years'): Card[] {
  const cards: Card[] = [];
  for (const { month, from, to, count } of buckets) {
    const year = month.slice(0, -3);
    const key = level === 'years' ? year : month;
    const last = cards.at(-1);
    if (last?.key === key) {
      cards[cards.length - 1] = { ...last, from, count: last.count + count };
    } else {
      cards.push({ key, year, month, from, to, count });
    }
  }
  return cards;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** The box that an arrow key leads to from `at`: the nearest one in the next row up or down; `at` where there is none. */
export function boxTowards(boxes: readonly Box[], at: number, down: boolean): number {
  const from = boxes[at];
  if (from === undefined) {
    return at;
  }
  const beyond = boxes.filter(({ top }) => (down ? top > from.top + 1 : top < from.top - 1));
  const tops = beyond.map(({ top }) => top);
  const row = down ? Math.min(...tops) : Math.max(...tops);
  const centre = ({ left, width }: Box): number => left + width / 2;
  const nearest = beyond
    .filter(({ top }) => Math.abs(top - row) <= 1)
    .sort((a, b) => Math.abs(centre(a) - centre(from)) - Math.abs(centre(b) - centre(from)))[0];
  return nearest === undefined ? at : boxes.indexOf(nearest);
}
