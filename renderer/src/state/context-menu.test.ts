import { expect, test } from 'vitest';
import { tidied } from './context-menu.ts';

const run = (): void => undefined;
const a = { id: 'a', label: 'A', run };
const b = { id: 'b', label: 'B', run };

test('lines stand only between commands', () => {
  expect(tidied(['line', a, 'line', null, 'line', b, null, 'line'])).toEqual([a, 'line', b]);
  expect(tidied([null, 'line'])).toEqual([]);
});
