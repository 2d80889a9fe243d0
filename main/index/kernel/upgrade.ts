/** The steps around a schema change: check the free space, copy the old index, report the progress. */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../lib/app-error.ts';
import { type Connection } from './database.ts';
import { syncFolderSync } from '../../lib/sync-folder.ts';

/** How far an older index is on its way. Versions are those of the schema. */
export type UpgradeProgress = { readonly from: number; readonly to: number } & (
  | { readonly stage: 'copying'; readonly copy: string; readonly bytes: number }
  | { readonly stage: 'changing'; readonly step: number; readonly of: number }
  | { readonly stage: 'done'; readonly copy: string }
  | { readonly stage: 'shrinking'; readonly bytes: number }
);

/** Bytes that this user may still write where `path` lies; null where the file system does not tell. */
export type FreeBytes = (path: string) => number | null;

/** Kept free beside what the copy and the change need. */
const SPARE_BYTES = 16 * 1024 * 1024;

/** Where the copy of an index of schema `version` goes: beside it, under a name that says what it is. */
export function copyPath(index: string, version: number): string {
  return `${index}.schema-${String(version)}.bak`;
}

/**
 * Throws AppError `disk_full` unless there is room for a copy of the index and for a change that touches every page of it. Answers the
 * size of the index.
 */
export function requireRoomToUpgrade(db: Connection, path: string, freeBytes: FreeBytes): number {
  const bytes = Number(db.pragma('page_count')) * Number(db.pragma('page_size'));
  const needed = 2 * bytes + SPARE_BYTES;
  const free = freeBytes(dirname(path));
  if (free !== null && free < needed) {
    throw new AppError(
      'disk_full',
      `The index is of an older version, and there is no room to bring it up to date: ${mebibytes(needed)} are needed in ${dirname(path)}, ${mebibytes(free)} are free.`,
      'Free some space on that drive and open the library again. Nothing was changed.',
    );
  }
  return bytes;
}

/**
 * A whole copy of the index before its shape changes. Made again each time, since one of an earlier change would miss what came after it,
 * and under another name first, so that a copy that has its name is whole.
 */
export function copyIndex(db: Connection, path: string, fromVersion: number): string {
  const target = copyPath(path, fromVersion);
  const part = `${target}.part`;
  rmSync(part, { force: true });
  try {
    db.run('VACUUM INTO ?', part);
    const fd = openSync(part, 'r+');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  syncFolderSync(dirname(path));
  return target;
}

/** Less than this much emptiness is not worth the wait. */
const WORTH_BYTES = 32 * 1024 * 1024;

/**
 * Gives back to the file system what an index no longer needs, once that is a third of it: SQLite keeps empty pages otherwise. `onBegin`
 * hears how many bytes are empty. Where there is no room for the rewriting, the index stays as it is: it is as whole as before, and new rows
 * fill the empty pages.
 */
export function shrinkIndex(
  db: Connection,
  path: string,
  freeBytes: FreeBytes,
  onBegin: (bytes: number) => void,
): void {
  const page = Number(db.pragma('page_size'));
  const empty = Number(db.pragma('freelist_count')) * page;
  const whole = Number(db.pragma('page_count')) * page;
  const free = freeBytes(dirname(path));
  if (empty < WORTH_BYTES || empty * 3 < whole || (free !== null && free < 2 * (whole - empty) + SPARE_BYTES)) {
    return;
  }
  onBegin(empty);
  // The copy that SQLite makes on its way is as large as the index: not in memory.
  db.pragma('temp_store = file');
  try {
    db.run('VACUUM');
    db.pragma('wal_checkpoint(truncate)');
  } catch {
    // Undone by SQLite as a whole.
  } finally {
    db.pragma('temp_store = memory');
  }
}

/** Removes the copies of earlier changes: the way back leads to the last version, not to all there ever were. */
export function dropOlderCopies(path: string, keep: string): void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.schema-`;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && /^\d+\.bak(\.part)?$/.test(name.slice(prefix.length)) && name !== basename(keep)) {
      rmSync(join(folder, name), { force: true });
    }
  }
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024).toLocaleString('en')} MiB`;
}
