import fc from 'fast-check';
import { expect, test } from 'vitest';
import { treemap } from './treemap.ts';

test('areas follow the values, stay in the box and fill it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 40 }), (list) => {
      const values = list.sort((a, b) => b - a);
      const total = values.reduce((sum, value) => sum + value, 0);
      const areas = treemap(values, 800, 500);
      expect(areas.map((area) => area.index)).toEqual(values.map((_, index) => index));
      for (const area of areas) {
        expect(area.width * area.height).toBeCloseTo(((values[area.index] ?? 0) / total) * 400_000, 3);
        expect(area.x + area.width).toBeLessThanOrEqual(800.001);
        expect(area.y + area.height).toBeLessThanOrEqual(500.001);
      }
    }),
  );
});

test('nothing has no areas', () => {
  expect(treemap([], 100, 100)).toEqual([]);
  expect(treemap([0, 0], 100, 100)).toEqual([]);
});
