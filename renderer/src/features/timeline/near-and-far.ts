/** Which months and pages come first, and which go first: by how far they are from what is seen. Pure. */
import type { Seen } from './anchor.ts';
import { indexAt, rowsBetween } from '../../media/geometry.ts';
import type { Stretch } from './month-loader.ts';
import type { Month } from '../../media/month.ts';

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
