import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOffMs } from './file-tries.ts';

test('the wait doubles with each try up to its cap', () => {
  const waits = [0, 1, 2, 3, 4, 5].map((tries) => backOffMs(tries, 1_000, 10_000, () => 1));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('the lower half of a wait is certain, the upper half is chance', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat({ max: 5_000 }), fc.integer({ min: 1, max: 60_000 }), chance, (tries, base, random) => {
      const full = Math.min(600_000, base * 2 ** Math.min(tries, 30));
      const wait = backOffMs(tries, base, 600_000, () => random);
      expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2));
      expect(wait).toBeLessThanOrEqual(full);
    }),
  );
});
