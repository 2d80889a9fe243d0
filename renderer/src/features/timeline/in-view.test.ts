import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchorOf, farPages, nextToPlan, RowWindow, topAfter } from './in-view.ts';
import { stack } from '../../media/geometry.ts';
import { Month, type Plan } from '../../media/month.ts';

const METRICS = { width: 900, rowHeight: 144 };
const MONTH = 31 * 86_400_000;

const bucket = (index: number, count: number) => ({
  month: `month ${String(index)}`,
  from: (40 - index) * MONTH,
  to: (41 - index) * MONTH,
  count,
  bytes: null,
});
const planOf = (count: number): Plan => ({
  shape: { days: Uint8Array.from({ length: count }, () => 3), ratios: Uint8Array.from({ length: count }, () => 125) },
  pages: Array.from({ length: Math.ceil(count / 200) }, (_, page) => ({ first: page * 200, after: null })),
  colours: new Uint8Array(count * 2),
});
const topsOf = (months: readonly Month[]): Float64Array => stack(months.map(({ height }) => height));

const counts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 8 });

test('whatever months become known, the first row in view stays where it is', () => {
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(7), (sizes, share, changed) => {
      const months = sizes.map((count, index) => new Month(bucket(index, count), METRICS));
      for (const [index, month] of months.entries()) {
        if (index % 2 === 0) {
          month.setPlan(planOf(sizes[index] ?? 0), new Map(), METRICS);
        }
      }
      const tops = topsOf(months);
      const top = share * Math.max(0, (tops.at(-1) ?? 0) - 900);
      const rows = (at: number, stacked: Float64Array) =>
        new RowWindow().between(
          { months, tops: stacked, firstRows: stack(months.map((month) => month.rows)), version: 1 },
          at,
          at + 900,
        );
      const anchor = anchorOf({ top, months, tops }, rows(top, tops));
      const index = changed % months.length;
      months[index]?.setPlan(planOf(sizes[index] ?? 0), new Map(), METRICS);
      const after = topsOf(months);
      const now = topAfter(anchor, { months, tops: after });
      if (anchor.row !== null && months[index]?.bucket.month !== anchor.row.month) {
        const { month: name, item, distance } = anchor.row;
        const seen = rows(now, after).find(
          ({ month, row }) => month.bucket.month === name && row.segments[0]?.first === item,
        );
        expect(seen === undefined ? null : seen.offset + seen.row.top - now).toBeCloseTo(distance, 6);
      }
      expect(Number.isFinite(now)).toBe(true);
    }),
  );
});

test('the nearest month is asked first, and the farthest pages go first', () => {
  const months = [50, 50, 50, 50].map((count, index) => new Month(bucket(index, count), METRICS));
  const tops = topsOf(months);
  const seen = { top: (tops[2] ?? 0) + 5, months, tops };
  expect(nextToPlan(seen, () => true)).toBe(months[2]);
  expect(nextToPlan(seen, (month) => month !== months[2])).toBe(months[1]);
  expect(nextToPlan(seen, () => false)).toBeNull();
  for (const month of months) {
    month.setPlan(planOf(50), new Map(), METRICS);
    month.setPage(0, []);
  }
  expect(nextToPlan(seen, () => true)).toBeNull();
  const now = { ...seen, tops: topsOf(months), top: topsOf(months)[3] ?? 0 };
  expect(farPages(now, 4)).toEqual([]);
  expect(farPages(now, 3).map(({ month, number }) => [month === months[0], number])).toEqual([[true, 0]]);
});

test('rows that show the same stay the same objects when something else changes', () => {
  const months = [300, 300].map((count, index) => new Month(bucket(index, count), METRICS));
  for (const month of months) {
    month.setPlan(planOf(300), new Map(), METRICS);
  }
  const window = new RowWindow();
  const ask = (version: number) =>
    window.between(
      { months, tops: topsOf(months), firstRows: stack(months.map((month) => month.rows)), version },
      0,
      900,
    );
  const before = ask(1);
  months[1]?.setPage(0, []);
  const after = ask(2);
  expect(after.length).toBeGreaterThan(2);
  expect(after.every((row, index) => row === before[index])).toBe(true);
  months[0]?.setPage(0, []);
  expect(ask(3).some((row, index) => row === before[index])).toBe(false);
});
