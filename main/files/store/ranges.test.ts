import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addRange, clipRanges, gaps, prefixOf, splitRanges, sumOf, type ByteRange } from './ranges.ts';

const TOTAL = 60;
const range = fc.tuple(fc.nat(TOTAL), fc.nat(TOTAL)).map(([a, b]): ByteRange => (a < b ? [a, b] : [b, a]));
const ranges = fc.array(range, { maxLength: 12 });
const all = (list: readonly ByteRange[]): ByteRange[] =>
  list.reduce<ByteRange[]>((sum, each) => addRange(sum, each), []);
const bytesOf = (list: readonly ByteRange[]): Set<number> =>
  new Set(list.flatMap(([start, end]) => Array.from({ length: end - start }, (_, index) => start + index)));

describe('byte ranges', () => {
  test('adding in any order gives the union: sorted, apart, nothing empty', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const merged = all(list);
        expect(bytesOf(merged)).toEqual(bytesOf(list));
        for (const [index, [start, end]] of merged.entries()) {
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThan(merged[index - 1]?.[1] ?? -1);
        }
      }),
    );
  });

  test('the gaps are exactly what is not there', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const merged = all(list);
        const missing = gaps(merged, TOTAL);
        expect(sumOf(missing) + sumOf(merged)).toBe(TOTAL);
        expect(all([...merged, ...missing])).toEqual([[0, TOTAL]]);
      }),
    );
  });

  test('clipping keeps what lies before the size', () => {
    fc.assert(
      fc.property(ranges, fc.nat(TOTAL), (list, size) => {
        const kept = bytesOf(clipRanges(all(list), size));
        expect(kept).toEqual(new Set([...bytesOf(list)].filter((at) => at < size)));
      }),
    );
  });

  test('splitting covers the same bytes once, in order, in pieces not below the smallest but at ends', () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }), (list, parts, smallest) => {
        const merged = all(list);
        const pieces = splitRanges(merged, parts, smallest);
        expect(sumOf(pieces)).toBe(sumOf(merged));
        expect(all(pieces)).toEqual(merged);
        expect(pieces.length).toBeLessThanOrEqual(parts + merged.length);
      }),
    );
  });

  test('the prefix is what is whole from the start', () => {
    expect(prefixOf([])).toBe(0);
    expect(prefixOf([[3, 9]])).toBe(0);
    expect(prefixOf([[0, 4], [6, 9]])).toBe(4); // prettier-ignore
  });
});
