import { type MessageOfPage } from '../../lib/packed-page.ts';

/** How a message's time was found, best first. The number is stored: a later listing replaces a time only by one at least as good. */
export const DATED = { itself: 0, media: 1, neighbour: 2, seen: 3 } as const;
type Dated = (typeof DATED)[keyof typeof DATED];

export interface SentAt {
  readonly at: number;
  readonly dated: Dated;
}

type Datable = Pick<MessageOfPage, 'id' | 'createdAt'> & {
  readonly media: readonly { readonly createdAt: number | null }[];
};

/**
 * When each message of a page was sent, epoch ms, in the order given. The service may leave `createdAt` out (API facts §3); then the
 * earliest time of its media, else the time of the nearest message with one (ids rise with time: the next older first, then the next
 * newer), else `seenAt`.
 */
export function resolveSentAt(messages: readonly Datable[], seenAt: number): SentAt[] {
  const own = messages.map((message): SentAt | null => {
    if (message.createdAt !== null) {
      return { at: message.createdAt, dated: DATED.itself };
    }
    const times = message.media.flatMap((media) => (media.createdAt === null ? [] : [media.createdAt]));
    return times.length === 0 ? null : { at: Math.min(...times), dated: DATED.media };
  });
  if (!own.includes(null)) {
    return own.filter((found) => found !== null);
  }
  const dated = messages
    .flatMap((message) => (message.createdAt === null ? [] : [{ id: message.id, at: message.createdAt }]))
    .sort((a, b) => a.id - b.id);
  return messages.map((message, index) => {
    const found = own[index];
    if (found !== null && found !== undefined) {
      return found;
    }
    const neighbour = dated.findLast((other) => other.id < message.id) ?? dated.find((other) => other.id > message.id);
    return neighbour === undefined ? { at: seenAt, dated: DATED.seen } : { at: neighbour.at, dated: DATED.neighbour };
  });
}
