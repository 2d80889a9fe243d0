import { expect, test } from 'vitest';
import { colourCode, cssColour, NO_COLOUR } from '../contract/grid-shape.ts';
import { dominantColour } from './dominant-colour.ts';

const pixels = (...colours: readonly (readonly [number, number, number, number, number])[]): Uint8Array =>
  Uint8Array.from(colours.flatMap(([times, ...pixel]) => Array.from({ length: times }, () => pixel).flat()));

test('the most frequent colour wins, a strong one before a grey of about the same size', () => {
  expect(cssColour(dominantColour(pixels([10, 255, 0, 0, 255], [4, 0, 0, 255, 255])))).toBe('rgb(255 0 0)');
  expect(cssColour(dominantColour(pixels([10, 128, 128, 128, 255], [8, 0, 0, 255, 255])))).toBe('rgb(0 0 255)');
  expect(cssColour(dominantColour(pixels([30, 128, 128, 128, 255], [8, 0, 0, 255, 255])))).toBe('rgb(132 132 132)');
});

test('clear pixels have no say, and black is a colour', () => {
  expect(dominantColour(pixels([50, 255, 0, 0, 0]))).toBe(NO_COLOUR);
  expect(dominantColour(new Uint8Array())).toBe(NO_COLOUR);
  expect(dominantColour(pixels([5, 0, 0, 0, 255]))).not.toBe(NO_COLOUR);
  expect(colourCode(255, 255, 255)).toBe(32_767);
});
