import { type MessageFlags } from './model.ts';

const YES_NO = [
  'isTip',
  'isFree',
  'isOpened',
  'isNew',
  'isLiked',
  'isPinned',
  'isFromQueue',
  'isMediaReady',
  'lockedText',
  'canPurchase',
] as const satisfies readonly (keyof MessageFlags)[];

/** The yes-or-no flags. Their order is part of the schema: append only. */
export type YesNoFlag = (typeof YES_NO)[number];

/** Two bits for each flag: 0 the service did not say, 2 no, 3 yes. */
export function packFlags(flags: Readonly<Record<YesNoFlag, boolean | null>>): number {
  let bits = 0;
  for (const [index, name] of YES_NO.entries()) {
    const value = flags[name];
    if (value !== null) {
      bits |= (value ? 3 : 2) << (2 * index);
    }
  }
  return bits;
}

/** The reverse of `packFlags`. */
export function unpackFlags(bits: number): Record<YesNoFlag, boolean | null> {
  const flag = (name: YesNoFlag): boolean | null => {
    const value = (bits >> (2 * YES_NO.indexOf(name))) & 3;
    return value === 0 ? null : value === 3;
  };
  return {
    isTip: flag('isTip'),
    isFree: flag('isFree'),
    isOpened: flag('isOpened'),
    isNew: flag('isNew'),
    isLiked: flag('isLiked'),
    isPinned: flag('isPinned'),
    isFromQueue: flag('isFromQueue'),
    isMediaReady: flag('isMediaReady'),
    lockedText: flag('lockedText'),
    canPurchase: flag('canPurchase'),
  };
}
