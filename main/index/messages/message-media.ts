/** The media that a message of a page carries: links, what was learnt of them, the files they offer. */
import { type ListedMedia } from '../../lib/model.ts';
import { type MessageOfPage } from '../../lib/packed-page.ts';
import { kinds, ledgerStates, mediaStates } from '../kernel/codes.ts';
import { ledgerState } from '../media/ledger-state.ts';
import { insertItem, measuresOf, sideOf } from '../media/items.ts';
import { insertMedia, type KnownMedia, learnMedia } from '../media/media-row.ts';
import { isOfOther, offerFiles, offerOther, type OfferSource } from '../files/offered-files.ts';
import { tradeBits } from '../media/trade.ts';
import { type PageScope } from './page-scope.ts';

export interface LinkRow {
  readonly media_key: number;
  readonly state: number;
  readonly position: number;
  readonly teaser: number;
}

/** The media links of a message in the index, by media key. */
export function linksOf(scope: PageScope, messageKey: number): Map<number, LinkRow> {
  const rows = scope.context.db.all<LinkRow>(
    'SELECT media_key, state, position, teaser FROM message_media WHERE message_key = ?',
    messageKey,
  );
  return new Map(rows.map((row) => [row.media_key, row]));
}

/** The same item twice in one message is one link: the first position, the better state, a teaser if either says so. */
function distinct(media: readonly ListedMedia[]): { media: ListedMedia; position: number }[] {
  const byId = new Map<number, { media: ListedMedia; position: number }>();
  for (const [position, item] of media.entries()) {
    const other = byId.get(item.id);
    if (other === undefined) {
      byId.set(item.id, { media: item, position });
    } else {
      const best = mediaStates.code(item.state) < mediaStates.code(other.media.state) ? item : other.media;
      byId.set(item.id, { media: { ...best, teaser: item.teaser || other.media.teaser }, position: other.position });
    }
  }
  return [...byId.values()];
}

const GONE = mediaStates.code('gone');

/** Writes what a message carries now; `existing` null = the message is new. */
export function linkAll(
  scope: PageScope,
  messageKey: number,
  message: MessageOfPage,
  sentAt: number,
  existing: Map<number, LinkRow> | null,
): { changed: boolean; newMedia: number; filesWanted: number } {
  const { db } = scope.context;
  let changed = false;
  let newMedia = 0;
  let filesWanted = 0;
  const trade = tradeBits(message.flags, message.purchaseReason);
  const source: OfferSource = {
    accountId: scope.accountId,
    chatKey: scope.chatKey,
    messageId: message.id,
    pass: scope.pass,
    cursor: scope.cursor,
    sentAt,
  };
  for (const { media, position } of distinct(message.media)) {
    const state = mediaStates.code(media.state);
    const teaser = media.teaser ? 1 : 0;
    const found = knownMedia(scope, media);
    const mediaKey = found?.key ?? insertMedia(db, scope.accountId, media, scope.context.at);
    const link = existing?.get(mediaKey);
    existing?.delete(mediaKey);
    if (link === undefined) {
      db.run(
        'INSERT INTO message_media (message_key, media_key, position, state, teaser) VALUES (?, ?, ?, ?, ?)',
        messageKey,
        mediaKey,
        position,
        state,
        teaser,
      );
      changed = true;
    } else if (link.state !== state || link.position !== position || link.teaser !== teaser) {
      db.run(
        'UPDATE message_media SET position = ?, state = ?, teaser = ? WHERE message_key = ? AND media_key = ?',
        position,
        state,
        teaser,
        messageKey,
        mediaKey,
      );
      changed = true;
    }
    if (found === null) {
      filesWanted += scope.newFiles.add(mediaKey, media, source);
      newMedia += 1;
      insertFirstItem(scope, { messageKey, senderId: message.senderId, sentAt, trade }, mediaKey, media);
      continue;
    }
    if (link?.state !== state) {
      scope.dirty.add(mediaKey);
    }
    // Removed items are listed like all others, but not downloaded.
    if (!found.removed) {
      filesWanted += offerKnown(scope, found, media, source);
    }
  }
  if (scope.wholeMessages && existing !== null) {
    for (const link of existing.values()) {
      if (link.state !== GONE) {
        // The link stays: it is the only place that tells which message carried the item before the edit.
        db.run(
          'UPDATE message_media SET state = ? WHERE message_key = ? AND media_key = ?',
          GONE,
          messageKey,
          link.media_key,
        );
        scope.dirty.add(link.media_key);
        changed = true;
      }
    }
  }
  return { changed, newMedia, filesWanted };
}

/** The item if it is known; what it is learnt of counts in the rows that stand for it. */
function knownMedia(scope: PageScope, media: ListedMedia): KnownMedia | null {
  if (scope.unknownMedia.delete(media.id)) {
    return null;
  }
  const known = learnMedia(scope.context.db, scope.accountId, media);
  if (known?.learnt === true) {
    scope.dirty.add(known.key);
  }
  return known;
}

/** Returns how many files became wanted. */
function offerKnown(scope: PageScope, { key, differs }: KnownMedia, media: ListedMedia, source: OfferSource): number {
  scope.newFiles.write();
  const foreign = differs && isOfOther(scope.context, key, scope.chatKey);
  if (media.files.some((file) => file.variant === 'preview')) {
    scope.previews.push({ mediaKey: key, media, source });
  }
  const wanted = offerFiles(
    scope.context,
    key,
    media,
    source,
    (variant) => variant !== 'preview' && !(foreign && variant === 'full'),
  );
  return wanted + (foreign ? offerOther(scope.context, key, media, source) : 0);
}

/** A media item that nobody knew has one carrier and one row: nothing to work out. */
function insertFirstItem(
  scope: PageScope,
  carrier: { messageKey: number; senderId: number | null; sentAt: number; trade: number },
  mediaKey: number,
  { kind, state, width, height, durationMs }: ListedMedia,
): void {
  insertItem(scope.context, {
    chatKey: scope.chatKey,
    sentAt: carrier.sentAt,
    mediaKey,
    messageKey: carrier.messageKey,
    accountId: scope.accountId,
    kind: kinds.code(kind),
    ledger: ledgerStates.code(ledgerState(state, null)),
    side: sideOf(carrier.senderId, scope.ownId, scope.chatId),
    lead: 1,
    ...measuresOf({ width, height, durationMs, bytes: 0 }, carrier.trade),
  });
}
