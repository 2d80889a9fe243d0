import { expect, test } from 'vitest';
import { COLUMNS, leastWidth, pressed, readHidden, shownColumns, tracksOf, writeHidden } from './columns.ts';

test('a heading orders the way people look for first, then the other way', () => {
  expect(pressed(null, 'size')).toEqual({ by: 'size', descending: true });
  expect(pressed({ by: 'size', descending: true }, 'size')).toEqual({ by: 'size', descending: false });
  expect(pressed({ by: 'size', descending: false }, 'chat')).toEqual({ by: 'chat', descending: false });
});

test('newest first is the order that needs no name', () => {
  expect(pressed(null, 'date')).toEqual({ by: 'date', descending: false });
  expect(pressed({ by: 'date', descending: false }, 'date')).toBeNull();
  expect(pressed({ by: 'kind', descending: false }, 'date')).toBeNull();
});

test('columns that were left out stay out, and damage leaves none out', () => {
  const kept = new Map<string, string>();
  const memory = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  expect(readHidden(memory)).toEqual(['terms', 'price']);
  writeHidden(memory, ['words', 'hash']);
  expect(readHidden(memory)).toEqual(['words', 'hash']);
  expect(shownColumns(readHidden(memory), false)).toEqual(
    COLUMNS.filter((each) => each !== 'hash' && each !== 'words'),
  );
  for (const key of kept.keys()) {
    kept.set(key, '{"picture": hash}');
  }
  expect(readHidden(memory)).toEqual([]);
});

test('a narrow window holds what it shows', () => {
  expect(leastWidth(shownColumns([], true))).toBeLessThanOrEqual(720 - 24);
  expect(tracksOf(['picture', 'chat'])).toBe('36px 56px minmax(104px, 1fr)');
});
