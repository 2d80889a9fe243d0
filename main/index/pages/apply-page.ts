import { type AnyPage } from '../../lib/model.ts';
import { messageOfPage, type MessageOfPage, unpackPage } from '../../lib/packed-page.ts';
import { orderChat } from '../chats/writes.ts';
import { mediaStates } from '../kernel/codes.ts';
import { rawHash } from '../../lib/content-hash.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type ApplyPageInput, type ApplyPageResult } from './calls.ts';
import { resolveSentAt } from '../messages/sent-at.ts';
import { applyMessage, markMediaOf } from '../messages/writes.ts';
import { type PageScope } from '../messages/page-scope.ts';
import { RawBlock, type RawSource } from '../messages/raw-blocks.ts';
import { resolveMedia } from '../media/items.ts';
import { coverPage } from './cover-page.ts';
import { NewFiles, offerPreviews, withdrawFiles } from '../files/offered-files.ts';
import { passBit } from '../kernel/passes.ts';
import { WriteContext } from '../kernel/write-context.ts';

/**
 * Writes one listed page: messages, media, links, the jobs of the files it offers, what it proves listed, what it shows to be gone, the
 * history of what changed and the counts. The same page again changes nothing but times and links.
 * Throws when the chat is unknown.
 */
export function applyPage(db: WritableDatabase, input: ApplyPageInput): ApplyPageResult {
  const { page } = input;
  const context = new WriteContext(db, input.at, input.runId);
  const { messages, lines } = contentsOf(page);
  const scope = scopeOf(context, input, messages, lines);
  const dates = resolveSentAt(messages, input.at);
  const total = { new: 0, changed: 0, newMedia: 0, filesWanted: 0 };
  let newest: { id: number; at: number } | null = null;
  for (const [index, message] of messages.entries()) {
    const date = dates[index];
    if (date === undefined) {
      throw new Error('a message without a date');
    }
    const outcome = applyMessage(scope, message, index, date);
    total.new += outcome.is === 'new' ? 1 : 0;
    total.changed += outcome.is === 'changed' ? 1 : 0;
    total.newMedia += outcome.newMedia;
    total.filesWanted += outcome.filesWanted;
    if (newest === null || message.id > newest.id) {
      newest = { id: message.id, at: date.at };
    }
  }
  scope.newFiles.write();
  scope.raw.write(messages.length);
  saveSenders(scope, messages);
  saveBadItems(scope, input);
  const gone = input.detectGone ? markGone(scope, input) : 0;
  for (const mediaKey of scope.dirty) {
    const { before, after, mediaId } = resolveMedia(context, mediaKey);
    if (before !== after) {
      withdrawFiles(context, mediaKey, after);
      context.change({
        field: 'media.state',
        accountId: scope.accountId,
        chatId: scope.chatId,
        messageId: null,
        mediaId,
        before: mediaStates.name(before),
        after: mediaStates.name(after),
      });
    }
  }
  total.filesWanted += offerPreviews(context, scope.previews);
  if (newest !== null) {
    db.run(
      'UPDATE chat SET newest_message_id = ?, newest_at = ? WHERE key = ? AND coalesce(newest_message_id, -1) <= ?',
      newest.id,
      newest.at,
      input.chatKey,
      newest.id,
    );
  }
  const covered = coverPage(context, input, messages);
  context.flush();
  return { seen: page.messages.length, bad: page.bad.length, gone, covered, ...total };
}

function contentsOf(page: AnyPage): { messages: readonly MessageOfPage[]; lines: RawSource } {
  return 'packed' in page
    ? unpackPage(page)
    : { messages: page.messages.map(messageOfPage), lines: page.messages.map(({ raw }) => raw) };
}

function scopeOf(
  context: WriteContext,
  input: ApplyPageInput,
  messages: readonly MessageOfPage[],
  lines: RawSource,
): PageScope {
  const chat = context.db.get<{ id: number; user_id: number | null }>(
    'SELECT c.id, a.user_id FROM chat c JOIN account a ON a.id = c.account_id WHERE c.key = +? AND c.account_id = +?',
    input.chatKey,
    input.accountId,
  );
  if (chat === undefined) {
    throw new Error(`a page for a chat that the index does not know: ${String(input.chatKey)}`);
  }
  return {
    context,
    accountId: input.accountId,
    ownId: chat.user_id,
    chatKey: input.chatKey,
    chatId: chat.id,
    pass: input.pass,
    passBit: passBit(context.db, input.pass),
    cursor: input.cursor,
    wholeMessages: input.pass === 'media' || input.pass === 'messages',
    unknown: unknownOf(context, input),
    unknownMedia: unknownMediaOf(context, input.accountId, messages),
    raw: new RawBlock(context.db, lines),
    newFiles: new NewFiles(context),
    dirty: new Set(),
    previews: [],
  };
}

/** Most pages of a first listing lie where the index has nothing yet: one question takes the place of one for each message. */
function unknownOf({ db }: WriteContext, { page, chatKey }: ApplyPageInput): Set<number> | null {
  const ids = page.messages.map(({ id }) => id);
  const known = db.get(
    'SELECT 1 FROM message WHERE chat_key = ? AND id BETWEEN ? AND ? LIMIT 1',
    chatKey,
    Math.min(...ids),
    Math.max(...ids),
  );
  return known === undefined ? new Set(ids) : null;
}

/** The same for media: they are asked for together, not one by one. */
function unknownMediaOf({ db }: WriteContext, accountId: number, messages: readonly MessageOfPage[]): Set<number> {
  const ids = new Set(messages.flatMap(({ media }) => media.map(({ id }) => id)));
  for (const { id } of db.all<{ id: number }>(KNOWN_MEDIA, JSON.stringify([...ids]), accountId)) {
    ids.delete(id);
  }
  return ids;
}

/** Takes a JSON list of ids and the account. */
export const KNOWN_MEDIA = 'SELECT m.id FROM json_each(?) k CROSS JOIN media m ON m.account_id = +? AND m.id = k.value';

/** Names that messages carry; what the service said of the user when asked for it counts more. */
function saveSenders(scope: PageScope, messages: readonly MessageOfPage[]): void {
  const names = new Map<number, string | null>();
  for (const { senderId, senderName } of messages) {
    if (senderId !== null && (names.get(senderId) ?? null) === null) {
      names.set(senderId, senderName);
    }
  }
  const { db } = scope.context;
  for (const [id, rawName] of names) {
    const name = rawName?.toWellFormed() ?? null;
    const row = db.get<{ key: number; name: string | null; username: string | null }>(
      'SELECT key, name, username FROM person WHERE account_id = ? AND id = ?',
      scope.accountId,
      id,
    );
    if (row === undefined) {
      const key = db.insert('INSERT INTO person (account_id, id, name) VALUES (?, ?, ?)', scope.accountId, id, name);
      db.run('INSERT INTO name_fts (rowid, name, username) VALUES (?, ?, NULL)', key, name);
      orderChat(db, scope.accountId, id);
    } else if (row.name === null && name !== null) {
      db.run(
        "INSERT INTO name_fts (name_fts, rowid, name, username) VALUES ('delete', ?, NULL, ?)",
        row.key,
        row.username,
      );
      db.run('UPDATE person SET name = ? WHERE key = ?', name, row.key);
      db.run('INSERT INTO name_fts (rowid, name, username) VALUES (?, ?, ?)', row.key, name, row.username);
      orderChat(db, scope.accountId, id);
    }
  }
}

function saveBadItems(scope: PageScope, input: ApplyPageInput): void {
  const { db, at } = scope.context;
  for (const item of input.page.bad) {
    const raw = item.raw.toWellFormed();
    db.run(
      `INSERT INTO bad_item (chat_key, identity, pass, message_id, reason, raw, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET reason = excluded.reason, raw = excluded.raw, last_seen = excluded.last_seen`,
      input.chatKey,
      item.messageId === null ? `raw ${rawHash(raw)}` : `message ${String(item.messageId)}`,
      input.pass,
      item.messageId,
      item.reason.toWellFormed(),
      raw,
      at,
      at,
    );
  }
  if (db.get('SELECT 1 FROM bad_item WHERE chat_key = ? LIMIT 1', input.chatKey) !== undefined) {
    for (const message of input.page.messages) {
      db.run(
        'DELETE FROM bad_item WHERE chat_key = ? AND identity = ?',
        input.chatKey,
        `message ${String(message.id)}`,
      );
    }
  }
}

/**
 * Marks the messages that this pass has shown inside the page's range before and does not show now. An item of the page that could not
 * even be identified might be any of them: then nothing is marked.
 */
function markGone(scope: PageScope, input: ApplyPageInput): number {
  const { range, page } = input;
  if (range === null || page.bad.some((item) => item.messageId === null)) {
    return 0;
  }
  const here = new Set(page.messages.map((message) => message.id));
  for (const item of page.bad) {
    if (item.messageId !== null) {
      here.add(item.messageId);
    }
  }
  const { db } = scope.context;
  let gone = 0;
  const known = db.all<{ key: number; id: number }>(
    'SELECT key, id FROM message WHERE chat_key = ? AND id BETWEEN ? AND ? AND gone_since IS NULL AND passes & ? <> 0',
    input.chatKey,
    range.lo,
    range.hi,
    scope.passBit,
  );
  for (const message of known) {
    if (here.has(message.id)) {
      continue;
    }
    gone += 1;
    db.run('UPDATE message SET gone_since = ? WHERE key = ?', input.at, message.key);
    scope.context.change({
      field: 'message.gone',
      accountId: scope.accountId,
      chatId: scope.chatId,
      messageId: message.id,
      mediaId: null,
      before: null,
      after: new Date(input.at).toISOString(),
    });
    markMediaOf(scope, message.key);
  }
  return gone;
}
