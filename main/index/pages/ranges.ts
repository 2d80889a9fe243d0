/**
 * Coverage as data: ranges of message ids proven listed without a gap. Bounds are inclusive; `lo` 0 is the start of the chat.
 */
import { type CoverageRange } from './calls.ts';

/** Two ranges are one when no id lies between them. */
export function touches(a: { hi: number; lo: number }, b: { hi: number; lo: number }): boolean {
  return a.lo <= b.hi + 1 && b.lo <= a.hi + 1;
}

/**
 * The one range that a newly listed range makes with those it touches. The cursor is the one of whichever reaches lowest; at the same
 * depth the newer word counts.
 */
export function mergeRange(touching: readonly CoverageRange[], added: CoverageRange): CoverageRange {
  let merged = added;
  for (const range of touching) {
    merged = {
      hi: Math.max(merged.hi, range.hi),
      lo: Math.min(merged.lo, range.lo),
      nextCursor: range.lo < merged.lo ? range.nextCursor : merged.nextCursor,
      checkedAt: Math.max(merged.checkedAt, range.checkedAt),
    };
  }
  return merged.lo === 0 ? { ...merged, nextCursor: null } : merged;
}

/** A stretch of ids that was last listed at one time, with the cursor that lists it from its upper end. */
export interface Segment {
  readonly hi: number;
  readonly lo: number;
  readonly cursor: string | null;
  readonly checkedAt: number;
}

/**
 * The rest of older segments after `listed` was listed again: the parts above and below it. Below, the cursor is the one that the
 * new page gave for what follows it, or its lowest id.
 */
export function carveSegments(
  overlapping: readonly Segment[],
  listed: { hi: number; lo: number; nextCursor: string | null },
): { above: Segment[]; below: Segment[] } {
  const above: Segment[] = [];
  const below: Segment[] = [];
  for (const segment of overlapping) {
    if (segment.hi < listed.lo || segment.lo > listed.hi) {
      throw new RangeError('carveSegments was given a segment that does not overlap');
    }
    if (segment.hi > listed.hi) {
      above.push({ ...segment, lo: listed.hi + 1 });
    }
    if (segment.lo < listed.lo) {
      below.push({ ...segment, hi: listed.lo - 1, cursor: listed.nextCursor ?? String(listed.lo) });
    }
  }
  return { above, below };
}
