import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openForTest, type TestIndex } from '../testing/open-for-test.ts';
import { ftsQuery } from './fts-query.ts';

let index: TestIndex;
beforeAll(() => {
  index = openForTest();
});
afterAll(() => {
  index.close();
});

test('every word must occur, the last may be a beginning', () => {
  expect(ftsQuery('  hello  wor')).toBe('"hello" "wor" *');
  expect(ftsQuery('one')).toBe('"one" *');
});

test('operators, quotes and punctuation are no syntax', () => {
  expect(ftsQuery('a AND (b OR "c") NEAR/2 -d*')).toBe('"a" "AND" "b" "OR" "c" "NEAR" "2" "d" *');
});

test('nothing to look for is null', () => {
  expect(ftsQuery('')).toBeNull();
  expect(ftsQuery(' "*" -- ')).toBeNull();
  expect(ftsQuery(':)')).toBeNull();
});

test('whatever is typed, it is never a syntax error', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        '"',
        "'",
        '*',
        '^',
        '(',
        ')',
        ':',
        '-',
        '+',
        '{',
        '}',
        '\0',
        '\ud800',
        ' ',
        'a',
        'é',
        'N',
        'OR',
      ),
    }),
  );
  fc.assert(
    fc.property(nasty, (text) => {
      const query = ftsQuery(text);
      if (query !== null) {
        expect(index.db.all('SELECT rowid FROM message_fts WHERE message_fts MATCH ?', query)).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});
