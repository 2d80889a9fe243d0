import type { ChatHits } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { ftsQuery, MESSAGE_OF } from '../kernel/fts-query.ts';

/** More hits than a person steps through. */
const MOST_HITS = 10_000;

/** Between these keys lie the messages of a chat. */
const KEYS_OF_CHAT = 'SELECT min(key) AS first, max(key) AS last FROM message WHERE chat_key = ?';

/**
 * Walks the messages of one chat in the order of their ids, in an index that covers them, past those without the words. Hits that
 * are not between the first and the last message of the chat are passed over: most chats were listed in one go.
 */
const HITS_OF_CHAT = `
  SELECT m.id FROM message m WHERE m.chat_key = ? AND +m.key IN (
    SELECT ${MESSAGE_OF} FROM message_fts f WHERE message_fts MATCH ? AND ${MESSAGE_OF} BETWEEN ? AND ?)
  ORDER BY m.id DESC LIMIT ?`;

/** The messages of a chat in which all the words occur, newest first. Null when the chat is not in the library. */
export function chatHits(
  db: ReadableDatabase,
  input: { accountId: number; chatId: number; text: string },
): ChatHits | null {
  const chat = db.get<{ key: number }>(
    'SELECT key FROM chat WHERE account_id = ? AND id = ?',
    input.accountId,
    input.chatId,
  );
  if (chat === undefined) {
    return null;
  }
  const query = ftsQuery(input.text);
  const { first, last } = db.get<{ first: number | null; last: number | null }>(KEYS_OF_CHAT, chat.key) ?? {};
  const ids =
    query === null ? [] : db.all<{ id: number }>(HITS_OF_CHAT, chat.key, query, first ?? 0, last ?? 0, MOST_HITS + 1);
  return { ids: ids.slice(0, MOST_HITS).map(({ id }) => id), more: ids.length > MOST_HITS };
}
