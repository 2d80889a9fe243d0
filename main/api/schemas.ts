/**
 * Lenient schemas of the service's answers. Every field except an id may be missing, null or of a wrong type; it then counts as absent.
 * Unknown keys are dropped from the parsed value only; the raw JSON of an item is kept apart. Flat on purpose: a page holds 100 messages.
 */
import { z } from 'zod';
import { toAmount, toCount, toFlag, toId, toPixels, toText, toTime } from './read-values.ts';

/** zod takes a missing key for an error even where anything goes, so every lenient field is optional as well. */
export const anything = z.unknown().optional();
export const id = anything.transform(toId);
export const time = anything.transform(toTime);
export const flag = anything.transform(toFlag);
export const text = anything.transform(toText);
const count = anything.transform(toCount);
export const pixels = anything.transform(toPixels);
export const amount = anything.transform(toAmount);
const idOrText = anything.transform((value) => (typeof value === 'number' ? String(value) : toText(value)));

/** Every list answer: the envelope is required, for without it the answer is none of the service's. */
export const listEnvelope = z.object({
  list: z.array(z.unknown()),
  hasMore: z.boolean(),
  nextLastId: idOrText,
  nextOffset: anything.transform((value) => toCount(typeof value === 'string' ? Number(value) : value)),
});

const sender = z.object({ id, name: text }).nullish().catch(null);

export const messageItem = z.object({
  id,
  text: anything,
  fromUser: sender,
  media: anything,
  previews: z.array(z.unknown()).nullish().catch(null),
  createdAt: time,
  changedAt: time,
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
  // An empty reason is a word of the service too: it tells "not bought" from "not said".
  canPurchaseReason: anything.transform((value) => (typeof value === 'string' ? value : null)),
  price: amount,
  mediaCount: count,
  giphyId: idOrText,
  replyToMessage: z.object({ id, fromUser: sender, text: anything }).nullish().catch(null),
});
export type MessageItem = z.infer<typeof messageItem>;

export const userObject = z.object({ id, username: text, name: text, displayName: text, avatar: text });

export const selfObject = z.object({ id, isAuth: flag, username: text, name: text });

export const chatItem = z.object({
  withUser: z.object({ id }).catch({ id: null }),
  unreadMessagesCount: count,
  lastMessage: z.object({ id, changedAt: time, createdAt: time }).nullish().catch(null),
});

export const connectionItem = z.object({
  id: text,
  status: text,
  userData: z.object({ id, name: text, username: text }).catch({ id: null, name: null, username: null }),
  permissions: z.array(z.unknown()).catch([]),
  expiredAt: time,
});

export const whoAmIObject = z.object({ id: idOrText, name: text, permissions: z.array(z.unknown()).catch([]) });
