import { expect, test } from 'vitest';
import { plainWords } from './plain-words.ts';

test.each([
  ['**New** set, _today_ only', 'New set, today only'],
  ['# Hello\n> quoted ~~old~~ `code`', 'Hello\nquoted old code'],
  ['see [the list](https://example.com/a) now', 'see the list now'],
  ['snake_case and 2*3*4 stay, so does *', 'snake_case and 2*3*4 stay, so does *'],
])('%s', (text, plain) => {
  expect(plainWords(text)).toBe(plain);
});
