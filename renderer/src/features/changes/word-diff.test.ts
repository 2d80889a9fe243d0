import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordDiff } from './word-diff.ts';

const marked = (before: string, after: string): [string[], string[]] => {
  const diff = wordDiff(before, after);
  const changed = (parts: typeof diff.before): string[] => parts.filter((part) => part.changed).map(({ text }) => text);
  return [changed(diff.before), changed(diff.after)];
};

test.each([
  ['the price is 20', 'the price is 25', ['20'], ['25']],
  ['a b c', 'a c', ['b '], []],
  ['one two three four', 'one 2 three 4', ['two', 'four'], ['2', '4']],
  ['same', 'same', [], []],
  ['', 'new', [], ['new']],
])('%j and %j', (before, after, gone, come) => {
  expect(marked(before, after)).toEqual([gone, come]);
});

test('parts are the whole texts again, in any script and of any length', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      (a, b) => {
        const { before, after } = wordDiff(a, b);
        expect([before, after].map((parts) => parts.map(({ text }) => text).join(''))).toEqual([a, b]);
        expect(before.some(({ changed }) => changed) || after.some(({ changed }) => changed)).toBe(a !== b);
      },
    ),
  );
  const long = Array.from({ length: 10_000 }, (_, index) => `w${String(index)}`).join(' ');
  expect(marked(`${long} old end`, `${long} new end`)).toEqual([['old'], ['new']]);
});
