import { accountById } from './reads.ts';
import { sides } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type AccountRow, type AccountStatus } from './calls.ts';
import { recountFacets } from '../media/facets.ts';

/** Adds an account, or renews the one with the same identity (a removed one comes back with its archive). */
export function saveAccount(
  db: WritableDatabase,
  input: {
    apiBase: string;
    identity: string;
    userId: number | null;
    username: string | null;
    name: string;
    ratePerMinute: number | null;
    at: number;
  },
): AccountRow {
  const before = db.get<{ id: number; user_id: number | null }>(
    'SELECT id, user_id FROM account WHERE api_base = ? AND identity = ?',
    input.apiBase,
    input.identity,
  );
  let id = before?.id;
  if (id === undefined) {
    id = db.insert(
      'INSERT INTO account (api_base, identity, user_id, username, name, rate_per_minute, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      input.apiBase,
      input.identity,
      input.userId,
      input.username,
      input.name,
      input.ratePerMinute,
      input.at,
    );
  } else {
    db.run(
      `UPDATE account SET user_id = coalesce(?, user_id), username = coalesce(?, username), name = ?, rate_per_minute = ?, removed = 0
       WHERE id = ?`,
      input.userId,
      input.username,
      input.name,
      input.ratePerMinute,
      id,
    );
    if (input.userId !== null && before?.user_id !== input.userId) {
      renewSides(db, id, input.userId);
    }
  }
  const account = accountById(db, id);
  if (account === null) {
    throw new Error('an account vanished while it was saved');
  }
  return account;
}

/** Whose message an item is depends on the account's own user id, which may become known late. */
function renewSides(db: WritableDatabase, accountId: number, ownId: number): void {
  for (const table of ['item', 'removed_item']) {
    db.run(
      `UPDATE ${table} SET side = (SELECT CASE WHEN m.sender_id IS NULL THEN ? WHEN m.sender_id = ? THEN ? ELSE ? END
         FROM message m WHERE m.key = ${table}.message_key) WHERE account_id = ?`,
      sides.code('unknown'),
      ownId,
      sides.code('me'),
      sides.code('them'),
      accountId,
    );
  }
  recountFacets(db, accountId);
}

export function setAccountStatus(
  db: WritableDatabase,
  input: { accountId: number; status: AccountStatus; reason: string | null; at: number },
): void {
  db.run(
    'UPDATE account SET status = ?, status_reason = ?, status_at = ? WHERE id = ?',
    input.status === 'ok' ? 0 : 1,
    input.reason,
    input.at,
    input.accountId,
  );
}

export function setWholeConversations(db: WritableDatabase, input: { accountId: number; on: boolean }): void {
  db.run('UPDATE account SET whole_conversations = ? WHERE id = ?', input.on ? 1 : 0, input.accountId);
}

/** Takes an account off the list. Its archived chats stay and can be browsed; an account without chats leaves no trace. */
export function removeAccount(db: WritableDatabase, input: { accountId: number }): void {
  const kept = db.get('SELECT 1 FROM chat WHERE account_id = ? LIMIT 1', input.accountId) !== undefined;
  if (kept || db.get('SELECT 1 FROM person WHERE account_id = ? LIMIT 1', input.accountId) !== undefined) {
    db.run('UPDATE account SET removed = 1 WHERE id = ?', input.accountId);
  } else {
    db.run('DELETE FROM account WHERE id = ?', input.accountId);
  }
}
