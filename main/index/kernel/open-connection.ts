import { statfsSync } from 'node:fs';
import { AppError } from '../../lib/app-error.ts';
import { freeBytesOf } from '../../lib/free-room.ts';
import { connect, type Connection } from './database.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/index.ts';
import { migrate, refuseNewer, schemaVersion } from './migrations/migrate.ts';
import { type Migration } from './migrations/migration.ts';
import { type ThreadRole } from './thread-messages.ts';
import {
  copyIndex,
  copyPath,
  dropOlderCopies,
  requireRoomToUpgrade,
  shrinkIndex,
  type FreeBytes,
  type UpgradeProgress,
} from './upgrade.ts';

export interface ConnectionPorts {
  /** Hears how an index of an older version is brought up to date. */
  readonly onUpgrade?: (progress: UpgradeProgress) => void;
  readonly freeBytes?: FreeBytes;
}

/** Opens the index for one thread; the writer creates it and brings it to the newest schema, after a copy of what it was. */
export function openConnection(path: string, role: ThreadRole, ports: ConnectionPorts = {}): Connection {
  const db = connect(path, role === 'writer' ? 'write' : 'read');
  try {
    if (role !== 'writer') {
      checkSchema(db);
      return db;
    }
    bringUpToDate(db, path, MIGRATIONS, ports);
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
      found === 0
        ? 'Sync once to fill the library.'
        : 'Open it once to write: chatkeep verify, a sync or the app bring the index up to date.',
    );
  }
}

/** Exported for tests. A failure leaves the index as it was; the copy stays too. */
export function bringUpToDate(
  db: Connection,
  path: string,
  migrations: readonly Migration[],
  ports: ConnectionPorts,
): void {
  const { onUpgrade = () => undefined, freeBytes = systemFreeBytes } = ports;
  let way: { from: number; to: number; copy: string } | null = null;
  migrate(
    db,
    migrations,
    (from, to) => {
      const bytes = requireRoomToUpgrade(db, path, freeBytes);
      onUpgrade({ from, to, stage: 'copying', copy: copyPath(path, from), bytes });
      way = { from, to, copy: copyIndex(db, path, from) };
    },
    (step, of) => {
      if (way !== null) {
        onUpgrade({ from: way.from, to: way.to, stage: 'changing', step, of });
      }
    },
  );
  finish(path, way, onUpgrade);
  if (way === null) {
    shrinkIndex(db, path, freeBytes, (bytes) =>
      onUpgrade({ from: SCHEMA_VERSION, to: SCHEMA_VERSION, stage: 'shrinking', bytes }),
    );
  }
}

function finish(
  path: string,
  way: { readonly from: number; readonly to: number; readonly copy: string } | null,
  onUpgrade: (progress: UpgradeProgress) => void,
): void {
  if (way !== null) {
    dropOlderCopies(path, way.copy);
    onUpgrade({ ...way, stage: 'done' });
  }
}

const systemFreeBytes = (path: string): number | null => freeBytesOf(statfsSync(path));
