/** The data of a tile for a listed item. */
import { FAVOURITE } from '../../contract/browse-shapes.ts';
import type { MediaEntry } from '../../contract/shapes.ts';
import { kinds, ledgerStates, mediaStates } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { TILE_FACTS } from './media-row.ts';

/** The place of a row of `item`: chat, time, media. */
export interface ItemKey {
  readonly chatKey: number;
  readonly sentAt: number;
  readonly mediaKey: number;
}

interface Row extends Omit<MediaEntry, 'kind' | 'state' | 'serviceState' | 'thumb' | 'favourite'> {
  readonly kind: number;
  readonly ledger: number;
  readonly state: number;
  readonly thumb: number;
  readonly favourite: number;
}

/** Extensions of which the store can make a small picture. */
export const DRAWABLE = "('jpg', 'png', 'webp', 'gif', 'avif')";

/** Whether the store can make a small picture of media `m`: 1 or 0. */
export const HAS_PICTURE = `EXISTS (SELECT 1 FROM file v JOIN blob t ON t.key = v.blob_key
      WHERE v.id BETWEEN m.key * 4 AND m.key * 4 + 2 AND v.state = 1 AND t.ext IN ${DRAWABLE})`;

const COLUMNS = ` m.account_id AS accountId, m.id, c.id AS chatId, s.id AS messageId, i.sent_at AS sentAt, m.key AS "order",
    EXISTS (SELECT 1 FROM label_media h WHERE h.media_key = m.key AND h.label_id = ${String(FAVOURITE)}) AS favourite, m.kind, i.ledger_state AS ledger,
    m.state, ${TILE_FACTS}, b.bytes, b.mime,
    ${HAS_PICTURE} AS thumb`;
const JOINS = `JOIN media m ON m.key = i.media_key JOIN chat c ON c.key = i.chat_key JOIN message s ON s.key = i.message_key
  LEFT JOIN file f ON f.id = m.key * 4 AND f.state = 1 LEFT JOIN blob b ON b.key = f.blob_key`;
const SELECT = `SELECT ${COLUMNS} FROM item i ${JOINS}`;

function entryOf({ ledger, state, kind, thumb, favourite, ...row }: Row): MediaEntry {
  return {
    ...row,
    kind: kinds.name(kind),
    state: ledgerStates.name(ledger),
    serviceState: mediaStates.name(state),
    thumb: thumb === 1,
    favourite: favourite === 1,
  };
}

const ENTRIES_AT = `SELECT ${COLUMNS} FROM json_each(?) k CROSS JOIN item i ON i.media_key = k.value ->> 0 AND i.chat_key = k.value ->> 1
  ${JOINS} ORDER BY k.key`;

/** The entries of listed items in their order; those that have gone since are left out. One statement: better-sqlite3 spends more on a row fetched alone. */
export function entriesAt(db: ReadableDatabase, keys: readonly ItemKey[]): MediaEntry[] {
  return db.all<Row>(ENTRIES_AT, JSON.stringify(keys.map((key) => [key.mediaKey, key.chatKey]))).map(entryOf);
}

/** An item as it stands over all chats (its newest message); null when the library has none of this id. */
export function leadEntry(db: ReadableDatabase, mediaKey: number): MediaEntry | null {
  const row = db.get<Row>(`${SELECT} WHERE i.media_key = ? ORDER BY i.lead DESC LIMIT 1`, mediaKey);
  return row === undefined ? null : entryOf(row);
}

/** A removed item as it was over all chats; null when it is not removed. */
export function removedEntry(db: ReadableDatabase, mediaKey: number): MediaEntry | null {
  const row = db.get<Row>(
    `SELECT ${COLUMNS} FROM removed_item i ${JOINS} WHERE i.media_key = ? ORDER BY i.lead DESC LIMIT 1`,
    mediaKey,
  );
  return row === undefined ? null : entryOf(row);
}

/** The listed media of messages (message, chat), the first ones of each in their order. */
const ENTRIES_OF_MESSAGES = `SELECT i.place, ${COLUMNS} FROM (
    SELECT k.key AS place, i.*, row_number() OVER (PARTITION BY k.key ORDER BY l.position) AS n
    FROM json_each(?) k CROSS JOIN message_media l ON l.message_key = k.value ->> 0
      CROSS JOIN item i ON i.media_key = l.media_key AND i.chat_key = k.value ->> 1) i
  ${JOINS} WHERE i.n <= ? ORDER BY i.place, i.n`;

/**
 * The media of each message, as they stand in its chat: at most `limit` of a message. A list for each message, in the order of `messages`.
 */
export function entriesOfMessages(
  db: ReadableDatabase,
  messages: readonly { readonly key: number; readonly chatKey: number }[],
  limit: number,
): MediaEntry[][] {
  const entries: MediaEntry[][] = messages.map(() => []);
  const keys = JSON.stringify(messages.map(({ key, chatKey }) => [key, chatKey]));
  for (const { place, ...row } of db.all<Row & { readonly place: number }>(ENTRIES_OF_MESSAGES, keys, limit)) {
    entries[place]?.push(entryOf(row));
  }
  return entries;
}

/** The index's key of a media item; null when it is not in the library. */
export function mediaKeyOf(db: ReadableDatabase, accountId: number, mediaId: number): number | null {
  return (
    db.get<{ key: number }>('SELECT key FROM media WHERE account_id = ? AND id = ?', accountId, mediaId)?.key ?? null
  );
}
