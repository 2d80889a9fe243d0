import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baseFor, BOX_MOST, boxHeight, EDGE, isNearEdge, lastTop } from './mapped-scroll.svelte.ts';

const stretch = fc.record({
  height: fc.integer({ min: 0, max: 400_000_000 }),
  viewport: fc.integer({ min: 200, max: 3000 }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });

test('every place of any timeline can be stood at, in a box that a browser can draw', () => {
  fc.assert(
    fc.property(stretch, share, (size, at) => {
      const top = Math.round(at * lastTop(size));
      const base = baseFor(top, size);
      const box = boxHeight(base, size);
      expect(box).toBeLessThanOrEqual(Math.max(BOX_MOST, size.viewport));
      expect(top - base).toBeGreaterThanOrEqual(0);
      expect(top - base).toBeLessThanOrEqual(Math.max(0, box - size.viewport));
    }),
  );
});

test('the ends of the timeline are the ends of the box', () => {
  fc.assert(
    fc.property(stretch, (size) => {
      expect(baseFor(0, size)).toBe(0);
      const base = baseFor(lastTop(size), size);
      expect(base + boxHeight(base, size)).toBe(Math.max(size.height, size.viewport));
    }),
  );
});

test('a box chosen for a place is not at once to be chosen again', () => {
  fc.assert(
    fc.property(stretch, share, (size, at) => {
      const top = Math.round(at * lastTop(size));
      expect(isNearEdge(top, baseFor(top, size), size)).toBe(false);
    }),
  );
});

test('near an end that is none, the box is moved on', () => {
  const size = { height: 40_000_000, viewport: 900 };
  const base = baseFor(20_000_000, size);
  expect(isNearEdge(base + EDGE - 1, base, size)).toBe(true);
  expect(isNearEdge(base + BOX_MOST - 900 - EDGE + 1, base, size)).toBe(true);
  expect(isNearEdge(base + BOX_MOST / 2, base, size)).toBe(false);
});

test('after heights above were corrected, the top is reached again', () => {
  const size = { height: 30_000, viewport: 900 };
  for (const base of [300, -300]) {
    expect(isNearEdge(500, base, size)).toBe(true);
    expect(baseFor(500, size)).toBe(0);
  }
});
