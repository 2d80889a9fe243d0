import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carveSegments, mergeRange, type Segment, touches } from './ranges.ts';
import { type CoverageRange } from './calls.ts';

const range = (hi: number, lo: number, nextCursor: string | null = String(lo), checkedAt = 1): CoverageRange => ({
  hi,
  lo,
  nextCursor,
  checkedAt,
});

/** What the writer does with the ranges of one chat. */
function add(ranges: CoverageRange[], added: CoverageRange): CoverageRange[] {
  const touching = ranges.filter((other) => touches(other, added));
  return [...ranges.filter((other) => !touching.includes(other)), mergeRange(touching, added)];
}

test('ranges that leave no id between them become one, with the cursor of the lower end', () => {
  expect(add([range(20, 11)], range(10, 5))).toEqual([range(20, 5)]);
  expect(add([range(10, 5)], range(20, 11))).toEqual([range(20, 5)]);
  expect(add([range(20, 12)], range(10, 5))).toHaveLength(2);
});

test('a page between two ranges joins all three', () => {
  expect(add([range(30, 21), range(10, 1)], range(20, 11))).toEqual([range(30, 1)]);
});

test('at the start of the chat there is no cursor any more', () => {
  expect(mergeRange([range(10, 0, null)], range(20, 11))).toEqual({ hi: 20, lo: 0, nextCursor: null, checkedAt: 1 });
});

test('at the same depth the newer cursor counts', () => {
  expect(mergeRange([range(10, 5, 'old')], range(12, 5, 'new')).nextCursor).toBe('new');
});

const anyRange = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 15 }))
  .map(([lo, length]) => range(lo + length, lo, lo === 0 ? null : String(lo)));

test('merged ranges cover exactly the ids that were listed, and never touch each other', () => {
  fc.assert(
    fc.property(fc.array(anyRange, { maxLength: 20 }), (listed) => {
      const ids = new Set<number>();
      let ranges: CoverageRange[] = [];
      for (const one of listed) {
        ranges = add(ranges, one);
        for (let id = one.lo; id <= one.hi; id += 1) {
          ids.add(id);
        }
      }
      const covered = ranges.flatMap((one) =>
        Array.from({ length: one.hi - one.lo + 1 }, (_, index) => one.lo + index),
      );
      expect(covered.sort((a, b) => a - b)).toEqual([...ids].sort((a, b) => a - b));
      for (const one of ranges) {
        expect(ranges.filter((other) => other !== one && touches(one, other))).toEqual([]);
        expect(one.nextCursor).toBe(one.lo === 0 ? null : String(one.lo));
      }
    }),
  );
});

test('carving takes exactly the newly listed ids out of older segments', () => {
  fc.assert(
    fc.property(fc.array(anyRange, { maxLength: 12 }), (listed) => {
      let segments: Segment[] = [];
      const newest = new Map<number, number>();
      for (const [time, { hi, lo, nextCursor }] of listed.entries()) {
        const overlapping = segments.filter((segment) => segment.hi >= lo && segment.lo <= hi);
        const { above, below } = carveSegments(overlapping, { hi, lo, nextCursor });
        segments = [
          ...segments.filter((segment) => !overlapping.includes(segment)),
          ...above,
          ...below,
          { hi, lo, cursor: String(hi + 1), checkedAt: time },
        ];
        for (let id = lo; id <= hi; id += 1) {
          newest.set(id, time);
        }
      }
      const found = new Map<number, number>();
      for (const segment of segments) {
        expect(segment.cursor).toBe(String(segment.hi + 1));
        for (let id = segment.lo; id <= segment.hi; id += 1) {
          expect(found.has(id)).toBe(false);
          found.set(id, segment.checkedAt);
        }
      }
      expect(found).toEqual(newest);
    }),
  );
});
