/** A list by the names of its chats. */
import { type MediaFilter } from '../../contract/shapes.ts';
import { kinds, ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { KEY_COLUMNS, type Source, sourceOf } from './media-sql.ts';
import { leavesNothingOut, type List, type OrderedKey, type Place, type Section, sortedScope } from './ordered-list.ts';
import { tallyRows, wholeMonths } from './tallies.ts';

/** Chats that are asked for at once. */
const CHATS = 100;

/** Where a chat stands among the others. */
export interface ChatPlace {
  readonly key: number;
  readonly name: string;
}

/** Undefined: there is no such chat. */
export const chatPlace = (db: ReadableDatabase, key: number): ChatPlace | undefined =>
  db.get<ChatPlace>('SELECT key, name_order AS name FROM chat WHERE key = ?', key);

/** Rows of a page, and how many rows are sorted in the time of asking one chat for its own. */
const PAGE = 200;
const A_CHAT = 30;

/** Whether sorting all that matches takes less than asking chat by chat, of which most have nothing then. */
export function isFew({ db, filter, text, scopes }: List): boolean {
  if (scopes.some(({ by }) => by === 'chat')) {
    return false;
  }
  if (text !== null) {
    return 'keys' in text || 'media' in text;
  }
  if (filter.kinds.length === 0 && leavesNothingOut(db, filter)) {
    return false;
  }
  const counts = tallyRows<{ n: number }>(db, wholeMonths(filter), scopes, 'kind');
  const n = counts.reduce((sum, each) => sum + each.n, 0);
  return n * n <= A_CHAT * PAGE * chatsOfList(db, filter);
}

/** How many chats a list may have; of all accounts at most. */
const chatsOfList = (db: ReadableDatabase, { accountId }: MediaFilter): number =>
  (accountId === null
    ? db.get<{ n: number | null }>('SELECT max(key) AS n FROM chat')
    : db.get<{ n: number | null }>('SELECT count(*) AS n FROM chat WHERE account_id = ?', accountId)
  )?.n ?? 0;

/** The next rows after a place in a chat, where few match: found as in any other list, and sorted. */
export function sortedByChat(
  list: List,
  after: Place | null,
  place: ChatPlace | undefined,
  limit: number,
): OrderedKey[] {
  const { db, filter, text, scopes, descending } = list;
  const [beyond, way] = descending ? ['<', 'DESC'] : ['>', ''];
  return scopes.flatMap((scope) => {
    const { from, where, values } = sourceOf(filter, sortedScope(list, scope), text, false);
    if (after !== null && place !== undefined) {
      where.push(`((c.name_order, c.key) ${beyond} (?, ?) OR (c.key = ? AND (i.sent_at, i.media_key) < (?, ?)))`);
      values.push(place.name, place.key, place.key, after.sentAt, after.mediaKey);
    }
    return db.all<OrderedKey>(
      `SELECT ${KEY_COLUMNS}, i.chat_key AS value FROM ${from} CROSS JOIN chat c ON c.key = i.chat_key WHERE ${where.join(' AND ')}
       ORDER BY c.name_order ${way}, c.key ${way}, i.sent_at DESC, i.media_key DESC LIMIT ?`,
      ...values,
      limit,
    );
  });
}

/** Chats with an item of the kinds and states asked for, from one on. */
export function* chatSections(
  { db, filter, scopes, descending }: List,
  place: ChatPlace | undefined,
): Generator<Section> {
  const asked = scopes.flatMap((scope) => (scope.by === 'chat' ? [scope.chatKey] : []));
  const way = descending ? 'DESC' : '';
  let after = place;
  // The place itself is among the first: the page before may have ended within it.
  let beyond = descending ? '<=' : '>=';
  for (;;) {
    const { where, values } = chatsOf(filter, asked);
    if (after !== undefined) {
      where.push(`c.name_order ${beyond.charAt(0)}= ? AND (c.name_order, c.key) ${beyond} (?, ?)`);
      values.push(after.name, after.name, after.key);
    }
    const chats = db.all<ChatPlace>(
      `SELECT c.key, c.name_order AS name FROM chat c WHERE ${where.join(' AND ')} ORDER BY c.name_order ${way}, c.key ${way} LIMIT ?`,
      ...values,
      CHATS,
    );
    for (const { key } of chats) {
      yield { id: key, filter, scopes: [{ by: 'chat', chatKey: key, leads: asked.length === 0 }] };
    }
    after = chats.at(-1);
    beyond = descending ? '<' : '>';
    if (after === undefined || chats.length < CHATS) {
      return;
    }
  }
}

function chatsOf({ accountId, kinds: wanted, states }: MediaFilter, asked: readonly number[]): Source {
  const where = ['true'];
  const values: SqlValue[] = [];
  const add = (condition: string, ...bound: SqlValue[]): void => {
    where.push(condition);
    values.push(...bound);
  };
  if (asked.length > 0) {
    add('c.key IN (SELECT value FROM json_each(?))', JSON.stringify(asked));
  } else if (accountId !== null) {
    add('c.account_id = ?', accountId);
  }
  const codes = (column: string, numbers: readonly number[]): string =>
    numbers.length === 0 ? '' : ` AND t.${column} IN (${numbers.join(', ')})`;
  add(
    `EXISTS (SELECT 1 FROM total t WHERE t.scope = c.key${codes(
      'kind',
      wanted.map((kind) => kinds.code(kind)),
    )}${codes(
      'ledger_state',
      states.map((state) => ledgerStates.code(state)),
    )})`,
  );
  return { from: 'chat c', where, values };
}
