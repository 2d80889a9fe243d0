import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type AccountRow } from './calls.ts';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly api_base: string;
  readonly identity: string;
  readonly user_id: number | null;
  readonly username: string | null;
  readonly rate_per_minute: number | null;
  readonly status: number;
  readonly status_reason: string | null;
  readonly whole_conversations: number;
}

const COLUMNS =
  'id, name, api_base, identity, user_id, username, rate_per_minute, status, status_reason, whole_conversations';

function accountOf(row: Row): AccountRow {
  return {
    id: row.id,
    name: row.name,
    apiBase: row.api_base,
    identity: row.identity,
    userId: row.user_id,
    username: row.username,
    ratePerMinute: row.rate_per_minute,
    status: row.status === 0 ? 'ok' : 'needsAttention',
    statusReason: row.status_reason,
    wholeConversations: row.whole_conversations === 1,
  };
}

/** Accounts in the order they were added; removed ones are left out. */
export function accounts(db: ReadableDatabase): AccountRow[] {
  return db.all<Row>(`SELECT ${COLUMNS} FROM account WHERE removed = 0 ORDER BY id`).map(accountOf);
}

/** One account, removed or not. */
export function accountById(db: ReadableDatabase, id: number): AccountRow | null {
  const row = db.get<Row>(`SELECT ${COLUMNS} FROM account WHERE id = ?`, id);
  return row === undefined ? null : accountOf(row);
}

/** Each account with its number of media and when it was last brought up to date. */
export function accountFacts(db: ReadableDatabase): { accountId: number; media: number; lastSyncAt: number | null }[] {
  return db.all(
    `SELECT a.id AS accountId, (SELECT coalesce(sum(t.n), 0) FROM total t WHERE t.scope = -a.id) AS media,
       (SELECT r.ended_at FROM run r WHERE r.account_id = a.id AND r.kind <> 'verify' AND r.outcome IN ('complete', 'partial')
        ORDER BY r.id DESC LIMIT 1) AS lastSyncAt
     FROM account a ORDER BY a.id`,
  );
}
