import { ALL_ACCOUNTS, kinds, ledgerStates, mediaStates } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { type MediaFilter } from '../../contract/shapes.ts';
import { type MediaRow } from './calls.ts';
import { bounded } from '../kernel/paging.ts';
import { ftsQuery, MESSAGE_OF } from '../kernel/fts-query.ts';
import { type MediaCursor, type MediaScope, mediaSql, type TextLimit } from './media-sql.ts';
import { listedIn } from './tallies.ts';

/** Up to this many messages with the words, the list is made from them and sorted; beyond, it is walked in order and tested. */
const FEW_HITS = 2000;

/** Rows of a page that a screen asks for. */
const PAGE = 200;

export interface Key {
  readonly chatKey: number;
  readonly sentAt: number;
  readonly mediaKey: number;
}

/**
 * One page of media, newest first by (time, key); `next` continues it, null = the end. Without chats each media is listed once, at its
 * newest message; with several chats, once for each of them. An unknown or damaged `after` starts from the newest.
 */
export function media(
  db: ReadableDatabase,
  input: MediaFilter & { limit: number; after: string | null },
): { rows: MediaRow[]; next: string | null } {
  const { keys, next } = mediaKeys(db, input);
  return { rows: rowsOf(db, keys), next };
}

/** The places of one page's rows. */
export function mediaKeys(
  db: ReadableDatabase,
  input: MediaFilter & { limit: number; after: string | null },
): { keys: Key[]; next: string | null } {
  const limit = bounded(input.limit);
  const text = limitOf(db, input);
  if (limit === 0 || text === 'nothing') {
    return { keys: [], next: null };
  }
  const after = input.after === null ? null : cursorOf(input.after);
  const keys = scopesOf(db, input).flatMap((scope) => {
    const { sql, values } = mediaSql(input, scope, text, after, limit + 1);
    return db.all<Key>(sql, ...values);
  });
  keys.sort((a, b) => b.sentAt - a.sentAt || b.mediaKey - a.mediaKey || b.chatKey - a.chatKey);
  const page = keys.slice(0, pageLength(keys, 0, limit));
  const last = page.at(-1);
  return {
    keys: page,
    next: last === undefined || page.length === keys.length ? null : tokenOf(last),
  };
}

/**
 * The same media in two chats at the same millisecond has one place in the order: a page is never cut between such rows, or the next
 * would leave one out. (They are at most as many as the chats asked for.)
 *
 * How many rows the page from `start` on has: `limit`, or more where it would be cut between rows of one place.
 */
export function pageLength(keys: readonly Pick<Key, 'sentAt' | 'mediaKey'>[], start: number, limit: number): number {
  let end = Math.min(start + limit, keys.length);
  for (let last = keys[end - 1]; end < keys.length; end += 1) {
    const next = keys[end];
    if (last === undefined || next === undefined || next.sentAt !== last.sentAt || next.mediaKey !== last.mediaKey) {
      break;
    }
    last = next;
  }
  return end - start;
}

/** The lists that a filter looks at: one over everything, or one for each chat. */
export function scopesOf(db: ReadableDatabase, filter: MediaFilter): MediaScope[] {
  if (filter.chatIds.length === 0) {
    return [{ by: 'lead', byChats: filter.accountId !== null && isSmall(db, filter.accountId) }];
  }
  return db
    .all<{ key: number }>(
      `SELECT c.key FROM json_each(?) k CROSS JOIN account a CROSS JOIN chat c ON c.account_id = a.id AND c.id = k.value
       WHERE a.id = coalesce(?, a.id)`,
      JSON.stringify(filter.chatIds),
      filter.accountId,
    )
    .map((chat) => ({ by: 'chat', chatKey: chat.key }));
}

/**
 * Whether finding all media of an account costs less than a walk to a page of them among those of all accounts. A row of the walk takes an
 * eighth of the time.
 */
function isSmall(db: ReadableDatabase, accountId: number): boolean {
  const own = listedIn(db, -accountId);
  return 8 * own * own < PAGE * listedIn(db, ALL_ACCOUNTS);
}

/** Whether what matches is known to be few. `nothing`: the text has no word, so nothing matches. */
export function limitOf(
  db: ReadableDatabase,
  filter: Pick<MediaFilter, 'text' | 'labels' | 'noted'>,
): TextLimit | 'nothing' {
  const { text } = filter;
  if (text === null || text.trim() === '') {
    return markedFew(db, filter);
  }
  const match = ftsQuery(text);
  if (match === null) {
    return 'nothing';
  }
  const hits = db.all<{ key: number }>(
    `SELECT ${MESSAGE_OF} AS key FROM message_fts f WHERE message_fts MATCH ? LIMIT ?`,
    match,
    FEW_HITS + 1,
  );
  return hits.length > FEW_HITS ? { match } : { keys: hits.map((hit) => hit.key) };
}

/** The media with the labels or a note asked for, when they are few; every other limit is still tested. */
function markedFew(db: ReadableDatabase, { labels, noted }: Pick<MediaFilter, 'labels' | 'noted'>): TextLimit {
  const few = (sql: string, ...values: SqlValue[]): TextLimit => {
    const rows = db.all<{ media_key: number }>(`${sql} LIMIT ?`, ...values, FEW_HITS + 1);
    return rows.length > FEW_HITS ? null : { media: rows.map((row) => row.media_key) };
  };
  const isLabelled = labels !== undefined && labels.length > 0;
  const labelled = !isLabelled
    ? null
    : few(
        'SELECT DISTINCT media_key FROM label_media WHERE label_id IN (SELECT value FROM json_each(?))',
        JSON.stringify(labels),
      );
  const withNote = labelled === null && noted === true ? few('SELECT media_key FROM note') : null;
  if (labelled !== null || withNote !== null) {
    return labelled ?? withNote;
  }
  return isLabelled ? { marked: 'labels' } : noted === true ? { marked: 'notes' } : null;
}

export function tokenOf(key: Pick<Key, 'sentAt' | 'mediaKey'>): string {
  return `${key.sentAt.toString(36)}.${key.mediaKey.toString(36)}`;
}

export function cursorOf(token: string): MediaCursor | null {
  const [sentAt, mediaKey] = token
    .split('.')
    .map((part) => (/^-?[0-9a-z]{1,12}$/.test(part) ? parseInt(part, 36) : NaN));
  return sentAt === undefined ||
    mediaKey === undefined ||
    !Number.isSafeInteger(sentAt) ||
    !Number.isSafeInteger(mediaKey)
    ? null
    : { sentAt, mediaKey };
}

type Row = Omit<MediaRow, 'kind' | 'state' | 'serviceState'> & {
  readonly kind: number;
  readonly ledger_state: number;
  readonly state: number;
};

/** One statement for all rows: better-sqlite3 spends more on a row fetched alone than SQLite does on finding it. */
function rowsOf(db: ReadableDatabase, keys: readonly Key[]): MediaRow[] {
  const rows = db.all<Row>(
    `SELECT m.id, m.account_id AS accountId, c.id AS chatId, s.id AS messageId, s.sender_id AS senderId, m.kind, i.sent_at AS sentAt,
       i.ledger_state, m.state, m.width, m.height, m.duration_ms AS durationMs, lower(hex(b.sha256)) AS sha256, b.bytes, b.mime, b.ext, b.odd,
       s.text, lower(hex(t.sha256)) AS thumbSha256, t.ext AS thumbExt
     FROM json_each(?) k CROSS JOIN item i ON i.media_key = k.value ->> 0 AND i.chat_key = k.value ->> 1
     JOIN media m ON m.key = i.media_key JOIN chat c ON c.key = i.chat_key JOIN message s ON s.key = i.message_key
     LEFT JOIN other_file o ON o.file_id = m.key * 4 + 3 AND o.chat_key = i.chat_key
     LEFT JOIN file f ON f.id = coalesce(o.file_id, m.key * 4) AND f.state = 1
     LEFT JOIN blob b ON b.key = f.blob_key
     LEFT JOIN blob t ON t.key = (SELECT v.blob_key FROM file v WHERE v.id BETWEEN m.key * 4 + 1 AND m.key * 4 + 2 AND v.state = 1
       ORDER BY v.id DESC LIMIT 1)
     ORDER BY k.key`,
    JSON.stringify(keys.map((key) => [key.mediaKey, key.chatKey])),
  );
  if (rows.length !== keys.length) {
    throw new Error('a listed item without its rows');
  }
  return rows.map(mediaRowOf);
}

function mediaRowOf(row: Row): MediaRow {
  const { ledger_state, state, kind, sha256, thumbSha256, ...rest } = row;
  return {
    ...rest,
    // hex(NULL) is an empty text.
    sha256: sha256 === '' ? null : sha256,
    thumbSha256: thumbSha256 === '' ? null : thumbSha256,
    kind: kinds.name(kind),
    state: ledgerStates.name(ledger_state),
    serviceState: mediaStates.name(state),
  };
}
