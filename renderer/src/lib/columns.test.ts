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
  expect(shownColumns(readHidden(memory), 2000, 'date')).toEqual(
    COLUMNS.filter((each) => each !== 'hash' && each !== 'words'),
  );
  for (const key of kept.keys()) {
    kept.set(key, '{"picture": hash}');
  }
  expect(readHidden(memory)).toEqual([]);
});

test('a window holds what it shows: chat and words stay longest, and what the list is ordered by', () => {
  for (let room = 360; room < 1400; room += 10) {
    for (const by of ['date', 'size'] as const) {
      const shown = shownColumns([], room, by);
      expect(leastWidth(shown)).toBeLessThanOrEqual(room);
      expect(shown).toContain(by === 'date' ? 'words' : 'size');
      expect(shown).toContain('chat');
    }
  }
  expect(shownColumns([], 3000, 'date')).toEqual(COLUMNS);
  expect(tracksOf(['picture', 'chat'])).toBe('36px 56px minmax(104px, 1fr)');
});
