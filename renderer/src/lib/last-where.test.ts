import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastWhere } from './last-where.ts';

test('the last of a row that holds from its start is found; where nothing holds, the first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (numbers, most) => {
      const sorted = numbers.sort((a, b) => a - b);
      const found = lastWhere(sorted.length, (index) => (sorted[index] ?? 0) <= most);
      expect(found).toBe(
        Math.max(
          0,
          sorted.findLastIndex((each) => each <= most),
        ),
      );
    }),
  );
});
