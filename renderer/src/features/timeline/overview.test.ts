import { expect, test } from 'vitest';
import { boxTowards, cardsOf } from './overview.ts';

const bucket = (month: string, from: number, count: number) => ({ month, from, to: from + 1, count, bytes: null });
const buckets = [bucket('2025-02', 7, 3), bucket('2025-01', 6, 4), bucket('2024-12', 5, 2)];

test('months are cards as they are; a year sums its months and leads to its newest', () => {
  expect(cardsOf(buckets, 'months').map(({ key, count }) => [key, count])).toEqual([
    ['2025-02', 3],
    ['2025-01', 4],
    ['2024-12', 2],
  ]);
  expect(cardsOf(buckets, 'years')).toEqual([
    { key: '2025', year: '2025', month: '2025-02', from: 6, to: 8, count: 7 },
    { key: '2024', year: '2024', month: '2024-12', from: 5, to: 6, count: 2 },
  ]);
  expect(cardsOf([], 'years')).toEqual([]);
});

test('up and down lead to the nearest card of the next row, and nowhere at the edges', () => {
  const boxes = [0, 100, 200].map((left) => ({ left, top: 0, width: 90 })).concat({ left: 0, top: 50, width: 90 });
  expect(boxTowards(boxes, 2, true)).toBe(3);
  expect(boxTowards(boxes, 3, false)).toBe(0);
  expect(boxTowards(boxes, 3, true)).toBe(3);
  expect(boxTowards(boxes, 1, false)).toBe(1);
});
