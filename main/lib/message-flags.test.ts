import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packFlags, unpackFlags } from './message-flags.ts';

const flag = fc.constantFrom(null, true, false);

test('flags come back as they were packed, "not said" included', () => {
  fc.assert(
    fc.property(
      fc.record({
        isTip: flag,
        isFree: flag,
        isOpened: flag,
        isNew: flag,
        isLiked: flag,
        isPinned: flag,
        isFromQueue: flag,
        isMediaReady: flag,
        lockedText: flag,
        canPurchase: flag,
      }),
      (flags) => {
        expect(unpackFlags(packFlags(flags))).toEqual(flags);
      },
    ),
  );
});
