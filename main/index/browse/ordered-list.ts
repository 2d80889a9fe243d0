/** What the orders of a list share. */
import { type MediaFilter } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type Key } from './media.ts';
import { type MediaScope, type TextLimit } from './media-sql.ts';
import { isOnlyAccount, listedIn } from './tallies.ts';

/** Up to this many rows may be sorted; of more, an index in the order is walked. */
export const SORTED = 20_000;

/** The sort key of a row. Rows with `value` null come after all others. */
export interface OrderedKey extends Key {
  readonly value: number | null;
}

/** The last row of a page. */
export interface Place {
  readonly value: number | null;
  readonly sentAt: number;
  readonly mediaKey: number;
  readonly chatKey: number;
}

/** A list as it is asked for. */
export interface List {
  readonly db: ReadableDatabase;
  readonly filter: MediaFilter;
  readonly text: TextLimit;
  readonly scopes: readonly MediaScope[];
  readonly descending: boolean;
}

/** A stretch of the list in which all rows are alike: newest first within. */
export interface Section {
  /** The cursor of the next page. */
  readonly id: number;
  readonly filter: MediaFilter;
  readonly scopes: readonly MediaScope[];
}

export const newestFirst = (a: Key, b: Key): number =>
  b.sentAt - a.sentAt || b.mediaKey - a.mediaKey || b.chatKey - a.chatKey;

/** How rows to be sorted are found: in the chats of an account that has few. */
export const sortedScope = ({ db, filter: { accountId } }: List, scope: MediaScope): MediaScope =>
  scope.by === 'lead' && accountId !== null && listedIn(db, -accountId) <= SORTED ? { ...scope, byChats: true } : scope;

/** By nothing but kind, or by the account where there is no other. */
export function leavesNothingOut(db: ReadableDatabase, filter: MediaFilter): boolean {
  const { accountId, states, from, to, sender, minMs, maxMs, minBytes, maxBytes, shape } = filter;
  return (
    states.length === 0 &&
    [from, to, sender].every((limit) => limit === null) &&
    [minMs, maxMs, minBytes, maxBytes, shape].every((limit) => limit === undefined) &&
    (accountId === null || isOnlyAccount(db, accountId))
  );
}
