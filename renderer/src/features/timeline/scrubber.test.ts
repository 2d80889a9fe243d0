import { expect, test } from 'vitest';
import { scrubMarks, scrubStops, stopAt } from './scrubber.ts';

const months = [
  { month: '2026-02', count: 100 },
  { month: '2026-01', count: 300 },
  { month: '2025-12', count: 100 },
  { month: '2025-11', count: 2 },
];

test('the track follows the number of items and small months can still be hit', () => {
  const stops = scrubStops(months);
  expect(stops[0]).toBe(0);
  expect(stops.at(-1)).toBeCloseTo(1);
  const shares = months.map((_, index) => (stops[index + 1] ?? 0) - (stops[index] ?? 0));
  expect(shares[1]).toBeGreaterThan((shares[0] ?? 0) * 2.9);
  expect(shares[3]).toBeGreaterThan(0.1);
});

test('each month has a tick, years are strong, words never touch', () => {
  const marks = scrubMarks(months, 60);
  expect(marks.map((mark) => mark.kind)).toEqual(['year', 'month', 'year', 'month']);
  const labelled = marks.filter((mark) => mark.label).map((mark) => mark.y);
  expect(labelled.every((y, index) => index === 0 || y - (labelled[index - 1] ?? 0) >= 20)).toBe(true);
});

test('a share of the track is a month and a place in it', () => {
  const stops = scrubStops(months);
  expect(stopAt(stops, 0)).toEqual({ index: 0, within: 0 });
  expect(stopAt(stops, 1)).toEqual({ index: 3, within: 1 });
  const middle = ((stops[1] ?? 0) + (stops[2] ?? 0)) / 2;
  expect(stopAt(stops, middle).index).toBe(1);
  expect(stopAt(stops, middle).within).toBeCloseTo(0.5);
});
