import { expect, test } from 'vitest';
import { giveUp } from './give-up.ts';

test('a picture that goes before it has come is not asked for any more; one that is there stays as it is', () => {
  const image = { complete: false, src: 'chatkeep-media://thumb/1' };
  const gone = giveUp(image);
  expect(image.src).toBe('chatkeep-media://thumb/1');
  gone();
  expect(image.src).toBe('');
  const there = { complete: true, src: 'chatkeep-media://thumb/1' };
  giveUp(there)();
  expect(there.src).toBe('chatkeep-media://thumb/1');
});
