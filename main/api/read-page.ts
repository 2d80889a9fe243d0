/** A page of messages, from the service's JSON to the model. A bad item is kept raw and reported; it never stops the page. */
import type { BadItem, ListedMedia, ListedMessage, ListedPage, ListedReply } from '../lib/model.ts';
import { ApiError } from './errors.ts';
import { readMedia } from './read-media.ts';
import { toPlainText } from './read-text.ts';
import { toId } from './read-values.ts';
import { listEnvelope, type MessageItem, messageItem } from './schemas.ts';

/**
 * @param value parsed JSON of the chat media or the chat messages endpoint
 * @throws ApiError `bad_response` (worth a retry) when the envelope is not that of a list
 */
export function readPage(value: unknown, endpoint: string): ListedPage {
  const envelope = listEnvelope.safeParse(value);
  if (!envelope.success) {
    throw new ApiError('bad_response', { endpoint, status: 200, detail: 'no list in the answer' });
  }
  const messages: ListedMessage[] = [];
  const bad: BadItem[] = [];
  envelope.data.list.forEach((item, index) => {
    const message = readMessage(item, index, bad);
    if (message !== null) {
      messages.push(message);
    }
  });
  return { messages, bad, hasMore: envelope.data.hasMore, nextCursor: envelope.data.nextLastId };
}

/** Null when nothing can be kept but the raw JSON; parts that cannot be read are added to `bad` while the message survives. */
function readMessage(value: unknown, index: number, bad: BadItem[]): ListedMessage | null {
  const raw = JSON.stringify(value);
  const parsed = messageItem.safeParse(value);
  if (!parsed.success) {
    bad.push({ index, messageId: null, reason: 'the item is not an object', raw });
    return null;
  }
  const item = parsed.data;
  const { id } = item;
  if (id === null) {
    bad.push({ index, messageId: null, reason: 'the item has no usable id', raw });
    return null;
  }
  const report = (reason: string, part: unknown): void => {
    bad.push({ index, messageId: id, reason, raw: JSON.stringify(part) ?? 'null' });
  };
  if (item.text !== undefined && item.text !== null && typeof item.text !== 'string') {
    report('the text is not text', item.text);
  }
  return {
    id,
    senderId: item.fromUser?.id ?? null,
    senderName: item.fromUser?.name ?? null,
    text: toPlainText(item.text),
    html: typeof item.text === 'string' ? item.text : '',
    createdAt: item.createdAt,
    changedAt: item.changedAt,
    replyTo: toReply(item.replyToMessage),
    flags: toFlags(item),
    media: readAllMedia(item, report),
    raw,
  };
}

function readAllMedia(item: MessageItem, report: (reason: string, part: unknown) => void): ListedMedia[] {
  if (item.media === undefined || item.media === null) {
    return [];
  }
  if (!Array.isArray(item.media)) {
    report('the media are not a list', item.media);
    return [];
  }
  const teasers = new Set<number>();
  for (const preview of item.previews ?? []) {
    const id = toId(preview);
    if (id !== null) {
      teasers.add(id);
    }
  }
  const context = { isMediaReady: item.isMediaReady, teasers };
  const found = new Map<number, ListedMedia>();
  for (const value of item.media as readonly unknown[]) {
    const media = readMedia(value, context);
    if (media === null) {
      report('a media item has no usable id', value);
    } else if (!found.has(media.id)) {
      found.set(media.id, media);
    }
  }
  return [...found.values()];
}

function toReply(reply: MessageItem['replyToMessage']): ListedReply | null {
  return reply === null || reply === undefined || reply.id === null
    ? null
    : { id: reply.id, senderId: reply.fromUser?.id ?? null, text: toPlainText(reply.text) };
}

function toFlags(item: MessageItem): ListedMessage['flags'] {
  return {
    isTip: item.isTip,
    isFree: item.isFree,
    isOpened: item.isOpened,
    isNew: item.isNew,
    isLiked: item.isLiked,
    isPinned: item.isPinned,
    isFromQueue: item.isFromQueue,
    isMediaReady: item.isMediaReady,
    lockedText: item.lockedText,
    canPurchase: item.canPurchase,
    canPurchaseReason: item.canPurchaseReason,
    price: item.price,
    mediaCount: item.mediaCount,
    giphyId: item.giphyId,
  };
}
