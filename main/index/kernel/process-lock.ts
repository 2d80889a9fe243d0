/**
 * Keeps a second process from writing. Two files beside the index:
 *
 * - `index.guard`: an empty SQLite file whose write lock is held as long as the index is open. The operating system gives that lock to one
 *   process and takes it back when the process ends, however it ends: there is no stale lock to judge and no race in taking one over.
 * - `index.lock`: who holds it, for the message alone. Left behind by a killed process it means nothing.
 *
 * Nobody may open `index.guard` by other means than SQLite in the process that holds it: closing any descriptor of a file drops a
 * process's POSIX locks on it.
 */
import Database from 'better-sqlite3';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../../lib/app-error.ts';

export interface ProcessLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** Throws AppError `library_locked`, naming the process that holds it. */
export function takeLock(indexPath: string, pid: number, now: Date): ProcessLock {
  const folder = dirname(indexPath);
  const guard = new Database(join(folder, 'index.guard'), { timeout: 0 });
  try {
    // No journal file: nothing is ever written.
    guard.pragma('journal_mode = memory');
    guard.exec('BEGIN IMMEDIATE');
  } catch (error) {
    guard.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
      throw lockedBy(folder, holderOf(folder));
    }
    throw error;
  }
  const note = join(folder, 'index.lock');
  const holder: Holder = { pid, host: hostname(), since: now.toISOString() };
  writeFileSync(note, `${JSON.stringify(holder)}\n`);
  return {
    release() {
      rmSync(note, { force: true });
      guard.close();
    },
  };
}

/** Who holds the lock, as far as can be read; only meaningful while it is held. */
function holderOf(folder: string): Holder | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(folder, 'index.lock'), 'utf8'));
    return isHolder(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

const isHolder = (value: unknown): value is Holder =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  Number.isInteger(value.pid) &&
  'host' in value &&
  typeof value.host === 'string' &&
  'since' in value &&
  typeof value.since === 'string';

function lockedBy(folder: string, holder: Holder | null): AppError {
  const who =
    holder === null
      ? 'another process'
      : holder.host === hostname()
        ? `process ${String(holder.pid)}`
        : `process ${String(holder.pid)} on ${holder.host}`;
  return new AppError(
    'library_locked',
    `The library is in use by ${who}: ${folder}`,
    'Wait for it to finish, or end it, and try again.',
  );
}
