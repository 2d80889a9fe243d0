import { type Ledger } from '../../contract/model.ts';
import type { LedgerRow } from '../../contract/shapes.ts';
import { kinds, ledgerStates } from '../../db/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../../db/database-types.ts';
import { type ChatListRow } from '../../db/screen-reads.ts';
import { bounded, MOST_ROWS } from '../bounds.ts';
import { COMPLETE } from '../chats.ts';
import { ledger } from '../ledger.ts';
import { readToken, writeToken } from './tokens.ts';
import { removedByChat } from './trash.ts';

interface Row extends Omit<ChatListRow, 'upToDate' | 'coverMediaId'> {
  readonly key: number;
  readonly complete: number;
  readonly probeMessageId: number | null;
  readonly syncedProbeId: number | null;
}

const SELECT = `
  SELECT c.key, c.account_id AS accountId, c.id, p.name, p.username, coalesce(c.newest_at, 0) AS newestAt,
    (SELECT coalesce(sum(t.n), 0) FROM total t WHERE t.scope = c.key) AS media, ${COMPLETE} AS complete,
    c.probe_message_id AS probeMessageId, c.synced_probe_id AS syncedProbeId
  FROM chat c LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id`;

/** Chats by their newest message. They are thousands at most, so each page sorts them. */
export function chatList(
  db: ReadableDatabase,
  input: { accountId: number | null; after: string | null; limit: number },
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
    where.push('(coalesce(c.newest_at, 0), c.key) < (?, ?)');
    values.push(...after);
  }
  const rows = db.all<Row>(
    `${SELECT} WHERE ${where.join(' AND ')} ORDER BY coalesce(c.newest_at, 0) DESC, c.key DESC LIMIT ?`,
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

function chatOf(db: ReadableDatabase, row: Row): ChatListRow {
  const { key, complete, probeMessageId, syncedProbeId, newestAt, ...rest } = row;
  return {
    ...rest,
    newestAt: newestAt === 0 ? null : newestAt,
    upToDate: complete === 1 && (probeMessageId === null || probeMessageId === syncedProbeId),
    coverMediaId: coverOf(db, key),
  };
}

const PICTURES = [kinds.code('photo'), kinds.code('gif')].join(', ');
const STORED = String(ledgerStates.code('stored'));

/** The newest stored picture of a chat. The tally is asked first: a chat without any is not searched to its end. */
function coverOf(db: ReadableDatabase, chatKey: number): number | null {
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
       WHERE i.chat_key = ? AND i.ledger_state = ${STORED} AND i.kind IN (${PICTURES}) ORDER BY i.sent_at DESC, i.media_key DESC LIMIT 1`,
      chatKey,
    )?.id ?? null
  );
}

/** The ledger by chat, newest first. */
export function ledgerRows(
  db: ReadableDatabase,
  input: { accountId: number | null; chatId: number | null },
): { chats: LedgerRow[]; total: Ledger; removed: number } {
  const { total, removed } = ledger(db, input);
  const removedOf = removedByChat(db);
  const rows = db.all<Row>(
    `${SELECT} WHERE c.account_id = coalesce(?, c.account_id) AND c.id = coalesce(?, c.id)
     ORDER BY coalesce(c.newest_at, 0) DESC, c.key DESC LIMIT ?`,
    input.accountId,
    input.chatId,
    MOST_ROWS,
  );
  return {
    chats: rows.map((row) => ({
      accountId: row.accountId,
      chatId: row.id,
      name: row.name,
      coverMediaId: coverOf(db, row.key),
      complete: row.complete === 1,
      media: chatLedger(db, row.key),
      removed: removedOf.get(row.key) ?? 0,
    })),
    total,
    removed,
  };
}

function chatLedger(db: ReadableDatabase, chatKey: number): Ledger {
  const counts = { listed: 0, stored: 0, locked: 0, notReady: 0, protected: 0, gone: 0, failed: 0, pending: 0 };
  for (const { state, n } of db.all<{ state: number; n: number }>(
    'SELECT ledger_state AS state, sum(n) AS n FROM total WHERE scope = ? GROUP BY ledger_state',
    chatKey,
  )) {
    counts[ledgerStates.name(state)] += n;
    counts.listed += n;
  }
  return counts;
}
