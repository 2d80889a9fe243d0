import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { type ChatRow } from './calls.ts';
import { bounded } from '../kernel/paging.ts';

type Row = Omit<ChatRow, 'complete'> & { readonly complete: number };

/** One range of the unfiltered media pass, down to the start. */
export const COMPLETE = `(SELECT count(*) = 1 AND min(v.lo) = 0 FROM coverage v WHERE v.chat_key = c.key AND v.pass = 'media')`;

const SELECT = `
  SELECT c.key, c.account_id AS accountId, c.id, p.name, p.username, c.newest_message_id AS newestMessageId, c.newest_at AS newestAt,
    (SELECT coalesce(sum(t.n), 0) FROM total t WHERE t.scope = c.key) AS media, ${COMPLETE} AS complete,
    c.probe_message_id AS probeMessageId, c.synced_probe_id AS syncedProbeId
  FROM chat c LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id`;

function chatOf(row: Row): ChatRow {
  return { ...row, complete: row.complete === 1 };
}

/** Chats in the order of their keys, after `after`. */
export function chats(
  db: ReadableDatabase,
  input: { accountId: number | null; after: number | null; limit: number },
): ChatRow[] {
  const values: SqlValue[] = [input.after ?? 0];
  let where = 'c.key > ?';
  if (input.accountId !== null) {
    where += ' AND c.account_id = ?';
    values.push(input.accountId);
  }
  return db.all<Row>(`${SELECT} WHERE ${where} ORDER BY c.key LIMIT ?`, ...values, bounded(input.limit)).map(chatOf);
}

export function chatById(db: ReadableDatabase, input: { accountId: number; id: number }): ChatRow | null {
  const row = db.get<Row>(`${SELECT} WHERE c.account_id = ? AND c.id = ?`, input.accountId, input.id);
  return row === undefined ? null : chatOf(row);
}

/**
 * Ids of the other parties of chats whose name was last asked for before `before`, never asked ones first; `before` 0 = only those never
 * asked.
 */
export function namesDue(
  db: ReadableDatabase,
  input: { accountId: number; before: number; chatKeys: readonly number[] | null; limit: number },
): number[] {
  return db
    .all<{ id: number }>(
      `SELECT c.id FROM chat c LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id
       WHERE c.account_id = ? AND (p.asked_at IS NULL OR p.asked_at < ?)
         ${input.chatKeys === null ? '' : 'AND c.key IN (SELECT value FROM json_each(?))'}
       ORDER BY coalesce(p.asked_at, 0), c.key LIMIT ?`,
      input.accountId,
      input.before,
      ...(input.chatKeys === null ? [] : [JSON.stringify(input.chatKeys)]),
      bounded(input.limit),
    )
    .map((row) => row.id);
}
