import type { MediaOrder } from '../../contract/browse-shapes.ts';
import type { MediaEntry, MediaFilter } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { bounded } from '../kernel/paging.ts';
import { limitOf, mediaKeys, scopesOf } from './media.ts';
import { orderedKeys } from './media-ordered.ts';
import { mediaSql, type MediaCursor, type MediaScope } from './media-sql.ts';
import { entriesAt, mediaKeyOf, type ItemKey } from '../media/entries.ts';
import { positionOf } from './media-counts.ts';

const MOST_AROUND = 100;

/** One page of tiles: newest first, as the `media` read has them, or in another order. `after` is the `next` of the page before. */
export function mediaEntries(
  db: ReadableDatabase,
  input: { filter: MediaFilter; order?: MediaOrder; limit: number; after: string | null },
): { rows: MediaEntry[]; next: string | null } {
  const { filter, order, limit, after } = input;
  const { keys, next } =
    order === undefined || (order.by === 'date' && order.descending)
      ? mediaKeys(db, { ...filter, limit, after })
      : orderedKeys(db, { filter, order, limit, after });
  return { rows: entriesAt(db, keys), next };
}

/** An item among those that match, with its neighbours. Null when the item is not among those that match. */
export function mediaAround(
  db: ReadableDatabase,
  input: { filter: MediaFilter; accountId: number; mediaId: number; newer: number; older: number },
): { rows: MediaEntry[]; index: number; position: number | null } | null {
  const mediaKey = mediaKeyOf(db, input.accountId, input.mediaId);
  const text = limitOf(db, input.filter);
  if (mediaKey === null || text === 'nothing') {
    return null;
  }
  const scopes = scopesOf(db, input.filter);
  const ask = (filter: MediaFilter, order: 'older' | 'newer', from: MediaCursor | null, limit: number): ItemKey[] =>
    scopes
      .flatMap((scope) => {
        const { sql, values } = mediaSql(filter, scope, text, from, limit, order);
        return db.all<ItemKey>(sql, ...values);
      })
      .sort((a, b) => (order === 'older' ? -1 : 1) * (a.sentAt - b.sentAt || a.mediaKey - b.mediaKey))
      .slice(0, limit);
  const own = placesOf(db, scopes, mediaKey).find(
    ({ chatKey, sentAt }) =>
      isWithin(input.filter, sentAt) &&
      // The rows of this one moment: whether the item matches is what the list itself says.
      ask(
        { ...input.filter, from: sentAt, to: sentAt + 1 },
        'older',
        { sentAt, mediaKey: mediaKey + 1 },
        MOST_AROUND,
      ).some((key) => key.mediaKey === mediaKey && key.chatKey === chatKey),
  );
  if (own === undefined) {
    return null;
  }
  const newer = ask(input.filter, 'newer', own, bounded(Math.min(MOST_AROUND, input.newer))).reverse();
  const older = ask(input.filter, 'older', own, bounded(Math.min(MOST_AROUND, input.older)));
  return {
    rows: entriesAt(db, [...newer, own, ...older]),
    index: newer.length,
    position: positionOf(db, input.filter, own),
  };
}

function isWithin(filter: MediaFilter, sentAt: number): boolean {
  return (filter.from === null || sentAt >= filter.from) && (filter.to === null || sentAt < filter.to);
}

/** The rows of an item in the lists that are looked at, newest first. */
function placesOf(db: ReadableDatabase, scopes: readonly MediaScope[], mediaKey: number): ItemKey[] {
  const rows = db.all<ItemKey & { lead: number }>(
    'SELECT chat_key AS chatKey, sent_at AS sentAt, media_key AS mediaKey, lead FROM item WHERE media_key = ?',
    mediaKey,
  );
  return rows
    .filter((row) => scopes.some((scope) => (scope.by === 'lead' ? row.lead === 1 : scope.chatKey === row.chatKey)))
    .sort((a, b) => b.sentAt - a.sentAt || b.chatKey - a.chatKey)
    .map(({ chatKey, sentAt, mediaKey: key }) => ({ chatKey, sentAt, mediaKey: key }));
}
