/** One message of a page: its row, its words, its links to media. */
import { indexedText } from '../../contract/search-text.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type MessageOfPage } from '../../lib/packed-page.ts';
import { PLACE_OF } from '../kernel/fts-query.ts';
import { priceText } from '../../lib/money.ts';
import { bitsOf, tradeBits } from '../media/trade.ts';
import { DATED, type SentAt } from './sent-at.ts';
import { linkAll, linksOf } from './message-media.ts';
import { type PageScope } from './page-scope.ts';

const BOUGHT = bitsOf(['bought']);

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
  readonly raw_block: number | null;
  readonly flags: number;
  readonly purchase_reason: string | null;
}

/** `line`: its place on the page, where its JSON is. */
export function applyMessage(scope: PageScope, message: MessageOfPage, line: number, date: SentAt): MessageOutcome {
  const { db } = scope.context;
  const row =
    scope.unknown?.delete(message.id) === true
      ? undefined
      : db.get<MessageRow>(
          'SELECT key, sender_id, sent_at, dated, text, gone_since, content_hash, flags, purchase_reason, raw_block FROM message WHERE chat_key = ? AND id = ?',
          scope.chatKey,
          message.id,
        );
  if (row === undefined) {
    const key = insertMessage(scope, message, line, date);
    const links = linkAll(scope, key, message, date.at, null);
    return { is: 'new', newMedia: links.newMedia, filesWanted: links.filesWanted };
  }
  const sentAt = keepDate(row, date);
  const rewritten = message.hash !== row.content_hash;
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
      accountId: scope.accountId,
      chatId: scope.chatId,
      messageId: message.id,
      mediaId: null,
      before: new Date(row.gone_since).toISOString(),
      after: null,
    });
  }
  const traded = rewritten && noteTrade(scope, row, message);
  if (back || traded || sentAt.at !== row.sent_at || message.senderId !== row.sender_id) {
    markMediaOf(scope, row.key);
  }
  const links = linkAll(scope, row.key, message, sentAt.at, linksOf(scope, row.key));
  if (rewritten || links.changed) {
    scope.raw.replace(row.key, row.raw_block, line);
  }
  return {
    is: rewritten || links.changed || back ? 'changed' : 'same',
    newMedia: links.newMedia,
    filesWanted: links.filesWanted,
  };
}

/** Whether the terms of a known message changed. A purchase becomes part of the history; that it was opened does not. */
function noteTrade(scope: PageScope, row: MessageRow, { id, flags, purchaseReason, price }: MessageOfPage): boolean {
  const [before, after] = [tradeBits(row.flags, row.purchase_reason), tradeBits(flags, purchaseReason)];
  if ((before & BOUGHT) === 0 && (after & BOUGHT) !== 0) {
    scope.context.change({
      field: 'message.bought',
      accountId: scope.accountId,
      chatId: scope.chatId,
      messageId: id,
      mediaId: null,
      before: null,
      after: priceText(price),
    });
  }
  return before !== after;
}

/** Adds the media that a message carries to those recomputed. */
export function markMediaOf(scope: Pick<PageScope, 'context' | 'dirty'>, messageKey: number): void {
  for (const link of scope.context.db.all<{ media_key: number }>(
    'SELECT media_key FROM message_media WHERE message_key = ?',
    messageKey,
  )) {
    scope.dirty.add(link.media_key);
  }
}

/** A time that the message itself gives counts always; a guessed one only where nothing better is known, so that it does not wander. */
function keepDate(row: MessageRow, date: SentAt): { at: number; dated: number } {
  const replaces = date.dated < row.dated || (date.dated === DATED.itself && row.dated === DATED.itself);
  return replaces ? date : { at: row.sent_at, dated: row.dated };
}

function insertMessage(scope: PageScope, message: MessageOfPage, line: number, date: SentAt): number {
  const { context } = scope;
  const { replyTo } = message;
  const key = context.db.insert(
    `INSERT INTO message (chat_key, id, sender_id, sent_at, dated, changed_at, text, flags, purchase_reason, price, media_count, giphy_id,
       reply_id, reply_sender_id, reply_text, first_seen, last_seen, passes, content_hash, raw_block, raw_line)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    scope.chatKey,
    message.id,
    message.senderId,
    date.at,
    date.dated,
    message.changedAt,
    message.text,
    message.flags,
    message.purchaseReason,
    message.price,
    message.mediaCount,
    message.giphyId,
    replyTo === null ? null : replyTo.id,
    replyTo === null ? null : replyTo.senderId,
    replyTo === null ? null : replyTo.text,
    context.at,
    context.at,
    scope.passBit,
    message.hash,
    scope.raw.key,
    scope.raw.take(line),
  );
  indexWords(context.db, key, date.at, message.text);
  return key;
}

function indexWords(db: WritableDatabase, key: number, sentAt: number, text: string): void {
  const indexed = indexedText(text);
  if (indexed !== text) {
    db.run('INSERT INTO message_words (message_key, text) VALUES (?, ?)', key, indexed);
  }
  if (text !== '') {
    db.run(`INSERT INTO message_fts (rowid, text) VALUES (${PLACE_OF}, ?)`, sentAt, key, indexed);
  }
}

/** Takes out of the full text exactly what was put in. */
function forgetWords(db: WritableDatabase, { key, sent_at, text }: MessageRow): void {
  if (text !== '') {
    db.run(
      `INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', ${PLACE_OF}, ?)`,
      sent_at,
      key,
      indexedText(text),
    );
    db.run('DELETE FROM message_words WHERE message_key = ?', key);
  }
}

function updateMessage(
  scope: PageScope,
  row: MessageRow,
  message: MessageOfPage,
  date: { at: number; dated: number },
): void {
  const { context } = scope;
  const { replyTo } = message;
  if (row.text !== message.text || row.sent_at !== date.at) {
    forgetWords(context.db, row);
    indexWords(context.db, row.key, date.at, message.text);
  }
  if (row.text !== message.text) {
    context.change({
      field: 'message.text',
      accountId: scope.accountId,
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
    message.flags,
    message.purchaseReason,
    message.price,
    message.mediaCount,
    message.giphyId,
    replyTo === null ? null : replyTo.id,
    replyTo === null ? null : replyTo.senderId,
    replyTo === null ? null : replyTo.text,
    context.at,
    scope.passBit,
    message.hash,
    row.key,
  );
}
