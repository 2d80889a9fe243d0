/** Searches that are kept. */
import { type WritableDatabase } from '../kernel/database-types.ts';
import { foldName } from './fold-name.ts';

/** `id` null makes one. Null: another has the name, or there is none of this id. `query` null keeps what it asks. */
export function saveSearch(
  db: WritableDatabase,
  input: { id: number | null; name: string; query: string | null; at: number },
): { id: number } | null {
  const { id, name, query, at } = input;
  const fold = foldName(name);
  const known = db.get<{ id: number; removed_at: number | null }>(
    'SELECT id, removed_at FROM saved_search WHERE fold = ?',
    fold,
  );
  if (known !== undefined && known.id !== id) {
    if (known.removed_at === null) {
      return null;
    }
    // A removed one gives its name away, and cannot come back after that.
    db.run('DELETE FROM saved_search WHERE id = ?', known.id);
  }
  if (id === null) {
    return query === null
      ? null
      : {
          id: db.insert('INSERT INTO saved_search (name, fold, query, saved_at) VALUES ($name, $fold, $query, $at)', {
            name,
            fold,
            query,
            at,
          }),
        };
  }
  const done = db.run(
    'UPDATE saved_search SET name = $name, fold = $fold, query = coalesce($query, query), saved_at = $at WHERE id = $id AND removed_at IS NULL',
    { name, fold, query, at, id },
  );
  return done === 1 ? { id } : null;
}

/** False: there is none. */
export function removeSearch(db: WritableDatabase, input: { id: number; at: number }): boolean {
  return db.run('UPDATE saved_search SET removed_at = ? WHERE id = ? AND removed_at IS NULL', input.at, input.id) === 1;
}

/** False: there is none, or its name was given to another. */
export function restoreSearch(db: WritableDatabase, input: { id: number }): boolean {
  return db.run('UPDATE saved_search SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL', input.id) === 1;
}
