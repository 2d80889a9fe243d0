import { shownText } from '../../contract/search-text.ts';
import type { MessageHit, TextPart } from '../../contract/shapes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { ftsQuery } from '../kernel/fts-query.ts';
import { entriesOfMessages } from '../media/entries.ts';
import { FROM_ME, nameOf } from '../chats/people.ts';
import { readToken, writeToken } from '../kernel/paging.ts';

const MOST_HITS = 100;
const MOST_MEDIA = 6;
const MOST_TEXT = 300;
/** Words around a match that are shown. */
const SNIPPET_WORDS = 32;
/** FTS5 weighs every match of a text against every other: in a longer text than this, nothing is marked. Characters. */
const MOST_MARKED = 20_000;
const OPEN = '\u0001';
const CLOSE = '\u0002';
const TRAILING = new RegExp(`${CLOSE}((?:\\p{M}|\\p{Emoji_Modifier}|\u200D)+)`, 'gu');

interface Row extends Omit<MessageHit, 'fromMe' | 'parts' | 'media' | 'whole'> {
  readonly key: number;
  readonly chatKey: number;
  readonly fromMe: number;
  /** Of a text too long to be marked. */
  readonly start: string | null;
}

/** Messages in which all the words occur, newest first, with the words marked. */
export function messageHits(
  db: ReadableDatabase,
  input: {
    text: string;
    accountId: number | null;
    chatId: number | null;
    after: string | null;
    limit: number;
    whole?: true;
  },
): { hits: MessageHit[]; next: string | null } {
  const query = ftsQuery(input.text);
  if (query === null) {
    return { hits: [], next: null };
  }
  const limit = Math.max(1, Math.min(MOST_HITS, Math.trunc(input.limit)));
  const keys = keysOf(db, query, input, limit + 1);
  const page = keys.slice(0, limit);
  const last = page.at(-1);
  return {
    hits: hitsOf(
      db,
      query,
      page.map(({ key }) => key),
      input.whole === true,
    ),
    next: last === undefined || keys.length <= limit ? null : writeToken(last.sentAt, last.key),
  };
}

function keysOf(
  db: ReadableDatabase,
  query: string,
  input: { accountId: number | null; chatId: number | null; after: string | null },
  limit: number,
): { key: number; sentAt: number }[] {
  const values: SqlValue[] = [query];
  let where = '';
  const add = (condition: string, ...bound: SqlValue[]): void => {
    where += ` AND ${condition}`;
    values.push(...bound);
  };
  if (input.accountId !== null || input.chatId !== null) {
    add(CHATS, input.accountId, input.chatId);
  }
  const after = readToken(input.after);
  if (after !== null) {
    add('(m.sent_at, m.key) < (?, ?)', after[0], after[1]);
  }
  return db.all<{ key: number; sentAt: number }>(
    `${KEYS_OF_HITS}${where} ORDER BY m.sent_at DESC, m.key DESC LIMIT ?`,
    ...values,
    limit,
  );
}

const CHATS =
  'm.chat_key IN (SELECT key FROM chat WHERE account_id = coalesce(?, account_id) AND id = coalesce(?, id))';

/** Keys alone are sorted: the texts of all hits would go through the sorter otherwise. */
export const KEYS_OF_HITS =
  'SELECT m.key, m.sent_at AS sentAt FROM message_fts f CROSS JOIN message m ON m.key = f.rowid WHERE message_fts MATCH ?';

/** One statement for all hits: asked for one message, FTS5 merges all words with the last one's beginning each time. */
export const MARKS_OF_HITS = `
  SELECT rowid AS key, snippet(message_fts, 0, char(1), char(2), '…', ${String(SNIPPET_WORDS)}) AS snippet
  FROM message_fts WHERE message_fts MATCH ? AND +rowid IN (SELECT value FROM json_each(?))`;

export const ROWS_OF_HITS = `
  SELECT s.key, c.account_id AS accountId, c.id AS chatId, c.key AS chatKey, ${nameOf('c.account_id', 'c.id')} AS chatName, s.id AS messageId,
    ${nameOf('c.account_id', 's.sender_id')} AS senderName, ${FROM_ME} AS fromMe, s.sent_at AS sentAt,
    (SELECT count(*) FROM message_media l JOIN media x ON x.key = l.media_key
      WHERE l.message_key = s.key AND x.removal IS NULL) AS mediaCount,
    CASE WHEN length(s.text) > ${String(MOST_MARKED)} THEN substr(s.text, 1, ${String(MOST_TEXT)}) END AS start
  FROM json_each(?) k CROSS JOIN message s ON s.key = k.value JOIN chat c ON c.key = s.chat_key JOIN account a ON a.id = c.account_id
  ORDER BY k.key`;

/** Messages by their keys, in that order, with the words of `query` marked. */
function hitsOf(db: ReadableDatabase, query: string, keys: readonly number[], whole: boolean): MessageHit[] {
  const rows = db.all<Row>(ROWS_OF_HITS, JSON.stringify(keys));
  const marked = rows.flatMap(({ key, start }) => (start === null ? [key] : []));
  const marks = new Map(
    db
      .all<{ key: number; snippet: string }>(MARKS_OF_HITS, query, JSON.stringify(marked))
      .map(({ key, snippet }) => [key, snippet]),
  );
  const media = entriesOfMessages(db, rows, MOST_MEDIA);
  return rows.map(({ key, chatKey: _chat, start, fromMe, ...rest }, place) => ({
    ...rest,
    fromMe: fromMe === 1,
    parts: partsOf(wholeLetters(shownText(start ?? marks.get(key) ?? ''))),
    media: media[place] ?? [],
    ...(whole && { whole: wholeOf(db, key) }),
  }));
}

function wholeOf(db: ReadableDatabase, key: number): NonNullable<MessageHit['whole']> | undefined {
  const row = db.get<{ senderId: number | null; text: string }>(
    'SELECT sender_id AS senderId, text FROM message WHERE key = +?',
    key,
  );
  const media = db.all<{ id: number }>(
    'SELECT m.id FROM message_media l JOIN media m ON m.key = l.media_key WHERE l.message_key = +? AND m.removal IS NULL ORDER BY l.position',
    key,
  );
  return row && { ...row, mediaIds: media.map(({ id }) => id) };
}

/** A mark over a letter, or what colours an emoji, belongs to it: the tokenizer leaves both out. */
const wholeLetters = (snippet: string): string => snippet.replaceAll(TRAILING, `$1${CLOSE}`);

/** Splits a marked snippet; a mark inside the message's own text can only misplace a highlight. */
export function partsOf(snippet: string): TextPart[] {
  const parts: TextPart[] = [];
  let left = MOST_TEXT;
  let hit = false;
  for (const piece of snippet.split(new RegExp(`([${OPEN}${CLOSE}])`, 'u'))) {
    if (piece === OPEN || piece === CLOSE) {
      hit = piece === OPEN;
    } else if (piece !== '' && left > 0) {
      const text = piece.slice(0, left).toWellFormed();
      left -= text.length;
      parts.push({ text, hit });
    }
  }
  return parts;
}
