import { describe, expect, test } from 'vitest';
import { AT_REST, fitted, held, zoomed } from './zoom.ts';

const box = { width: 1000, height: 600 };

describe('zoom', () => {
  test('what is under the pointer stays there', () => {
    const view = zoomed(AT_REST, 2, { x: 100, y: -50 });
    expect(view).toEqual({ scale: 2, x: -100, y: 50 });
    expect(zoomed(view, 0.5, { x: 100, y: -50 })).toEqual(AT_REST);
  });

  test('it ends at the whole picture and at eight times', () => {
    expect(zoomed(AT_REST, 0.1, { x: 0, y: 0 }).scale).toBe(1);
    expect(zoomed(AT_REST, 100, { x: 0, y: 0 }).scale).toBe(8);
  });
});

test('a picture cannot be lost outside its box', () => {
  expect(held({ scale: 2, x: 5000, y: -5000 }, box, { width: 900, height: 600 })).toEqual({
    scale: 2,
    x: 400,
    y: -300,
  });
  expect(held({ scale: 1, x: 50, y: 50 }, box, { width: 900, height: 600 })).toEqual(AT_REST);
});

test('a picture fits its box and a small one is not blown up', () => {
  expect(fitted({ width: 3000, height: 3000 }, box, 1)).toEqual({ width: 600, height: 600 });
  expect(fitted({ width: 100, height: 50 }, box, 1)).toEqual({ width: 100, height: 50 });
  expect(fitted({ width: 0, height: 0 }, box, 1)).toEqual({ width: 0, height: 0 });
});
