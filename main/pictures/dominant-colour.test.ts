import { expect, test } from 'vitest';
import { dominantColour } from './dominant-colour.ts';

const pixels = (...colours: readonly (readonly [number, number, number, number, number])[]): Uint8Array =>
  Uint8Array.from(colours.flatMap(([times, ...pixel]) => Array.from({ length: times }, () => pixel).flat()));

test('the most frequent colour wins, a strong one before a grey of about the same size', () => {
  expect(dominantColour(pixels([10, 255, 0, 0, 255], [4, 0, 0, 255, 255]))).toEqual([255, 0, 0]);
  expect(dominantColour(pixels([10, 128, 128, 128, 255], [8, 0, 0, 255, 255]))).toEqual([0, 0, 255]);
  expect(dominantColour(pixels([30, 128, 128, 128, 255], [8, 0, 0, 255, 255]))).toEqual([128, 128, 128]);
});

test('clear pixels have no say, and black is a colour', () => {
  expect(dominantColour(pixels([50, 255, 0, 0, 0]))).toBeNull();
  expect(dominantColour(new Uint8Array())).toBeNull();
  expect(dominantColour(pixels([5, 0, 0, 0, 255]))).toEqual([0, 0, 0]);
});
