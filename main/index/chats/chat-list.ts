import { kinds, ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { type ChatListRow } from './calls.ts';
import { bounded, readToken, writeToken } from '../kernel/paging.ts';
import { COMPLETE } from './reads.ts';

export interface ChatListSqlRow extends Omit<ChatListRow, 'upToDate' | 'complete' | 'coverMediaId'> {
  readonly key: number;
  readonly complete: number;
  readonly probeMessageId: number | null;
  readonly syncedProbeId: number | null;
}

export const CHAT_ROWS = `
  SELECT c.key, c.account_id AS accountId, c.id, p.name, p.username, coalesce(c.newest_at, 0) AS newestAt,
    c.newest_message_id AS newestMessageId,
    (SELECT coalesce(sum(t.n), 0) FROM total t WHERE t.scope = c.key) AS media, ${COMPLETE} AS complete,
    c.probe_message_id AS probeMessageId, c.synced_probe_id AS syncedProbeId
  FROM chat c LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id`;

/** The newest first. */
export const NEWEST = 'coalesce(c.newest_at, 0) DESC, c.key DESC';

/** After a chat; takes its time twice and its key. The first bound is the one that SQLite finds in the index. */
const OLDER = 'coalesce(c.newest_at, 0) <= ? AND (coalesce(c.newest_at, 0), c.key) < (?, ?)';

/** Newest first, or in the order in which they came; `after` is the `next` of the page before. */
export function chatList(
  db: ReadableDatabase,
  input: { accountId: number | null; order?: 'added'; after: string | null; limit: number },
): { rows: ChatListRow[]; next: string | null } {
  const limit = Math.max(1, bounded(input.limit));
  const where: string[] = ['true'];
  const values: SqlValue[] = [];
  if (input.accountId !== null) {
    where.push('c.account_id = ?');
    values.push(input.accountId);
  }
  const after = readToken(input.after);
  if (after !== null) {
    where.push(input.order === 'added' ? 'c.key > ?' : OLDER);
    values.push(...(input.order === 'added' ? [after[1]] : [after[0], ...after]));
  }
  const rows = db.all<ChatListSqlRow>(
    `${CHAT_ROWS} WHERE ${where.join(' AND ')} ORDER BY ${input.order === 'added' ? 'c.key' : NEWEST} LIMIT ?`,
    ...values,
    limit + 1,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page.map((row) => chatOf(db, row)),
    next: last === undefined || rows.length <= limit ? null : writeToken(last.newestAt ?? 0, last.key),
  };
}

function chatOf(db: ReadableDatabase, row: ChatListSqlRow): ChatListRow {
  const { key, complete, probeMessageId, syncedProbeId, newestAt, ...rest } = row;
  return {
    ...rest,
    newestAt: newestAt === 0 ? null : newestAt,
    complete: complete === 1,
    upToDate: complete === 1 && (probeMessageId === null || probeMessageId === syncedProbeId),
    coverMediaId: coverOf(db, key),
  };
}

const PICTURES = [kinds.code('photo'), kinds.code('gif')].join(', ');
const STORED = String(ledgerStates.code('stored'));

/** The oldest stored picture of a chat: new ones do not take its place. The tally is asked first: a chat without any is not searched to its end. */
export function coverOf(db: ReadableDatabase, chatKey: number): number | null {
  const some = db.get<{ n: number }>(
    `SELECT coalesce(sum(n), 0) AS n FROM total WHERE scope = ? AND ledger_state = ${STORED} AND kind IN (${PICTURES})`,
    chatKey,
  );
  if (some === undefined || some.n === 0) {
    return null;
  }
  return (
    db.get<{ id: number }>(
      `SELECT m.id FROM item i JOIN media m ON m.key = i.media_key
       WHERE i.chat_key = ? AND i.ledger_state = ${STORED} AND i.kind IN (${PICTURES}) ORDER BY i.sent_at, i.media_key LIMIT 1`,
      chatKey,
    )?.id ?? null
  );
}
