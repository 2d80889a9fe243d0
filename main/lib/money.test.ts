import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalText, millionths, priceText } from './money.ts';

test.each([
  [null, null],
  [0, '0.00'],
  [5, '5.00'],
  [12.5, '12.50'],
  [19.99, '19.99'],
  [0.125, '0.125'],
  [1234567.891234, '1234567.891234'],
  [-2.5, '-2.50'],
  [1e21, '1000000000000000000000.00'],
])('%s is told as %s', (price, text) => {
  expect(priceText(price)).toBe(text);
});

test('sums of cents are exact, where sums of numbers are not', () => {
  expect(0.1 + 0.2).not.toBe(0.3);
  expect(decimalText(millionths(0.1) + millionths(0.2))).toBe('0.30');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000_000, max: 100_000_000 }), { maxLength: 200 }), (cents) => {
      const sum = cents.map((each) => millionths(each / 100)).reduce((a, b) => a + b, 0n);
      const total = cents.reduce((a, b) => a + b, 0);
      expect(sum).toBe(BigInt(total) * 10_000n);
      expect(Math.round(Number(decimalText(sum)) * 100)).toBe(total);
    }),
  );
});
