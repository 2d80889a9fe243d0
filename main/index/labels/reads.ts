import { FAVOURITE, type Labels } from '../../contract/browse-shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type SearchRow } from './calls.ts';

const REMOVED_LABELS = `SELECT l.label_id AS id, count(*) AS n FROM media m CROSS JOIN label_media l ON l.media_key = m.key
  WHERE m.removal IS NOT NULL GROUP BY l.label_id`;
const NOTED = `SELECT (SELECT count(*) FROM note)
  - (SELECT count(*) FROM media m CROSS JOIN note n ON n.media_key = m.key WHERE m.removal IS NOT NULL) AS n`;

/** Labels that are not removed, by name, with how many media carry each. */
export function labels(db: ReadableDatabase): Labels {
  const counts = new Map<number, number>();
  // Counted over an index, and what the trash holds taken away: looking at each media item would cost a lookup a row.
  for (const [sign, sql] of [
    [1, 'SELECT label_id AS id, count(*) AS n FROM label_media GROUP BY label_id'],
    [-1, REMOVED_LABELS],
  ] as const) {
    for (const { id, n } of db.all<{ id: number; n: number }>(sql)) {
      counts.set(id, (counts.get(id) ?? 0) + sign * n);
    }
  }
  return {
    favourites: counts.get(FAVOURITE) ?? 0,
    noted: db.get<{ n: number }>(NOTED)?.n ?? 0,
    labels: db
      .all<{ id: number; name: string }>(
        'SELECT id, name FROM label WHERE name IS NOT NULL AND removed_at IS NULL ORDER BY fold, id',
      )
      .map((label) => ({ ...label, count: counts.get(label.id) ?? 0 })),
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
