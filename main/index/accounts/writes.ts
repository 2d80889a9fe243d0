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
    'SELECT id, user_id FROM account WHERE api_base = $apiBase AND identity = $identity',
    input,
  );
  let id = before?.id;
  if (id === undefined) {
    id = db.insert(
      'INSERT INTO account (api_base, identity, user_id, username, name, rate_per_minute, created_at) VALUES ($apiBase, $identity, $userId, $username, $name, $ratePerMinute, $at)',
      input,
    );
  } else {
    db.run(
      `UPDATE account SET user_id = coalesce($userId, user_id), username = coalesce($username, username), name = $name, rate_per_minute = $ratePerMinute, removed = 0
       WHERE id = $id`,
      { ...input, id },
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
      `UPDATE ${table} SET side = (SELECT CASE WHEN m.sender_id IS NULL THEN $unknown WHEN m.sender_id = $ownId THEN $me ELSE $them END
         FROM message m WHERE m.key = ${table}.message_key) WHERE account_id = $accountId`,
      { unknown: sides.code('unknown'), ownId, me: sides.code('me'), them: sides.code('them'), accountId },
    );
  }
  recountFacets(db, accountId);
}

export function setAccountStatus(
  db: WritableDatabase,
  input: { accountId: number; status: AccountStatus; reason: string | null; at: number },
): void {
  db.run('UPDATE account SET status = $status, status_reason = $reason, status_at = $at WHERE id = $accountId', {
    ...input,
    status: input.status === 'ok' ? 0 : 1,
  });
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
