/// <reference types="vite/client" />
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

/** Sources without tests and without the copy itself; chains of names stand in one piece. */
const sources = (files: Record<string, string>): string =>
  Object.values(files)
    .join('\n')
    .replaceAll(/\s*\.\s*/g, '.');

const screens = sources(
  import.meta.glob(['../**/*.{ts,svelte}', '!../i18n/**', '!../**/*.test.ts', '!../**/testing/**'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
/** Lists that are asked by a key take their keys from here as well. */
const words =
  screens +
  sources(
    import.meta.glob(['../../../main/{contract,export,lib}/**/*.ts', '!../../../**/*.test.ts'], {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  );
const hasWord = (key: string): boolean => new RegExp(`(?<![\\w-])${key}(?![\\w-])`).test(words);

/** Messages that no screen names. `passed`: a list around them is passed on as a whole, or asked by a key. */
function unused(node: object, path: string, passed: boolean): string[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    const here = `${path}.${key}`;
    const named = new RegExp(`\\b${here.replaceAll('.', '\\.')}\\b(?!\\.)`).test(screens);
    return typeof value === 'object' && value !== null
      ? unused(value, here, passed || named)
      : named || (passed && hasWord(key))
        ? []
        : [here];
  });
}

describe('copy', () => {
  test('there is much of it and none is empty', () => {
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter(([path, text]) => text.trim() === '' && path !== 'en.nextSteps.none')).toEqual([]);
  });

  test('it is neutral: no exclamation marks, no we, no oops, no holes', () => {
    expect(all.filter(([, text]) => /!|\b(we|our|oops|sorry|please)\b|undefined|\[object/i.test(text))).toEqual([]);
  });

  test('every message is shown somewhere', () => {
    expect(screens.length).toBeGreaterThan(100_000);
    expect(unused(en, 't', false)).toEqual([]);
  });

  test('every error code and every shortcut has its words', () => {
    expect(WIRE_ERROR_CODES.filter((code) => !(code in en.errors))).toEqual([]);
    expect(Object.keys(SHORTCUTS).filter((id) => !(id in en.shortcuts))).toEqual([]);
  });
});
