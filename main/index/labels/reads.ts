import { FAVOURITE, type Labels } from '../../contract/browse-shapes.ts';
import { LABEL_SCOPES, NOTED } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type SearchRow } from './calls.ts';

/** Labels that are not removed, by name, with how many media carry each; those in the trash are not counted. */
export function labels(db: ReadableDatabase): Labels {
  const countOf = (scope: number): number =>
    db.get<{ n: number }>('SELECT coalesce(sum(n), 0) AS n FROM total WHERE scope = ?', scope)?.n ?? 0;
  return {
    favourites: countOf(LABEL_SCOPES - FAVOURITE),
    noted: countOf(NOTED),
    labels: db
      .all<{ id: number; name: string }>(
        'SELECT id, name FROM label WHERE name IS NOT NULL AND removed_at IS NULL ORDER BY fold, id',
      )
      .map((label) => ({ ...label, count: countOf(LABEL_SCOPES - label.id) })),
  };
}

const MOST_SEARCHES = 500;

/** Kept searches by name. */
export function searches(db: ReadableDatabase): SearchRow[] {
  return db.all<SearchRow>(
    'SELECT id, name, query FROM saved_search WHERE removed_at IS NULL ORDER BY fold LIMIT ?',
    MOST_SEARCHES,
  );
}
