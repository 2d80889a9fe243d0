import type { KeptMessage } from '../../contract/shapes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { bounded, readToken, writeToken } from '../kernel/paging.ts';
import { ftsQuery, MESSAGE_OF } from '../kernel/fts-query.ts';
import { rawOf } from './raw-blocks.ts';

interface Row extends Omit<KeptMessage, 'mediaIds'> {
  readonly key: number;
  readonly chatKey: number;
}

const MESSAGE_LIST = `
  SELECT s.key, s.chat_key AS chatKey, s.id, c.account_id AS accountId, c.id AS chatId, s.sender_id AS senderId, s.sent_at AS sentAt, s.changed_at AS changedAt,
    s.gone_since AS goneAt, s.text, s.reply_id AS replyTo
  FROM message s CROSS JOIN chat c ON c.key = s.chat_key WHERE s.chat_key = ? AND s.id < ?`;

/** Takes a JSON list of message keys. */
const MEDIA_OF_MESSAGES = `
  SELECT k.key AS place, m.id FROM json_each(?) k CROSS JOIN message_media l ON l.message_key = k.value
  CROSS JOIN media m ON m.key = l.media_key WHERE m.removal IS NULL ORDER BY k.key, l.position`;

/**
 * Messages chat by chat, each chat newest first: the order in which they are stored, so that a list of any length reads no row twice.
 * `after` is the `next` of the page before. Times bound as in a filter.
 */
export function messageList(
  db: ReadableDatabase,
  input: {
    accountId: number | null;
    chatIds: readonly number[];
    from: number | null;
    to: number | null;
    text: string | null;
    after: string | null;
    limit: number;
    raw?: boolean;
  },
): { rows: KeptMessage[]; next: string | null } {
  const limit = bounded(input.limit);
  const query = input.text === null ? null : ftsQuery(input.text);
  if (input.text !== null && query === null) {
    return { rows: [], next: null };
  }
  const values: SqlValue[] = [];
  let where = '';
  const add = (condition: string, ...bound: SqlValue[]): void => {
    where += ` AND ${condition}`;
    values.push(...bound);
  };
  if (input.from !== null) {
    add('s.sent_at >= ?', input.from);
  }
  if (input.to !== null) {
    add('s.sent_at < ?', input.to);
  }
  if (query !== null) {
    add(`s.key IN (SELECT ${MESSAGE_OF} FROM message_fts f WHERE message_fts MATCH ?)`, query);
  }
  const [afterChat, afterId] = readToken(input.after) ?? [0, Number.MAX_SAFE_INTEGER];
  const rows: Row[] = [];
  for (const chatKey of chatKeys(db, input, afterChat)) {
    const below = chatKey === afterChat ? afterId : Number.MAX_SAFE_INTEGER;
    rows.push(
      ...db.all<Row>(
        `${MESSAGE_LIST}${where} ORDER BY s.id DESC LIMIT ?`,
        chatKey,
        below,
        ...values,
        limit + 1 - rows.length,
      ),
    );
    if (rows.length > limit) {
      break;
    }
  }
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const media = Map.groupBy(
    db.all<{ place: number; id: number }>(MEDIA_OF_MESSAGES, JSON.stringify(page.map(({ key }) => key))),
    ({ place }) => place,
  );
  const raws =
    input.raw === true
      ? rawOf(
          db,
          page.map(({ key }) => key),
        )
      : null;
  return {
    rows: page.map(({ key, chatKey: _chat, ...row }, place) => ({
      ...row,
      mediaIds: (media.get(place) ?? []).map(({ id }) => id),
      ...(raws !== null && { raw: raws.get(key) ?? 'null' }),
    })),
    next: last === undefined || rows.length <= limit ? null : writeToken(last.chatKey, last.id),
  };
}

/** Chats that are asked for at once. */
const CHATS = 100;

function* chatKeys(
  db: ReadableDatabase,
  { accountId, chatIds }: { readonly accountId: number | null; readonly chatIds: readonly number[] },
  from: number,
): Generator<number> {
  const where = [
    ...(accountId === null ? [] : ['c.account_id = ?']),
    ...(chatIds.length === 0 ? [] : ['c.id IN (SELECT value FROM json_each(?))']),
  ];
  const values = [
    ...(accountId === null ? [] : [accountId]),
    ...(chatIds.length === 0 ? [] : [JSON.stringify(chatIds)]),
  ];
  for (let after = from - 1; ;) {
    const chats = db.all<{ key: number }>(
      `SELECT c.key FROM chat c WHERE c.key > ?${where.map((each) => ` AND ${each}`).join('')} ORDER BY c.key LIMIT ?`,
      after,
      ...values,
      CHATS,
    );
    for (const { key } of chats) {
      yield key;
    }
    const last = chats.at(-1);
    if (last === undefined || chats.length < CHATS) {
      return;
    }
    after = last.key;
  }
}
