import { expect, test } from 'vitest';
import { barsOf, peaksOf } from './loudness.ts';

test('the loudest stretch fills the height, silence is none', () => {
  const samples = Float32Array.from({ length: 8000 }, (_, at) => (at < 4000 ? 0 : 0.5 * Math.sin(at)));
  const loudness = peaksOf(samples, 8);
  expect([...loudness.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  expect(Math.max(...loudness)).toBe(255);
  expect(Math.min(...loudness.subarray(4))).toBeGreaterThan(240);
  expect([...peaksOf(new Float32Array(10), 4)]).toEqual([0, 0, 0, 0]);
});

test('there are as many bars as fit, a flat line before anything is measured', () => {
  expect(barsOf(null, 3)).toEqual([0, 0, 0]);
  expect(barsOf(Uint8Array.of(0, 255, 51, 0), 2)).toEqual([1, 0.2]);
  expect(barsOf(Uint8Array.of(255), 3)).toEqual([1, 1, 1]);
});
