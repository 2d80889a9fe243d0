import { existsSync, renameSync, rmSync } from 'node:fs';
import { AppError } from '../lib/app-error.ts';
import { connect, type Connection } from './database.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/index.ts';
import { migrate, refuseNewer, schemaVersion } from './migrations/migrate.ts';
import { makePlanTables } from './plan-tables.ts';
import { type ThreadRole } from './thread-messages.ts';
import { closeKilledRuns } from './writes/runs.ts';

/** Opens the index for one thread; the writer creates it and brings it to the newest schema. */
export function openConnection(path: string, role: ThreadRole): Connection {
  const db = connect(path, role === 'writer' ? 'write' : 'read');
  try {
    if (role !== 'writer') {
      checkSchema(db);
      if (role === 'planner') {
        makePlanTables(db);
      }
      return db;
    }
    migrate(db, MIGRATIONS, (fromVersion) => {
      backUp(db, path, fromVersion);
    });
    closeKilledRuns(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkSchema(db: Connection): void {
  const found = schemaVersion(db);
  refuseNewer(found, SCHEMA_VERSION);
  if (found < SCHEMA_VERSION) {
    throw new AppError(
      'library_not_one',
      found === 0 ? 'The index is empty.' : `The index was written by an older version (schema ${String(found)}).`,
      found === 0 ? 'Sync once to fill the library.' : 'Run a sync once; it brings the index up to date.',
    );
  }
}

/** A whole copy beside the index before its shape changes: `index.sqlite.schema-10.bak`. Made under another name first, so that a copy that exists is whole. */
export function backUp(db: Connection, path: string, fromVersion: number): void {
  const target = `${path}.schema-${String(fromVersion)}.bak`;
  if (existsSync(target)) {
    return;
  }
  const part = `${target}.part`;
  rmSync(part, { force: true });
  db.run('VACUUM INTO ?', part);
  renameSync(part, target);
}
