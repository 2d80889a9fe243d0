import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVERYTHING, type MediaFilter } from '../../contract/shapes.ts';
import { LENGTH_EDGES, SIZE_EDGES } from '../media/media-facts.ts';
import { partsOf } from './cut-counts.ts';

/** Values at edges, beside them, and anywhere. */
const values = (edges: readonly number[]): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constantFrom(0, 1, ...edges.flatMap((edge) => [edge - 1, edge, edge + 1])),
    fc.nat((edges.at(-1) ?? 1) * 2),
  );
const rangeOf = (edges: readonly number[]) => fc.option(values(edges), { nil: undefined });

test('each value in the range is in one part, and none besides', () => {
  fc.assert(
    fc.property(
      rangeOf(LENGTH_EDGES),
      rangeOf(LENGTH_EDGES),
      fc.array(values(LENGTH_EDGES), { minLength: 20, maxLength: 40 }),
      (minMs, maxMs, lengths) => {
        const filter = { ...EVERYTHING, ...(minMs !== undefined && { minMs }), ...(maxMs !== undefined && { maxMs }) };
        const parts = partsOf(filter);
        fc.pre(parts !== null);
        for (const length of lengths) {
          const isIn = (low: number | undefined, below: number | undefined): boolean =>
            length >= (low ?? 0) && (below === undefined || length < below);
          const { whole, cuts } = parts ?? { whole: null, cuts: [] };
          const found = [
            whole !== null && isIn(whole.minMs, whole.maxMs),
            ...cuts.map(({ least, below }) => isIn(least, below ?? undefined)),
          ].filter(Boolean);
          expect(found).toHaveLength(isIn(minMs, maxMs) ? 1 : 0);
        }
      },
    ),
  );
});

test('what is left whole begins and ends at classes, and every other limit stays', () => {
  const filter: MediaFilter = {
    ...EVERYTHING,
    kinds: ['video'],
    sender: 'me',
    minMs: 10_000,
    minBytes: 2_000_000,
    maxBytes: 200_000_000,
  };
  const { minBytes: _, maxBytes: __, ...others } = filter;
  expect(partsOf(filter)).toEqual({
    whole: { ...others, minBytes: SIZE_EDGES[1], maxBytes: SIZE_EDGES[2] },
    cuts: [
      { by: 'size', least: 2_000_000, below: SIZE_EDGES[1], filter: others },
      { by: 'size', least: SIZE_EDGES[2], below: 200_000_000, filter: others },
    ],
  });
});

test('no cut, or both, is not taken apart', () => {
  expect(partsOf({ ...EVERYTHING, minMs: 60_000, maxBytes: 1_000_000 })).toBeNull();
  expect(partsOf({ ...EVERYTHING, minMs: 61_000, maxBytes: 1_000_001 })).toBeNull();
});
