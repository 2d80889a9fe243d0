import { expect, test } from 'vitest';
import { swipeOf } from './swipe.ts';

test('a long drag or a quick flick across turns the page, content follows the finger', () => {
  expect(swipeOf({ x: -80, y: 5, ms: 900 }, false)).toBe('older');
  expect(swipeOf({ x: 80, y: 5, ms: 900 }, false)).toBe('newer');
  expect(swipeOf({ x: -30, y: 2, ms: 40 }, false)).toBe('older');
  expect(swipeOf({ x: -80, y: 5, ms: 900 }, true)).toBe('newer');
});

test('a slow short drag, and one that goes rather up or down, are none', () => {
  expect(swipeOf({ x: -30, y: 2, ms: 400 }, false)).toBeNull();
  expect(swipeOf({ x: -80, y: 70, ms: 90 }, false)).toBeNull();
  expect(swipeOf({ x: 0, y: 0, ms: 0 }, false)).toBeNull();
});
