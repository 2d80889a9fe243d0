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
import { type CopyAnswers, type CopySetup, type CopyTask, type FromCopyWorker } from './index-copy-messages.ts';
import { openConnection } from '../kernel/open-connection.ts';
import { type ProcessLock, takeLock } from '../kernel/process-lock.ts';
import { explained } from '../kernel/sqlite-errors.ts';
import { errorValue } from '../kernel/thread-messages.ts';
import { forgetBlobs } from '../files/writes.ts';
import { FAULT_WORDS, faultOf, systemCode } from '../../lib/fs-fault.ts';
import { patientlySync } from '../../lib/patience.ts';
import { syncFolderSync } from '../../lib/sync-folder.ts';

/** Copied between two looks whether to stop: 16 MB at the page size of an index. */
const PAGES = 2048;
/** Among so many the last one that was no check is looked for. */
const LAST_RUNS = 20;

// The client has made it.
const setup = workerData as CopySetup;

function say(message: FromCopyWorker): void {
  parentPort?.postMessage(message);
}

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
        say({ is: 'progress', pages: { done: totalPages - remainingPages, total: totalPages } });
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

function stillNamed({ source, sha256 }: Extract<CopyTask, { is: 'named' }>): string[] {
  const db = connect(source, 'read');
  try {
    return knownBlobs(db, { sha256 });
  } finally {
    db.close();
  }
}

class Work {
  readonly #lock: ProcessLock;
  /** The copy; nobody else's, so it needs no lock. */
  #copy: Connection | null = null;

  constructor(lock: ProcessLock) {
    this.#lock = lock;
  }

  async answer(task: CopyTask): Promise<CopyAnswers[CopyTask['is']]> {
    switch (task.is) {
      case 'take':
        await take(task.source);
        this.#copy = openConnection(setup.copy, 'writer');
        return null;
      case 'blobs':
        return blobs(this.#taken(), task);
      case 'named':
        return stillNamed(task);
      case 'forget': {
        const copy = this.#taken();
        copy.transaction('write', () => forgetBlobs(copy, { ...task, runId: null }));
        return null;
      }
      case 'newest':
        return newestBlob(this.#taken()).newestBlob;
      case 'diverged':
        return isDiverged(this.#taken(), task.since);
      case 'publish':
        this.#drop();
        publish();
        return null;
      case 'close':
        this.#drop();
        this.#lock.release();
        return null;
    }
  }

  #taken(): Connection {
    if (this.#copy === null) {
      throw new Error('no copy was taken');
    }
    return this.#copy;
  }

  #drop(): void {
    this.#copy?.close();
    this.#copy = null;
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

async function work(task: CopyTask, held: Work): Promise<void> {
  try {
    say({ is: 'done', value: await held.answer(task) });
  } catch (error) {
    const known = explained(error, 'source' in task ? task.source : setup.target);
    say({ is: 'fault', error: errorValue(known instanceof AppError ? known : ofTarget(known)) });
  }
  if (task.is === 'close') {
    parentPort?.close();
  }
}

function start(): void {
  try {
    const held = new Work(takeLock(setup.target, process.pid, new Date()));
    parentPort?.on('message', (task: CopyTask) => {
      // It answers whatever happens.
      void work(task, held);
    });
    say({ is: 'ready' });
  } catch (error) {
    say({ is: 'refused', error: errorValue(explained(error, setup.target)) });
    parentPort?.close();
  }
}

start();
