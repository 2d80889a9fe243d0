import { hash } from 'node:crypto';
import { packFlags } from './message-flags.ts';
import { type ListedMessage } from './model.ts';

/**
 * 48 bits that tell whether a message says the same as before. URLs, which differ at every listing, and media, which are compared link by
 * link, are left out.
 */
export function contentHash(message: Omit<ListedMessage, 'raw' | 'media'>): number {
  const { flags, replyTo } = message;
  const said = JSON.stringify([
    message.senderId,
    message.text,
    message.html,
    message.createdAt,
    message.changedAt,
    replyTo === null ? null : [replyTo.id, replyTo.senderId, replyTo.text],
    packFlags(flags),
    flags.canPurchaseReason,
    flags.price,
    flags.mediaCount,
    flags.giphyId,
  ]);
  return Number.parseInt(hash('sha256', said, 'hex').slice(0, 12), 16);
}

/** Identity of an item that could not be read and has no id: its text without URLs. */
export function rawHash(raw: string): string {
  return hash('sha256', raw.replaceAll(/https?:[^"\\\s]*/g, ''), 'hex').slice(0, 24);
}
