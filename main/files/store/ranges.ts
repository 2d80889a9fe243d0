/** Sets of byte ranges, kept sorted and merged. `end` is exclusive. Pure. */

export type ByteRange = readonly [start: number, end: number];

/** Adds a range; touching and overlapping ranges become one. */
export function addRange(ranges: readonly ByteRange[], [start, end]: ByteRange): ByteRange[] {
  if (end <= start) {
    return [...ranges];
  }
  const before = ranges.filter((range) => range[1] < start);
  const after = ranges.filter((range) => range[0] > end);
  const met = ranges.slice(before.length, ranges.length - after.length);
  const first = met[0];
  const last = met.at(-1);
  return [
    ...before,
    [first === undefined ? start : Math.min(first[0], start), last === undefined ? end : Math.max(last[1], end)],
    ...after,
  ];
}

/** The missing ranges of `[0, total)`. */
export function gaps(ranges: readonly ByteRange[], total: number): ByteRange[] {
  const missing: ByteRange[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start >= total) {
      break;
    }
    if (start > at) {
      missing.push([at, start]);
    }
    at = Math.max(at, end);
  }
  if (at < total) {
    missing.push([at, total]);
  }
  return missing;
}

/** The parts of the ranges before `size`, for a file that is shorter than its sidecar says. */
export function clipRanges(ranges: readonly ByteRange[], size: number): ByteRange[] {
  return ranges.flatMap(([start, end]): ByteRange[] => (start < size ? [[start, Math.min(end, size)]] : []));
}

/** Length of the part that is whole from the start. */
export function prefixOf(ranges: readonly ByteRange[]): number {
  const first = ranges[0];
  return first !== undefined && first[0] === 0 ? first[1] : 0;
}

export function sumOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** Cuts the missing ranges into about `parts` pieces of at least `smallest` bytes, in order. */
export function splitRanges(missing: readonly ByteRange[], parts: number, smallest: number): ByteRange[] {
  const size = Math.max(smallest, Math.ceil(sumOf(missing) / Math.max(1, parts)));
  return missing.flatMap(([start, end]) => {
    const count = Math.ceil((end - start) / size);
    return Array.from({ length: count }, (_, index): ByteRange => [
      start + index * size,
      Math.min(start + (index + 1) * size, end),
    ]);
  });
}
