/** The media that a message of a page carries: links, what was learnt of them, the files they offer. */
import { type ListedMedia } from '../../lib/model.ts';
import { type MessageOfPage } from '../../lib/packed-page.ts';
import { kinds, ledgerStates, mediaStates } from '../kernel/codes.ts';
import { ledgerState } from '../media/ledger-state.ts';
import { insertItem, measuresOf, sideOf } from '../media/items.ts';
import { insertMedia, type KnownMedia, learnMedia } from '../media/media-row.ts';
import { isOfOther, offerFiles, offerOther, type OfferSource } from '../files/offered-files.ts';
import { packFlags } from '../kernel/message-flags.ts';
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
  for (const { media, position } of distinct(message.media)) {
    const state = mediaStates.code(media.state);
    const teaser = media.teaser ? 1 : 0;
    const found = knownMedia(scope, media);
    const known = found?.key ?? null;
    const mediaKey = known ?? insertMedia(db, scope.accountId, media, scope.context.at);
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
    const source: OfferSource = {
      accountId: scope.accountId,
      chatKey: scope.chatKey,
      messageId: message.id,
      pass: scope.pass,
      cursor: scope.cursor,
      sentAt,
    };
    // Removed items are listed like all others, but not downloaded.
    const removed = found?.removed === true;
    const foreign = found?.differs === true && isOfOther(scope.context, mediaKey, scope.chatKey);
    if (!removed) {
      filesWanted += offerFiles(scope.context, mediaKey, known !== null, media, source, (variant) => {
        return known === null || (variant !== 'preview' && !(foreign && variant === 'full'));
      });
    }
    if (foreign && !removed) {
      filesWanted += offerOther(scope.context, mediaKey, media, source);
    }
    if (known !== null && !removed && media.files.some((file) => file.variant === 'preview')) {
      scope.previews.push({ mediaKey, media, source });
    }
    if (known === null) {
      newMedia += 1;
      insertFirstItem(scope, messageKey, message, mediaKey, media, sentAt);
    } else if (link?.state !== state) {
      scope.dirty.add(mediaKey);
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

/** A media item that nobody knew has one carrier and one row: nothing to work out. */
function insertFirstItem(
  scope: PageScope,
  messageKey: number,
  message: MessageOfPage,
  mediaKey: number,
  media: ListedMedia,
  sentAt: number,
): void {
  insertItem(scope.context, {
    chatKey: scope.chatKey,
    sentAt,
    mediaKey,
    messageKey,
    accountId: scope.accountId,
    kind: kinds.code(media.kind),
    ledger: ledgerStates.code(ledgerState(media.state, null)),
    side: sideOf(message.senderId, scope.ownId, scope.chatId),
    lead: 1,
    ...measuresOf({ ...media, bytes: 0 }, tradeBits(packFlags(message.flags), message.flags.canPurchaseReason)),
  });
}
