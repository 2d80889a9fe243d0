import { type MediaSelection, type Span } from '../../contract/browse-shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type Key, limitOf, scopesOf } from './media.ts';
import { type MediaScope, mediaSql } from './media-sql.ts';
import { keysOfRefs, withinSpan } from './selected.ts';

/** Where a pass over a selection continues: in the list of a scope (a chat's key; 0 = over all chats) and span, after an item. */
interface Place {
  readonly scope: number;
  readonly span: number;
  readonly sentAt: number;
  readonly mediaKey: number;
}

interface Slice {
  readonly keys: Key[];
  readonly next: string | null;
}

/**
 * The next items of a selection, those it excludes among them: oldest first within each chat that the filter names, or over all; then those that were included one by one.
 * `everyChat`: over all, each item once in every chat that has it. `next` continues, null = the end. A slice may be empty and not the last.
 */
export function nextOfSelection(
  db: ReadableDatabase,
  selection: MediaSelection,
  after: string | null,
  limit: number,
  { everyChat }: { readonly everyChat: boolean } = { everyChat: false },
): Slice {
  if (after?.startsWith(INCLUDED) === true) {
    return nextIncluded(db, selection, Number(after.slice(INCLUDED.length)), limit);
  }
  const { keys, next } = nextThatMatch(db, selection, after === null ? null : placeOf(after), limit, everyChat);
  return { keys, next: next ?? (selection.include.length > 0 ? `${INCLUDED}0` : null) };
}

const INCLUDED = 'included ';

function nextThatMatch(
  db: ReadableDatabase,
  { filter, spans }: MediaSelection,
  after: Place | null,
  limit: number,
  everyChat: boolean,
): Slice {
  const text = limitOf(db, filter);
  if (text === 'nothing') {
    return { keys: [], next: null };
  }
  const parts = spans === null ? [filter] : oldestFirst(spans).map((span) => withinSpan(filter, span));
  const scopes = (
    everyChat && filter.chatIds.length === 0 ? allChats(db, filter.accountId) : scopesOf(db, filter)
  ).toSorted((a, b) => numberOf(a) - numberOf(b));
  const keys: Key[] = [];
  for (const scope of scopes) {
    const number = numberOf(scope);
    for (const [span, part] of parts.entries()) {
      if (after !== null && (number < after.scope || (number === after.scope && span < after.span))) {
        continue;
      }
      const cursor = after?.scope === number && after.span === span ? after : null;
      const { sql, values } = mediaSql(part, scope, text, cursor, limit - keys.length, 'newer');
      keys.push(...db.all<Key>(sql, ...values));
      const last = keys.at(-1);
      if (keys.length >= limit && last !== undefined) {
        return { keys, next: [number, span, last.sentAt, last.mediaKey].join(' ') };
      }
    }
  }
  return { keys, next: null };
}

function allChats(db: ReadableDatabase, accountId: number | null): MediaScope[] {
  return db
    .all<{ key: number }>('SELECT key FROM chat WHERE account_id = coalesce(?, account_id)', accountId)
    .map(({ key }) => ({ by: 'chat', chatKey: key }));
}

const numberOf = (scope: MediaScope): number => (scope.by === 'chat' ? scope.chatKey : 0);

function oldestFirst(spans: readonly Span[]): Span[] {
  return spans.toSorted((a, b) => a.oldest.sentAt - b.oldest.sentAt || a.oldest.order - b.oldest.order);
}

function placeOf(token: string): Place {
  const [scope = NaN, span = NaN, sentAt = NaN, mediaKey = NaN] = token.split(' ').map(Number);
  return { scope, span, sentAt, mediaKey };
}

/** Each at its newest message. */
function nextIncluded(db: ReadableDatabase, { include }: MediaSelection, from: number, limit: number): Slice {
  const keys = db.all<Key>(
    `SELECT i.chat_key AS chatKey, i.sent_at AS sentAt, i.media_key AS mediaKey
     FROM json_each(?) k CROSS JOIN item i ON i.media_key = k.value AND i.lead = 1 ORDER BY k.key`,
    JSON.stringify(keysOfRefs(db, include.slice(from, from + limit))),
  );
  return { keys, next: from + limit < include.length ? `${INCLUDED}${String(from + limit)}` : null };
}
