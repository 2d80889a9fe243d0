import { FAVOURITE, type Labels } from '../contract/browse-shapes.ts';
import { type ReadableDatabase } from '../db/database-types.ts';

/** Labels that are not removed, by name, with how many media carry each. */
export function labels(db: ReadableDatabase): Labels {
  const counts = new Map(
    db
      .all<{ id: number; n: number }>('SELECT label_id AS id, count(*) AS n FROM label_media GROUP BY label_id')
      .map(({ id, n }) => [id, n]),
  );
  return {
    favourites: counts.get(FAVOURITE) ?? 0,
    noted: db.get<{ n: number }>('SELECT count(*) AS n FROM note')?.n ?? 0,
    labels: db
      .all<{ id: number; name: string }>(
        'SELECT id, name FROM label WHERE name IS NOT NULL AND removed_at IS NULL ORDER BY fold, id',
      )
      .map((label) => ({ ...label, count: counts.get(label.id) ?? 0 })),
  };
}
