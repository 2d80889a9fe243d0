import type { MediaEntry, Message, MessageAnchor } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { unpackFlags } from '../../lib/message-flags.ts';
import { entriesOfMessages, HAS_PICTURE } from '../media/entries.ts';
import { removedOfMessage } from '../trash/reads.ts';
import { FROM_ME, nameOf } from '../chats/people.ts';

const MOST_MESSAGES = 100;
const MOST_TEXT = 20_000;
const MOST_REPLY = 500;
const MOST_MEDIA = 60;

interface Row {
  readonly key: number;
  readonly id: number;
  readonly accountId: number;
  readonly chatId: number;
  readonly senderId: number | null;
  readonly senderName: string | null;
  readonly fromMe: number;
  readonly sentAt: number;
  readonly text: string;
  readonly goneAt: number | null;
  readonly flags: number;
  readonly replyId: number | null;
  readonly replyFromMe: number | null;
  readonly replySenderName: string | null;
  readonly replyText: string | null;
}

const SELECT = `
  SELECT s.key, s.id, c.account_id AS accountId, c.id AS chatId, s.sender_id AS senderId, ${nameOf('c.account_id', 's.sender_id')} AS senderName,
    ${FROM_ME} AS fromMe, s.sent_at AS sentAt, substr(s.text, 1, ${String(MOST_TEXT)}) AS text, s.gone_since AS goneAt, s.flags,
    s.reply_id AS replyId, ${FROM_ME.replaceAll('s.sender_id', 's.reply_sender_id')} AS replyFromMe,
    ${nameOf('c.account_id', 's.reply_sender_id')} AS replySenderName, substr(s.reply_text, 1, ${String(MOST_REPLY)}) AS replyText
  FROM message s JOIN chat c ON c.key = s.chat_key JOIN account a ON a.id = c.account_id`;

/** A piece of a conversation, oldest first, in the order of message ids (they grow with time). Null when the chat is not in the library. */
export function messagesPage(
  db: ReadableDatabase,
  input: { accountId: number; chatId: number; anchor: MessageAnchor; limit: number },
): { rows: Message[]; hasOlder: boolean; hasNewer: boolean } | null {
  const chat = db.get<{ key: number }>(
    'SELECT key FROM chat WHERE account_id = ? AND id = ?',
    input.accountId,
    input.chatId,
  );
  if (chat === undefined) {
    return null;
  }
  const limit = Math.max(1, Math.min(MOST_MESSAGES, Math.trunc(input.limit)));
  const { older, newer } = sidesOf(db, chat.key, input.anchor, limit);
  // A conversation that ends near the anchor leaves its share to the other side.
  const half = Math.floor(limit / 2);
  const olderCount = Math.min(older.length, Math.max(half, limit - newer.length));
  const newerCount = Math.min(newer.length, limit - olderCount);
  const rows = [...older.slice(0, olderCount).reverse(), ...newer.slice(0, newerCount)];
  const [first] = rows;
  const last = rows.at(-1);
  const media = entriesOfMessages(
    db,
    rows.map(({ key }) => ({ key, chatKey: chat.key })),
    MOST_MEDIA,
  );
  return {
    rows: rows.map((row, place) => messageOf(db, chat.key, row, media[place] ?? [])),
    hasOlder: first === undefined ? false : rowsBelow(db, chat.key, first.id, 1).length > 0,
    hasNewer: last === undefined ? false : rowsFrom(db, chat.key, last.id + 1, 1).length > 0,
  };
}

/** Up to `limit` rows on each side of the anchor, nearest first. */
function sidesOf(
  db: ReadableDatabase,
  chatKey: number,
  anchor: MessageAnchor,
  limit: number,
): { older: Row[]; newer: Row[] } {
  const around = (id: number): { older: Row[]; newer: Row[] } => ({
    older: rowsBelow(db, chatKey, id, limit),
    newer: rowsFrom(db, chatKey, id, limit),
  });
  switch (anchor.at) {
    case 'newest':
      return { older: rowsBelow(db, chatKey, Number.MAX_SAFE_INTEGER, limit), newer: [] };
    case 'older':
      return { older: rowsBelow(db, chatKey, anchor.messageId, limit), newer: [] };
    case 'newer':
      return { older: [], newer: rowsFrom(db, chatKey, anchor.messageId + 1, limit) };
    case 'around':
      return around(anchor.messageId);
    case 'date':
      return around(firstSince(db, chatKey, anchor.time));
  }
}

function rowsBelow(db: ReadableDatabase, chatKey: number, id: number, limit: number): Row[] {
  return db.all<Row>(`${SELECT} WHERE s.chat_key = ? AND s.id < ? ORDER BY s.id DESC LIMIT ?`, chatKey, id, limit);
}

function rowsFrom(db: ReadableDatabase, chatKey: number, id: number, limit: number): Row[] {
  return db.all<Row>(`${SELECT} WHERE s.chat_key = ? AND s.id >= ? ORDER BY s.id LIMIT ?`, chatKey, id, limit);
}

/**
 * The id from which messages were sent at or after `time`, by halving: ids grow with time, so no index over times is needed. Where they do
 * not, the answer is off by the few messages that are out of order.
 */
function firstSince(db: ReadableDatabase, chatKey: number, time: number): number {
  const ends = db.get<{ low: number | null; high: number | null }>(
    `SELECT (SELECT id FROM message WHERE chat_key = ? ORDER BY id LIMIT 1) AS low,
       (SELECT id FROM message WHERE chat_key = ? ORDER BY id DESC LIMIT 1) AS high`,
    chatKey,
    chatKey,
  );
  let low = ends?.low ?? 0;
  let high = (ends?.high ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const next = db.get<{ id: number; sentAt: number }>(
      'SELECT id, sent_at AS sentAt FROM message WHERE chat_key = ? AND id >= ? ORDER BY id LIMIT 1',
      chatKey,
      middle,
    );
    if (next === undefined || next.sentAt >= time) {
      high = middle;
    } else {
      low = next.id + 1;
    }
  }
  return low;
}

function messageOf(db: ReadableDatabase, chatKey: number, row: Row, media: MediaEntry[]): Message {
  const { key, flags, fromMe, replyId, replyFromMe, replySenderName, replyText, ...rest } = row;
  return {
    ...rest,
    fromMe: fromMe === 1,
    replyTo:
      replyId === null
        ? null
        : {
            id: replyId,
            senderName: replySenderName,
            fromMe: replyFromMe === 1,
            text: replyText ?? '',
            mediaId: firstPictureOf(db, chatKey, replyId),
          },
    media,
    ...removedOfMessage(db, key, chatKey),
    tip: unpackFlags(flags).isTip === true,
  };
}

/** The first media item of a message that has a small picture. */
function firstPictureOf(db: ReadableDatabase, chatKey: number, messageId: number): number | null {
  return (
    db.get<{ id: number }>(
      `SELECT m.id FROM message s JOIN message_media l ON l.message_key = s.key JOIN media m ON m.key = l.media_key
       WHERE s.chat_key = ? AND s.id = ? AND m.removal IS NULL AND ${HAS_PICTURE} ORDER BY l.position LIMIT 1`,
      chatKey,
      messageId,
    )?.id ?? null
  );
}
