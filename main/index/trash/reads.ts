import type { TrashEntry, TrashScope, TrashSummary } from '../../contract/browse-shapes.ts';
import { ALL_ACCOUNTS } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { bounded, readToken, writeToken } from '../kernel/paging.ts';
import { removedEntry } from '../media/entries.ts';

/** The contents of the trash or of a part of it. */
export function trashSummary(db: ReadableDatabase, { within }: { within?: TrashScope }): TrashSummary {
  if (within !== undefined && within.messageId !== null) {
    const { sql, values } = scopeOf(within);
    return (
      db.get<TrashSummary>(
        `SELECT count(*) AS count, coalesce(sum(m.bytes), 0) AS bytes FROM media m WHERE ${IN_TRASH}${sql}`,
        ...values,
      ) ?? { count: 0, bytes: 0 }
    );
  }
  const { inTrash, bytes } = sumOf(db, within ?? { accountId: null, chatId: null });
  return { count: inTrash, bytes };
}

/** A condition on `media m` for a part of the trash, beginning with AND; empty for the whole. */
export function scopeOf(within: TrashScope | undefined): { readonly sql: string; readonly values: SqlValue[] } {
  if (within === undefined) {
    return { sql: '', values: [] };
  }
  const { accountId, chatId, messageId } = within;
  if (chatId === null) {
    return { sql: ' AND m.account_id = ?', values: [accountId] };
  }
  const chat = '(SELECT key FROM chat WHERE account_id = ? AND id = ?)';
  return messageId === null
    ? {
        sql: ` AND m.key IN (SELECT media_key FROM removed_item WHERE chat_key = ${chat})`,
        values: [accountId, chatId],
      }
    : {
        sql: ` AND m.key IN (SELECT l.media_key FROM message s JOIN message_media l ON l.message_key = s.key
           WHERE s.chat_key = ${chat} AND s.id = ?)`,
        values: [accountId, chatId, messageId],
      };
}

const IN_TRASH = 'm.removal IS NOT NULL AND m.purged_at IS NULL';
/** The rest of one removal, and all before it: two walks of an index, for SQLite makes no bound of a pair beside the index's own condition. */
const trashOfRemoval = (scope = ''): string =>
  `SELECT m.key, m.removal FROM media m WHERE ${IN_TRASH} AND m.removal = ? AND m.key < ?${scope} ORDER BY m.key DESC LIMIT ?`;
const trashBefore = (scope = ''): string =>
  `SELECT m.key, m.removal FROM media m WHERE ${IN_TRASH} AND m.removal < ?${scope} ORDER BY m.removal DESC, m.key DESC LIMIT ?`;

interface TrashKey {
  readonly key: number;
  readonly removal: number;
}

function trashKeys(
  db: ReadableDatabase,
  after: readonly [number, number] | null,
  within: TrashScope | undefined,
  limit: number,
): TrashKey[] {
  const { sql, values } = scopeOf(within);
  const keys = after === null ? [] : db.all<TrashKey>(trashOfRemoval(sql), ...after, ...values, limit);
  const before = after?.[0] ?? Number.MAX_SAFE_INTEGER;
  return keys.length >= limit
    ? keys
    : [...keys, ...db.all<TrashKey>(trashBefore(sql), before, ...values, limit - keys.length)];
}

/** Removed last first; `after` is the `next` of the page before. */
export function trashPage(
  db: ReadableDatabase,
  input: { after: string | null; limit: number; within?: TrashScope },
): { rows: TrashEntry[]; next: string | null } {
  const limit = Math.max(1, bounded(input.limit));
  const keys = trashKeys(db, readToken(input.after), input.within, limit + 1);
  const page = keys.slice(0, limit);
  const last = page.at(-1);
  const times = new Map(
    db
      .all<{ id: number; at: number }>(
        'SELECT id, at FROM removal WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify([...new Set(page.map((row) => row.removal))]),
      )
      .map(({ id, at }) => [id, at]),
  );
  return {
    rows: page.flatMap((row) => {
      const entry = removedEntry(db, row.key);
      return entry === null ? [] : { entry, removedAt: times.get(row.removal) ?? 0 };
    }),
    next: last === undefined || keys.length <= limit ? null : writeToken(last.removal, last.key),
  };
}

/** Media that a person removed, those deleted for good among them, and how many of them are in the trash. */
export interface RemovedCounts {
  readonly removed: number;
  readonly inTrash: number;
}
const NONE_REMOVED: RemovedCounts = { removed: 0, inTrash: 0 };

/** Removed media, each once over all or in an account, or in one chat. */
export const removedOf = (db: ReadableDatabase, of: Of): RemovedCounts => {
  const { removed, inTrash } = sumOf(db, of);
  return { removed, inTrash };
};

interface Of {
  /** Null: all. */
  readonly accountId: number | null;
  readonly chatId: number | null;
}

function sumOf(db: ReadableDatabase, { accountId, chatId }: Of): RemovedCounts & { readonly bytes: number } {
  const scopes =
    chatId === null
      ? { sql: 'scope = ?', values: [-(accountId ?? ALL_ACCOUNTS)] }
      : {
          sql: 'scope IN (SELECT c.key FROM account a CROSS JOIN chat c ON c.account_id = a.id AND c.id = ? WHERE a.id = coalesce(?, a.id))',
          values: [chatId, accountId],
        };
  return (
    db.get<RemovedCounts & { readonly bytes: number }>(
      `SELECT coalesce(sum(removed), 0) AS removed, coalesce(sum(in_trash), 0) AS inTrash, coalesce(sum(bytes), 0) AS bytes
       FROM removed_total WHERE ${scopes.sql}`,
      ...scopes.values,
    ) ?? { ...NONE_REMOVED, bytes: 0 }
  );
}

/** Removed media of one chat, by its key. */
export const removedOfChat = (db: ReadableDatabase, chatKey: number): RemovedCounts =>
  db.get<RemovedCounts>('SELECT removed, in_trash AS inTrash FROM removed_total WHERE scope = ?', chatKey) ??
  NONE_REMOVED;

/** Removed media of one message, in its chat. */
export function removedOfMessage(db: ReadableDatabase, messageKey: number, chatKey: number): RemovedCounts {
  return (
    db.get<RemovedCounts>(
      `SELECT count(*) AS removed, coalesce(sum(m.purged_at IS NULL), 0) AS inTrash FROM message_media l CROSS JOIN removed_item r ON r.media_key = l.media_key AND r.chat_key = $chatKey
       CROSS JOIN media m ON m.key = r.media_key WHERE l.message_key = $messageKey`,
      { chatKey, messageKey },
    ) ?? NONE_REMOVED
  );
}
