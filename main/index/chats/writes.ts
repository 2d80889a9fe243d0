import { chatById } from './reads.ts';
import { nameOrder } from '../../lib/name-order.ts';
import { type RemoteChat, type RemoteUser } from '../../lib/model.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type ChatRow } from './calls.ts';
import { WriteContext } from '../kernel/write-context.ts';

/** Enters a part of the service's chat list. Answers the rows in the order given. */
export function saveChats(
  db: WritableDatabase,
  input: { accountId: number; runId: number | null; at: number; chats: readonly RemoteChat[] },
): ChatRow[] {
  return input.chats.map((chat) => {
    db.run(
      `INSERT INTO chat (account_id, id, probe_message_id, listed_at, unread, raw) VALUES ($accountId, $id, $lastMessageId, $at, $unreadCount, $raw)
       ON CONFLICT (account_id, id) DO UPDATE SET probe_message_id = coalesce(excluded.probe_message_id, probe_message_id),
         listed_at = excluded.listed_at, unread = excluded.unread, raw = excluded.raw`,
      { ...chat, accountId: input.accountId, at: input.at, raw: chat.raw.toWellFormed() },
    );
    orderChat(db, input.accountId, chat.id);
    const row = chatById(db, { accountId: input.accountId, id: chat.id });
    if (row === null) {
      throw new Error('a chat vanished while it was saved');
    }
    return row;
  });
}

interface PersonRow {
  readonly key: number;
  readonly name: string | null;
  readonly username: string | null;
}

/**
 * Enters what the service says of users. Those asked for and not found are noted as asked. `asked`: the ids asked for; those missing in
 * `users` are unknown to the service and are not due again for a day.
 */
export function saveUsers(
  db: WritableDatabase,
  input: {
    accountId: number;
    runId: number | null;
    at: number;
    users: readonly RemoteUser[];
    asked: readonly number[];
  },
): void {
  const context = new WriteContext(db, input.at, input.runId);
  for (const user of input.users) {
    saveUser(context, input.accountId, user);
  }
  const found = new Set(input.users.map((user) => user.id));
  for (const id of input.asked) {
    if (!found.has(id)) {
      saveUser(context, input.accountId, { id, username: null, name: null, displayName: null, avatarUrl: null });
    }
  }
}

function saveUser(context: WriteContext, accountId: number, user: RemoteUser): void {
  const { db } = context;
  const name = (user.displayName ?? user.name)?.toWellFormed() ?? null;
  const username = user.username?.toWellFormed() ?? null;
  const row = db.get<PersonRow>('SELECT key, name, username FROM person WHERE account_id = $accountId AND id = $id', {
    accountId,
    id: user.id,
  });
  if (row === undefined) {
    const key = db.insert(
      'INSERT INTO person (account_id, id, name, username, avatar_url, asked_at) VALUES ($accountId, $id, $name, $username, $avatarUrl, $at)',
      { ...user, accountId, name, username, at: context.at },
    );
    db.run('INSERT INTO name_fts (rowid, name, username) VALUES (?, ?, ?)', key, name, username);
    orderChat(db, accountId, user.id);
    return;
  }
  const next = { name: name ?? row.name, username: username ?? row.username };
  if (next.name !== row.name || next.username !== row.username) {
    db.run("INSERT INTO name_fts (name_fts, rowid, name, username) VALUES ('delete', $key, $name, $username)", row);
    db.run('INSERT INTO name_fts (rowid, name, username) VALUES (?, ?, ?)', row.key, next.name, next.username);
  }
  db.run(
    'UPDATE person SET name = $name, username = $username, avatar_url = coalesce($avatarUrl, avatar_url), asked_at = $at WHERE key = $key',
    { ...next, avatarUrl: user.avatarUrl, at: context.at, key: row.key },
  );
  orderChat(db, accountId, user.id);
  if (row.name !== null && next.name !== row.name) {
    const chat = db.get<{ id: number }>('SELECT id FROM chat WHERE account_id = ? AND id = ?', accountId, user.id);
    context.change({
      field: chat === undefined ? 'person.name' : 'chat.name',
      accountId,
      chatId: chat?.id ?? null,
      messageId: null,
      mediaId: null,
      before: row.name,
      after: next.name,
    });
  }
}

/** A walk has met covered ground or the chat's start: what the chat list said at its start is listed now. */
export function chatWalked(
  db: WritableDatabase,
  input: { chatKey: number; at: number; probeMessageId: number | null },
): void {
  db.run(
    'UPDATE chat SET synced_probe_id = coalesce($probeMessageId, synced_probe_id), walked_at = $at WHERE key = $chatKey',
    input,
  );
}

/** Keeps `chat.name_order` in step with the name of the chat's person; nothing where there is no such chat. */
export function orderChat(db: WritableDatabase, accountId: number, id: number): void {
  const chat = db.get<{ key: number; before: string; name: string | null }>(
    `SELECT c.key, c.name_order AS before, coalesce(p.name, p.username) AS name
     FROM chat c LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id WHERE c.account_id = ? AND c.id = ?`,
    accountId,
    id,
  );
  const order = nameOrder(chat?.name ?? null);
  if (chat !== undefined && chat.before !== order) {
    db.run('UPDATE chat SET name_order = ? WHERE key = ?', order, chat.key);
  }
}
