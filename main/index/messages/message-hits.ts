import { shownText } from '../../contract/search-text.ts';
import type { MessageHit, TextPart } from '../../contract/shapes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { ftsQuery, MESSAGE_OF, PLACE_OF } from '../kernel/fts-query.ts';
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
  readonly snippet: string;
}

/** Takes the words. Walked in the order of the full text (0170-search-order.ts), which a limit ends. */
const HITS = `
  SELECT s.key, c.account_id AS accountId, c.id AS chatId, c.key AS chatKey, ${nameOf('c.account_id', 'c.id')} AS chatName, s.id AS messageId,
    ${nameOf('c.account_id', 's.sender_id')} AS senderName, ${FROM_ME} AS fromMe, s.sent_at AS sentAt,
    (SELECT count(*) FROM message_media l JOIN media x ON x.key = l.media_key
      WHERE l.message_key = s.key AND x.removal IS NULL) AS mediaCount,
    CASE WHEN length(s.text) > ${String(MOST_MARKED)} THEN substr(s.text, 1, ${String(MOST_TEXT)})
      ELSE snippet(message_fts, 0, char(1), char(2), '…', ${String(SNIPPET_WORDS)}) END AS snippet
  FROM message_fts f CROSS JOIN message s ON s.key = ${MESSAGE_OF}
    CROSS JOIN chat c ON c.key = s.chat_key CROSS JOIN account a ON a.id = c.account_id
  WHERE message_fts MATCH ?`;

/** Takes the time and key of the last hit before. */
const AFTER_HIT = `f.rowid > (${PLACE_OF})`;

/** Messages in which all the words occur, newest first, with the words marked. Those of one second are in the order in which they were listed. */
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
  const values: SqlValue[] = [query];
  let where = '';
  const add = (condition: string, ...bound: SqlValue[]): void => {
    where += ` AND ${condition}`;
    values.push(...bound);
  };
  if (input.accountId !== null) {
    add('c.account_id = ?', input.accountId);
  }
  if (input.chatId !== null) {
    add('c.id = ?', input.chatId);
  }
  const after = readToken(input.after);
  if (after !== null) {
    add(AFTER_HIT, ...after);
  }
  const found = db.all<Row>(`${HITS}${where} ORDER BY f.rowid LIMIT ?`, ...values, limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const media = entriesOfMessages(db, rows, MOST_MEDIA);
  return {
    hits: rows.map(({ key, chatKey: _chat, snippet, fromMe, ...rest }, place) => ({
      ...rest,
      fromMe: fromMe === 1,
      parts: partsOf(wholeLetters(shownText(snippet))),
      media: media[place] ?? [],
      ...(input.whole === true && { whole: wholeOf(db, key) }),
    })),
    next: last === undefined || found.length <= limit ? null : writeToken(last.sentAt, last.key),
  };
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
