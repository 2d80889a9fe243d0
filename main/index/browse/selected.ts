/** A selection of any size as the statements that find its rows. */
import type { MediaRef, Span } from '../../contract/browse-shapes.ts';
import type { MediaFilter } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { limitOf, scopesOf } from './media.ts';
import { mediaSql, type Composed } from './media-sql.ts';

const NO_LIMIT = -1;

/** The keys of media named one by one; what the library does not know is left out. */
export function keysOfRefs(db: ReadableDatabase, refs: readonly MediaRef[]): number[] {
  return db
    .all<{ key: number }>(
      'SELECT m.key FROM json_each(?) r CROSS JOIN media m ON m.account_id = r.value ->> 0 AND m.id = r.value ->> 1',
      JSON.stringify(refs.map(({ accountId, mediaId }) => [accountId, mediaId])),
    )
    .map(({ key }) => key);
}

/** Statements that together find every row that matches within the spans, each row once. `columns` as in `mediaSql`. */
export function rowsWithin(
  db: ReadableDatabase,
  filter: MediaFilter,
  spans: readonly Span[] | null,
  columns: string,
): Composed[] {
  const limit = limitOf(db, filter);
  if (limit === 'nothing') {
    return [];
  }
  const parts = spans === null ? [filter] : spans.map((span) => withinSpan(filter, span));
  return scopesOf(db, filter).flatMap((scope) =>
    parts.map((part) => mediaSql(part, scope, limit, null, NO_LIMIT, 'any', columns)),
  );
}

/** Times bound the walk along the index; the keys decide between rows of its first and last moment. */
export function withinSpan(filter: MediaFilter, span: Span): MediaFilter & { readonly within: Span } {
  return {
    ...filter,
    from: Math.max(filter.from ?? 0, span.oldest.sentAt),
    to: Math.min(filter.to ?? Number.MAX_SAFE_INTEGER, span.newest.sentAt + 1),
    within: span,
  };
}
