import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MEDIA_TYPES } from '../../contract/model.ts';
import { ALL_MEDIA, ALL_MESSAGES, listingOf, passOf } from './pass.ts';

test('a pass has a name that people can read', () => {
  expect(passOf(ALL_MEDIA)).toBe('media');
  expect(passOf(ALL_MESSAGES)).toBe('messages');
  expect(passOf({ of: 'media', type: 'photos', opened: false })).toBe('media type=photos opened=false');
});

test('the name of a listing leads back to it, and no two share one', () => {
  const listing = fc.record({
    of: fc.constantFrom('media' as const, 'messages' as const),
    type: fc.constantFrom(null, ...MEDIA_TYPES),
    opened: fc.constantFrom(null, true, false),
  });
  fc.assert(
    fc.property(listing, listing, (one, other) => {
      expect(listingOf(passOf(one))).toEqual(one);
      expect(passOf(one) === passOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test.each(['', 'stories', 'media type=gifs', 'media opened=1', 'media colour=red', 'media type', 'media  '])(
  'the name %o is refused',
  (pass) => {
    expect(() => listingOf(pass)).toThrow('unknown pass');
  },
);
