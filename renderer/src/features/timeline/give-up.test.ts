import { expect, test } from 'vitest';
import { giveUp } from './give-up.ts';

test('a picture that goes before it has come is not asked for any more; one that is there stays as it is', () => {
  const taken: string[] = [];
  const image = { complete: false, removeAttribute: (name: string) => taken.push(name) };
  const gone = giveUp(image);
  expect(taken).toEqual([]);
  gone();
  expect(taken).toEqual(['src']);
  giveUp({ ...image, complete: true })();
  expect(taken).toEqual(['src']);
});
