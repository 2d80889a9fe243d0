import { AppError } from '../../../lib/app-error.ts';
import { type Connection } from '../database.ts';
import { type Migration } from './migration.ts';

/** The schema version that a database says it has; 0 = empty. */
export function schemaVersion(db: Pick<Connection, 'pragma'>): number {
  return Number(db.pragma('user_version'));
}

/** Throws AppError `library_newer` when the database was written by a newer version. */
export function refuseNewer(found: number, known: number): void {
  if (found > known) {
    throw new AppError(
      'library_newer',
      `This library was written by a newer version (schema ${String(found)}, known here: ${String(known)}).`,
      'Update Chatkeep and open the library again.',
    );
  }
}

/**
 * Brings the database to the newest of `migrations`. All missing steps run in one transaction that also sets `user_version`: a failure
 * leaves the old shape untouched. Before the first step on a database that already has one, `backUp` is called with its version and the new
 * one; `onStep` hears of each step of such a database before it runs. Throws AppError `library_newer`. Returns whether anything was done.
 */
export function migrate(
  db: Connection,
  migrations: readonly Migration[],
  backUp: (fromVersion: number, toVersion: number) => void,
  onStep: (step: number, of: number) => void = () => undefined,
): boolean {
  for (const [index, migration] of migrations.entries()) {
    if (migration.version <= (migrations[index - 1]?.version ?? 0)) {
      throw new Error(`migration ${String(migration.version)} does not rise`);
    }
  }
  const from = schemaVersion(db);
  const target = migrations.at(-1)?.version ?? 0;
  refuseNewer(from, target);
  const missing = migrations.filter((migration) => migration.version > from);
  if (missing.length === 0) {
    return false;
  }
  if (from > 0) {
    backUp(from, target);
  }
  // A step may rebuild a table that others refer to; SQLite lets this be switched outside a transaction only.
  db.pragma('foreign_keys = off');
  try {
    db.transaction('write', () => {
      for (const [index, migration] of missing.entries()) {
        if (from > 0) {
          onStep(index + 1, missing.length);
        }
        migration.up(db);
      }
      const broken = db.all<{ table: string }>('PRAGMA foreign_key_check');
      if (broken[0] !== undefined) {
        throw new Error(`a migration left rows of ${broken[0].table} without their parent`);
      }
      db.pragma(`user_version = ${String(target)}`);
    });
  } finally {
    db.pragma('foreign_keys = on');
  }
  return true;
}
