import type { TrashEntry, TrashSummary } from '../../contract/browse-shapes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { bounded, readToken, writeToken } from '../kernel/paging.ts';
import { removedEntry } from '../media/entries.ts';

export const TRASH_SUMMARY =
  'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM media WHERE removal IS NOT NULL AND purged_at IS NULL';

/** The contents of the trash, from one index. */
export function trashSummary(db: ReadableDatabase): TrashSummary {
  return db.get<TrashSummary>(TRASH_SUMMARY) ?? { count: 0, bytes: 0 };
}

const IN_TRASH = 'm.removal IS NOT NULL AND m.purged_at IS NULL';
/** The rest of one removal, and all before it: two walks of an index, for SQLite makes no bound of a pair beside the index's own condition. */
export const TRASH_OF_REMOVAL = `SELECT m.key, m.removal FROM media m WHERE ${IN_TRASH} AND m.removal = ? AND m.key < ?
  ORDER BY m.key DESC LIMIT ?`;
export const TRASH_BEFORE = `SELECT m.key, m.removal FROM media m WHERE ${IN_TRASH} AND m.removal < ?
  ORDER BY m.removal DESC, m.key DESC LIMIT ?`;

interface TrashKey {
  readonly key: number;
  readonly removal: number;
}

function trashKeys(db: ReadableDatabase, after: readonly [number, number] | null, limit: number): TrashKey[] {
  const keys = after === null ? [] : db.all<TrashKey>(TRASH_OF_REMOVAL, ...after, limit);
  return keys.length >= limit
    ? keys
    : [...keys, ...db.all<TrashKey>(TRASH_BEFORE, after?.[0] ?? Number.MAX_SAFE_INTEGER, limit - keys.length)];
}

/** Removed last first. */
export function trashPage(
  db: ReadableDatabase,
  input: { after: string | null; limit: number },
): { rows: TrashEntry[]; next: string | null } {
  const limit = Math.max(1, bounded(input.limit));
  const keys = trashKeys(db, readToken(input.after), limit + 1);
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

/** Removed media, each once over all, or in one chat. */
export function removedCount(db: ReadableDatabase, input: { accountId: number | null; chatId: number | null }): number {
  const where = ['true'];
  const values: SqlValue[] = [];
  if (input.chatId === null) {
    where.push('lead = 1');
  } else {
    where.push('chat_key IN (SELECT key FROM chat WHERE id = ?)');
    values.push(input.chatId);
  }
  if (input.accountId !== null) {
    where.push('account_id = ?');
    values.push(input.accountId);
  }
  return (
    db.get<{ n: number }>(`SELECT count(*) AS n FROM removed_item WHERE ${where.join(' AND ')}`, ...values)?.n ?? 0
  );
}

/** Removed media of every chat that has any, by the chat's key. */
export function removedByChat(db: ReadableDatabase): ReadonlyMap<number, number> {
  return new Map(
    db
      .all<{ key: number; n: number }>('SELECT chat_key AS key, count(*) AS n FROM removed_item GROUP BY chat_key')
      .map(({ key, n }) => [key, n]),
  );
}
