import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { type FoundMessage } from './calls.ts';
import { bounded } from '../kernel/paging.ts';
import { ftsQuery } from './fts-query.ts';

interface Row {
  readonly key: number;
  readonly messageId: number;
  readonly chatId: number;
  readonly senderId: number | null;
  readonly sentAt: number;
  readonly text: string;
}

/** Messages in which all the words occur, newest first. */
export function search(
  db: ReadableDatabase,
  input: { accountId: number | null; text: string; chatId: number | null; limit: number },
): FoundMessage[] {
  const query = ftsQuery(input.text);
  if (query === null) {
    return [];
  }
  const values: SqlValue[] = [query];
  let where = '';
  if (input.accountId !== null) {
    where += ' AND c.account_id = ?';
    values.push(input.accountId);
  }
  if (input.chatId !== null) {
    where += ' AND c.id = ?';
    values.push(input.chatId);
  }
  // Sorting keys alone first: the texts of all hits would go through the sorter otherwise.
  const keys = db.all<{ key: number }>(
    `SELECT m.key FROM message_fts f CROSS JOIN message m ON m.key = f.rowid CROSS JOIN chat c ON c.key = m.chat_key
     WHERE message_fts MATCH ?${where} ORDER BY m.sent_at DESC, m.key DESC LIMIT ?`,
    ...values,
    bounded(input.limit),
  );
  return keys.flatMap(({ key }) => {
    const row = db.get<Row>(
      `SELECT m.key, m.id AS messageId, c.id AS chatId, m.sender_id AS senderId, m.sent_at AS sentAt, m.text
       FROM message m JOIN chat c ON c.key = m.chat_key WHERE m.key = +?`,
      key,
    );
    return row === undefined ? [] : [hitOf(db, row)];
  });
}

function hitOf(db: ReadableDatabase, { key, ...row }: Row): FoundMessage {
  const media = db.all<{ id: number }>(
    'SELECT m.id FROM message_media l JOIN media m ON m.key = l.media_key WHERE l.message_key = +? AND m.removal IS NULL ORDER BY l.position',
    key,
  );
  return { ...row, mediaIds: media.map((item) => item.id) };
}
