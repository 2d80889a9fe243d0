import { type ReadableDatabase } from '../db/database-types.ts';
import { type ExportSelection, type MediaRef } from '../db/export-calls.ts';
import { type Key, limitOf, scopesOf } from './media.ts';
import { type MediaScope, mediaSql } from './media-sql.ts';

/** Where a walk over a selection goes on: after an item of a scope (a chat's key; 0 = over all chats), or at a place of its list. */
interface Place {
  readonly scope: number;
  readonly sentAt: number;
  readonly mediaKey: number;
}

/** The next items of a selection, oldest first within each chat that it names, or over all; `next` continues, null = the end. */
export function nextOfSelection(
  db: ReadableDatabase,
  selection: ExportSelection,
  after: string | null,
  limit: number,
): { keys: Key[]; next: string | null } {
  return selection.only === null
    ? nextThatMatch(db, selection, after === null ? null : placeOf(after), limit)
    : nextOfList(db, selection.only, after === null ? 0 : Number(after), limit);
}

function nextThatMatch(
  db: ReadableDatabase,
  { filter, except }: ExportSelection,
  after: Place | null,
  limit: number,
): { keys: Key[]; next: string | null } {
  const text = limitOf(db, filter);
  if (text === 'nothing') {
    return { keys: [], next: null };
  }
  const scopes = scopesOf(db, filter)
    .toSorted((a, b) => numberOf(a) - numberOf(b))
    .filter((scope) => after === null || numberOf(scope) >= after.scope);
  const keys: Key[] = [];
  let next: string | null = null;
  for (const scope of scopes) {
    const cursor = after?.scope === numberOf(scope) ? after : null;
    const { sql, values } = mediaSql(filter, scope, text, cursor, limit - keys.length, 'newer');
    keys.push(...db.all<Key>(sql, ...values));
    const last = keys.at(-1);
    if (keys.length >= limit && last !== undefined) {
      next = [numberOf(scope), last.sentAt, last.mediaKey].join('.');
      break;
    }
  }
  const left = mediaKeysOf(db, except);
  return { keys: left.size === 0 ? keys : keys.filter((key) => !left.has(key.mediaKey)), next };
}

const numberOf = (scope: MediaScope): number => (scope.by === 'chat' ? scope.chatKey : 0);

function placeOf(token: string): Place {
  const [scope = NaN, sentAt = NaN, mediaKey = NaN] = token.split('.').map(Number);
  return { scope, sentAt, mediaKey };
}

function nextOfList(
  db: ReadableDatabase,
  only: readonly MediaRef[],
  from: number,
  limit: number,
): { keys: Key[]; next: string | null } {
  const keys = only.slice(from, from + limit).flatMap(({ accountId, mediaId }) =>
    db.all<Key>(
      `SELECT i.chat_key AS chatKey, i.sent_at AS sentAt, i.media_key AS mediaKey FROM media m JOIN item i ON i.media_key = m.key
       WHERE m.account_id = +? AND m.id = +? AND i.lead = 1`,
      accountId,
      mediaId,
    ),
  );
  return { keys, next: from + limit < only.length ? String(from + limit) : null };
}

function mediaKeysOf(db: ReadableDatabase, refs: readonly MediaRef[]): Set<number> {
  return new Set(
    refs
      .flatMap(({ accountId, mediaId }) =>
        db.all<{ key: number }>('SELECT key FROM media WHERE account_id = ? AND id = ?', accountId, mediaId),
      )
      .map(({ key }) => key),
  );
}
