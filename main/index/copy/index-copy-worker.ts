/** Copies an index that may be in use, and puts the copy in the place of another. It holds the lock of the library that the copy is for. */
import type { RunRow } from '../../contract/shapes.ts';
import Database from 'better-sqlite3';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../lib/app-error.ts';
import { blobs, knownBlobs, newestBlob } from '../files/blobs.ts';
import { runs } from '../runs/reads.ts';
import { connect, type Connection } from '../kernel/database.ts';
import { openConnection } from '../kernel/open-connection.ts';
import { type ProcessLock, takeLock } from '../kernel/process-lock.ts';
import { explained } from '../kernel/sqlite-errors.ts';
import { forgetBlobs } from '../files/writes.ts';
import { FAULT_WORDS, faultOf, systemCode } from '../../lib/fs-fault.ts';
import { patientlySync } from '../../lib/patience.ts';
import { syncFolderSync } from '../../lib/sync-folder.ts';
import { serveThread, tellNews } from '../../lib/thread.ts';

/** Copied between two looks whether to stop: 16 MB at the page size of an index. */
const PAGES = 2048;
/** Among so many the last one that was no check is looked for. */
const LAST_RUNS = 20;

export interface CopySetup {
  /** The index that the copy takes the place of; its lock is held as long as the thread lives. */
  readonly target: string;
  /** Where the copy is made: on the same file system. */
  readonly copy: string;
  /** [0] is set to 1 to stop a copy under way. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** Told while a copy is taken. */
export interface CopiedPages {
  readonly done: number;
  readonly total: number;
}

// The client has made it.
const setup = workerData as CopySetup;

/**
 * One state of the index, whatever is written meanwhile: the transaction that is begun first holds its snapshot, so that the copy neither mixes
 * two states nor begins again with each page that somebody writes.
 */
async function take(path: string): Promise<void> {
  for (const rest of ['', '-wal', '-shm', '-journal']) {
    rmSync(`${setup.copy}${rest}`, { force: true });
  }
  const source = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    source.exec('BEGIN');
    source.pragma('schema_version');
    await source.backup(setup.copy, {
      progress: ({ totalPages, remainingPages }) => {
        if (Atomics.load(setup.stop, 0) !== 0) {
          throw new AppError('interrupted', 'Interrupted; nothing is lost.', 'Run the same command again to go on.');
        }
        tellNews({ done: totalPages - remainingPages, total: totalPages } satisfies CopiedPages);
        return PAGES;
      },
    });
  } finally {
    source.close();
  }
}

/** Writes the log back into the index and makes it a single file, which a read-only drive can show too. */
function settle(path: string): void {
  const db = connect(path, 'write');
  try {
    db.pragma('wal_checkpoint(truncate)');
    if (db.pragma('journal_mode = delete') !== 'delete') {
      throw new AppError('library_locked', `The index is in use: ${path}`, 'Close what reads it and try again.');
    }
  } finally {
    db.close();
  }
}

/**
 * The index that was there is settled first: without its log it could be no whole state any more, and its log beside another index would be
 * taken for that one's. One that is damaged is replaced as it is.
 */
function publish(): void {
  settle(setup.copy);
  const fd = openSync(setup.copy, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (existsSync(setup.target)) {
    try {
      settle(setup.target);
    } catch (error) {
      const known = explained(error, setup.target);
      if (!(known instanceof AppError && known.code === 'library_damaged')) {
        throw error;
      }
    }
  }
  for (const rest of ['-wal', '-shm', '-journal']) {
    rmSync(`${setup.target}${rest}`, { force: true });
  }
  patientlySync(() => renameSync(setup.copy, setup.target));
  syncFolderSync(dirname(setup.target));
}

/**
 * Somebody has used the target by itself: it has a run that the copy does not know, or words of a person after `since`, when it was last made
 * whole. No program that writes has opened one without a log. A target that is damaged or of an older version is no reason
 * to stop, since what takes its place is better.
 */
function isDiverged(copy: Connection, since: number | null): boolean {
  if (!existsSync(setup.target)) {
    return false;
  }
  let last: RunRow | null;
  try {
    const target = openConnection(setup.target, 'reader');
    try {
      last = runs(target, { limit: LAST_RUNS, id: null }).find(({ kind }) => kind !== 'verify') ?? null;
      if (since !== null && target.pragma('journal_mode') === 'wal' && newestWord(target) > since) {
        return true;
      }
    } finally {
      target.close();
    }
  } catch (error) {
    const known = explained(error, setup.target);
    if (known instanceof AppError && (known.code === 'library_damaged' || known.code === 'library_not_one')) {
      return false;
    }
    throw error;
  }
  return last !== null && runs(copy, { limit: 1, id: last.id })[0]?.startedAt !== last.startedAt;
}

/** When a person last made a label, labelled, noted or removed something; 0 = never. */
function newestWord(db: Connection): number {
  const row = db.get<{ readonly at: number | null }>(
    `SELECT max(at) AS at FROM (
       SELECT max(at) AS at FROM label_change UNION ALL SELECT max(at) FROM label_media UNION ALL
       SELECT max(at) FROM note UNION ALL SELECT max(at) FROM removal UNION ALL
       SELECT max(max(made_at), coalesce(max(removed_at), 0)) FROM label)`,
  );
  return row?.at ?? 0;
}

function stillNamed({ source, sha256 }: { source: string; sha256: readonly string[] }): string[] {
  const db = connect(source, 'read');
  try {
    return knownBlobs(db, { sha256 });
  } finally {
    db.close();
  }
}

/** Files beside SQLite's own are touched in the target alone. */
function ofTarget(error: unknown): unknown {
  const code = systemCode(error);
  if (code === null || code.startsWith('SQLITE')) {
    return error;
  }
  const { reason } = faultOf(error);
  return new AppError(
    reason === 'full' ? 'disk_full' : 'target_unusable',
    `The index cannot be written in ${dirname(setup.target)}: ${FAULT_WORDS[reason]} (${code})`,
    'Check that drive and its permissions, then run the same command again. What an earlier backup left there is whole.',
  );
}

let lock: ProcessLock | null = null;
/** The copy; nobody else's, so it needs no lock. */
let copy: Connection | null = null;

function taken(): Connection {
  if (copy === null) {
    throw new Error('no copy was taken');
  }
  return copy;
}

function drop(): void {
  copy?.close();
  copy = null;
}

/** Its errors in words for people, where there are any. */
const told =
  <In extends object, Out>(work: (input: In) => Out | Promise<Out>): ((input: In) => Promise<Out>) =>
  async (input) => {
    try {
      return await work(input);
    } catch (error) {
      const path = 'source' in input && typeof input.source === 'string' ? input.source : setup.target;
      const known = explained(error, path);
      throw known instanceof AppError ? known : ofTarget(known);
    }
  };

const work = {
  lock: told((_input: object) => {
    lock = takeLock(setup.target, process.pid, new Date());
  }),
  take: told(async ({ source }: { source: string }) => {
    await take(source);
    copy = openConnection(setup.copy, 'writer');
  }),
  blobs: told((input: { readonly after: string | null; readonly limit: number }) => blobs(taken(), input)),
  stillNamed: told(stillNamed),
  forget: told((input: { readonly at: number; readonly sha256: readonly string[] }) => {
    taken().transaction('write', () => forgetBlobs(taken(), { ...input, runId: null }));
  }),
  newestBlob: told((_input: object) => newestBlob(taken()).newestBlob),
  isDiverged: told(({ since }: { readonly since: number | null }) => isDiverged(taken(), since)),
  publish: told((_input: object) => {
    drop();
    publish();
  }),
  close: told((_input: object) => {
    drop();
    lock?.release();
    // After the answer.
    setImmediate(() => parentPort?.close());
  }),
};
export type CopyWork = typeof work;

serveThread(work);
