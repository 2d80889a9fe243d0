import { describe, expect, test } from 'vitest';
import { WIRE_ERROR_CODES } from '../../../main/contract/errors.ts';
import { SHORTCUTS } from '../lib/keyboard.ts';
import { en } from './en.ts';

/** Every text of the copy with its path; functions are called with samples. */
function texts(node: unknown, path: string): [string, string][] {
  if (typeof node === 'string') {
    return [[path, node]];
  }
  if (typeof node === 'function') {
    const sample = (number: number): unknown[] => [number, String(number), 'three', 'four', 'five'];
    const made: unknown[] = [
      Reflect.apply(node, null, sample(1)),
      Reflect.apply(node, null, sample(2)),
      Reflect.apply(node, null, ['one', 'two', 'three', 'four', null]),
    ];
    return made.map((text, index) => [`${path}(${String(index)})`, String(text)]);
  }
  if (typeof node === 'object' && node !== null) {
    return Object.entries(node).flatMap(([key, value]) => texts(value, `${path}.${key}`));
  }
  return [];
}

const all = texts(en, 'en');

describe('copy', () => {
  test('there is much of it and none is empty', () => {
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter(([path, text]) => text.trim() === '' && path !== 'en.nextSteps.none')).toEqual([]);
  });

  test('it is neutral: no exclamation marks, no we, no oops, no holes', () => {
    expect(all.filter(([, text]) => /!|\b(we|our|oops|sorry|please)\b|undefined|\[object/i.test(text))).toEqual([]);
  });

  test('every error code and every shortcut has its words', () => {
    expect(WIRE_ERROR_CODES.filter((code) => !(code in en.errors))).toEqual([]);
    expect(Object.keys(SHORTCUTS).filter((id) => !(id in en.shortcuts))).toEqual([]);
  });
});
