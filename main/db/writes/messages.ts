/** One message of a page: its row, its words, its links to media. */
import { type ListedMedia, type ListedMessage } from '../../lib/model.ts';
import { kinds, ledgerStates, mediaStates } from '../codes.ts';
import { contentHash } from '../content-hash.ts';
import { ledgerState } from '../ledger-state.ts';
import { packFlags } from '../message-flags.ts';
import { DATED, type SentAt } from '../sent-at.ts';
import { insertItem, sideOf } from './items.ts';
import { offerFiles, type OfferSource } from './offered-files.ts';
import { type WriteContext } from './write-context.ts';

/** What is the same for all messages of one page. */
export interface PageScope {
  readonly context: WriteContext;
  readonly accountId: number;
  readonly ownId: number | null;
  readonly chatKey: number;
  readonly chatId: number;
  readonly pass: string;
  /** Bit of the pass in `message.passes`. */
  readonly passBit: number;
  readonly cursor: string | null;
  /** Whether the pass shows every media item of a message. A filtered one may leave some out: their absence says nothing. */
  readonly wholeMessages: boolean;
  /** Media whose rows must be worked out anew. */
  readonly dirty: Set<number>;
  /** Previews offered of media known before: wanted only if the whole page leaves the item without its full file. */
  readonly previews: { readonly mediaKey: number; readonly media: ListedMedia; readonly source: OfferSource }[];
}

export interface MessageOutcome {
  readonly is: 'new' | 'changed' | 'same';
  readonly newMedia: number;
  readonly filesWanted: number;
}

interface MessageRow {
  readonly key: number;
  readonly sender_id: number | null;
  readonly sent_at: number;
  readonly dated: number;
  readonly text: string;
  readonly gone_since: number | null;
  readonly content_hash: number;
}

export function applyMessage(scope: PageScope, listed: ListedMessage, date: SentAt): MessageOutcome {
  const { db } = scope.context;
  const message = wellFormed(listed);
  const row = db.get<MessageRow>(
    'SELECT key, sender_id, sent_at, dated, text, gone_since, content_hash FROM message WHERE chat_key = ? AND id = ?',
    scope.chatKey,
    message.id,
  );
  if (row === undefined) {
    const key = insertMessage(scope, message, date);
    const links = linkAll(scope, key, message, date.at, null);
    return { is: 'new', newMedia: links.newMedia, filesWanted: links.filesWanted };
  }
  const sentAt = keepDate(row, date);
  const rewritten = contentHash(message) !== row.content_hash;
  if (rewritten || sentAt.at !== row.sent_at || sentAt.dated !== row.dated) {
    updateMessage(scope, row, message, sentAt);
  } else {
    db.run(
      'UPDATE message SET last_seen = ?, gone_since = NULL, passes = passes | ? WHERE key = ?',
      scope.context.at,
      scope.passBit,
      row.key,
    );
  }
  const back = row.gone_since !== null;
  if (back) {
    scope.context.change({
      field: 'message.back',
      chatId: scope.chatId,
      messageId: message.id,
      mediaId: null,
      before: new Date(row.gone_since).toISOString(),
      after: null,
    });
  }
  if (back || sentAt.at !== row.sent_at || message.senderId !== row.sender_id) {
    markMediaOf(scope, row.key);
  }
  const links = linkAll(scope, row.key, message, sentAt.at, linksOf(scope, row.key));
  if (rewritten || links.changed) {
    saveRaw(scope, row.key, message);
  }
  return {
    is: rewritten || links.changed || back ? 'changed' : 'same',
    newMedia: links.newMedia,
    filesWanted: links.filesWanted,
  };
}

/** Adds the media that a message carries to those worked out anew. */
export function markMediaOf(scope: Pick<PageScope, 'context' | 'dirty'>, messageKey: number): void {
  for (const link of scope.context.db.all<{ media_key: number }>(
    'SELECT media_key FROM message_media WHERE message_key = ?',
    messageKey,
  )) {
    scope.dirty.add(link.media_key);
  }
}

/** SQLite keeps UTF-8: half a surrogate pair comes back as another text, and would look like an edit at every listing. */
function wellFormed(message: ListedMessage): ListedMessage {
  if (message.text.isWellFormed() && message.html.isWellFormed() && message.raw.isWellFormed()) {
    return message;
  }
  return {
    ...message,
    text: message.text.toWellFormed(),
    html: message.html.toWellFormed(),
    raw: message.raw.toWellFormed(),
  };
}

/** A time that the message itself gives counts always; a guessed one only where nothing better is known, so that it does not wander. */
function keepDate(row: MessageRow, date: SentAt): { at: number; dated: number } {
  const replaces = date.dated < row.dated || (date.dated === DATED.itself && row.dated === DATED.itself);
  return replaces ? date : { at: row.sent_at, dated: row.dated };
}

function insertMessage(scope: PageScope, message: ListedMessage, date: SentAt): number {
  const { context } = scope;
  const { flags, replyTo } = message;
  const key = context.db.insert(
    `INSERT INTO message (chat_key, id, sender_id, sent_at, dated, changed_at, text, flags, purchase_reason, price, media_count, giphy_id,
       reply_id, reply_sender_id, reply_text, first_seen, last_seen, passes, content_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    scope.chatKey,
    message.id,
    message.senderId,
    date.at,
    date.dated,
    message.changedAt,
    message.text,
    packFlags(flags),
    flags.canPurchaseReason,
    flags.price,
    flags.mediaCount,
    flags.giphyId,
    replyTo === null ? null : replyTo.id,
    replyTo === null ? null : replyTo.senderId,
    replyTo === null ? null : replyTo.text,
    context.at,
    context.at,
    scope.passBit,
    contentHash(message),
  );
  saveRaw(scope, key, message);
  if (message.text !== '') {
    context.db.run('INSERT INTO message_fts (rowid, text) VALUES (?, ?)', key, message.text);
  }
  return key;
}

function updateMessage(
  scope: PageScope,
  row: MessageRow,
  message: ListedMessage,
  date: { at: number; dated: number },
): void {
  const { context } = scope;
  const { flags, replyTo } = message;
  if (row.text !== message.text) {
    if (row.text !== '') {
      context.db.run("INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', ?, ?)", row.key, row.text);
    }
    if (message.text !== '') {
      context.db.run('INSERT INTO message_fts (rowid, text) VALUES (?, ?)', row.key, message.text);
    }
    context.change({
      field: 'message.text',
      chatId: scope.chatId,
      messageId: message.id,
      mediaId: null,
      before: row.text,
      after: message.text,
    });
  }
  context.db.run(
    `UPDATE message SET sender_id = ?, sent_at = ?, dated = ?, changed_at = ?, text = ?, flags = ?, purchase_reason = ?, price = ?,
       media_count = ?, giphy_id = ?, reply_id = ?, reply_sender_id = ?, reply_text = ?, last_seen = ?, gone_since = NULL,
       passes = passes | ?, content_hash = ? WHERE key = ?`,
    message.senderId,
    date.at,
    date.dated,
    message.changedAt,
    message.text,
    packFlags(flags),
    flags.canPurchaseReason,
    flags.price,
    flags.mediaCount,
    flags.giphyId,
    replyTo === null ? null : replyTo.id,
    replyTo === null ? null : replyTo.senderId,
    replyTo === null ? null : replyTo.text,
    context.at,
    scope.passBit,
    contentHash(message),
    row.key,
  );
}

/** The message as received. HTML is kept only where it is not the text itself. */
function saveRaw(scope: PageScope, key: number, message: ListedMessage): void {
  scope.context.db.run(
    'INSERT INTO message_raw (message_key, html, json) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET html = excluded.html, json = excluded.json',
    key,
    message.html === message.text ? null : message.html,
    message.raw,
  );
}

interface LinkRow {
  readonly media_key: number;
  readonly state: number;
  readonly position: number;
  readonly teaser: number;
}

function linksOf(scope: PageScope, messageKey: number): Map<number, LinkRow> {
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

function linkAll(
  scope: PageScope,
  messageKey: number,
  message: ListedMessage,
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
    const known = knownMedia(scope, media);
    const mediaKey = known ?? insertMedia(scope, media);
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
    filesWanted += offerFiles(scope.context, mediaKey, known !== null, media, source, (variant) => {
      return known === null || variant !== 'preview';
    });
    if (known !== null && media.files.some((file) => file.variant === 'preview')) {
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

interface KnownMedia {
  readonly key: number;
  readonly kind: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly duration_ms: number | null;
}

/** The item's key if it is known; fills in what earlier listings did not say. */
function knownMedia(scope: PageScope, media: ListedMedia): number | null {
  const { db } = scope.context;
  const row = db.get<KnownMedia>(
    'SELECT key, kind, width, height, duration_ms FROM media WHERE account_id = ? AND id = ?',
    scope.accountId,
    media.id,
  );
  if (row === undefined) {
    return null;
  }
  const other = kinds.code('other');
  const kind = row.kind === other ? kinds.code(media.kind) : row.kind;
  const learnt =
    kind !== row.kind ||
    (row.width === null && media.width !== null) ||
    (row.height === null && media.height !== null) ||
    (row.duration_ms === null && media.durationMs !== null);
  if (learnt) {
    db.run(
      'UPDATE media SET kind = ?, width = coalesce(width, ?), height = coalesce(height, ?), duration_ms = coalesce(duration_ms, ?) WHERE key = ?',
      kind,
      media.width,
      media.height,
      media.durationMs,
      row.key,
    );
    if (kind !== row.kind) {
      scope.dirty.add(row.key);
    }
  }
  return row.key;
}

function insertMedia(scope: PageScope, media: ListedMedia): number {
  return scope.context.db.insert(
    `INSERT INTO media (account_id, id, kind, kind_raw, width, height, duration_ms, created_at, state, first_seen)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    scope.accountId,
    media.id,
    kinds.code(media.kind),
    media.kindRaw.toWellFormed(),
    media.width,
    media.height,
    media.durationMs,
    media.createdAt,
    mediaStates.code(media.state),
    scope.context.at,
  );
}

/** A media item that nobody knew has one carrier and one row: nothing to work out. */
function insertFirstItem(
  scope: PageScope,
  messageKey: number,
  message: ListedMessage,
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
    bytes: 0,
  });
}
