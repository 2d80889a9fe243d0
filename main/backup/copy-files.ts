/** Copies files of a library into a target, in batches to the threads that write exports too: beside their place, hashed on the way, synced, then named. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import PQueue from 'p-queue';
import type { BlobRow } from '../index/files/calls.ts';
import { type PutReason, type PutStop, stopError } from '../export/target/target-errors.ts';
import type { PutAnswer, PutItem, PutPlace, PutResult } from '../export/put/put-jobs.ts';
import { createPutPool, type PutPool } from '../export/put/put-pool.ts';
import { blobPath, storePaths } from '../files/library/store-paths.ts';
import { AppError } from '../lib/app-error.ts';
import { FAULT_WORDS, type FaultReason } from '../lib/fs-fault.ts';
import { refuse } from './backup-target.ts';
import type { BackupTally } from './backup-tally.ts';

/** Files synced and named together. */
const BATCH_FILES = { each: 128, whole: 1000 } as const;
const BATCH_BYTES = 64 * 1024 * 1024;
const TICK_MS = 250;

export interface CopyJob {
  /** The library's folder. */
  readonly from: string;
  readonly place: PutPlace;
  readonly method: 'copy' | 'reflink';
  readonly sync: 'each' | 'whole';
  readonly threads: number;
  readonly batchFiles: number | null;
  readonly total: { readonly files: number; readonly bytes: number };
}

/**
 * Answers the folders that got new names. Files that the library does not have as it should are told to the tally. AppError `interrupted`,
 * `disk_full`, `target_unusable`, `media_offline`, `usage`.
 */
export async function copyFiles(
  job: CopyJob,
  wanted: AsyncIterable<readonly BlobRow[]>,
  signal: AbortSignal,
  tally: BackupTally,
): Promise<Set<string>> {
  const pool = createPutPool(job.threads);
  tally.follow(() => pool.bytes());
  const timer = setInterval(() => {
    tally.tick();
  }, TICK_MS);
  const stop = (): void => {
    pool.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Copying(job, pool, tally).run(wanted, signal);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
    await pool.close();
  }
}

class Copying {
  readonly #job: CopyJob;
  readonly #pool: PutPool;
  readonly #tally: BackupTally;
  readonly #paths: ReturnType<typeof storePaths>;
  readonly #folders = new Set<string>();
  #seq = 0;
  #stop: { readonly code: PutStop; readonly message: string } | null = null;
  #refused: PutReason | null = null;
  /** Files that the target refused, although it took others. */
  readonly #left: LeftOut[] = [];

  constructor(job: CopyJob, pool: PutPool, tally: BackupTally) {
    this.#job = job;
    this.#pool = pool;
    this.#tally = tally;
    this.#paths = storePaths(job.from);
  }

  async run(wanted: AsyncIterable<readonly BlobRow[]>, signal: AbortSignal): Promise<Set<string>> {
    // While one batch of a thread is synced its next is written.
    const queue = new PQueue({ concurrency: 2 * this.#job.threads });
    const work: Promise<void>[] = [];
    for await (const batch of this.#batches(wanted)) {
      if (signal.aborted) {
        this.#stop ??= { code: 'aborted', message: 'stopped' };
      }
      if (this.#stop !== null) {
        break;
      }
      await queue.onSizeLessThan(1);
      work.push(queue.add(() => this.#copy(batch)));
    }
    await Promise.all(work);
    if (this.#refused !== null) {
      throw refusalOf(this.#refused, this.#job.place.root);
    }
    if (this.#stop !== null) {
      throw stopError(this.#stop.code, this.#stop.message, this.#job.place.root);
    }
    const [first] = this.#left;
    if (first !== undefined) {
      throw leftOut(first, this.#left.length, this.#job.place.root);
    }
    return this.#folders;
  }

  /** Even shares for the threads, none larger than may be synced together. */
  async *#batches(wanted: AsyncIterable<readonly BlobRow[]>): AsyncGenerator<BlobRow[]> {
    const { threads, total, sync, batchFiles } = this.#job;
    const mostFiles = Math.min(batchFiles ?? BATCH_FILES[sync], Math.ceil(total.files / threads));
    const mostBytes = Math.min(BATCH_BYTES, Math.ceil(total.bytes / threads));
    let batch: BlobRow[] = [];
    let bytes = 0;
    for await (const page of wanted) {
      for (const blob of page) {
        batch.push(blob);
        bytes += blob.bytes;
        if (batch.length >= mostFiles || bytes >= mostBytes) {
          yield batch;
          batch = [];
          bytes = 0;
        }
      }
    }
    if (batch.length > 0) {
      yield batch;
    }
  }

  async #copy(batch: readonly BlobRow[]): Promise<void> {
    const items = await Promise.all(batch.map((blob) => this.#itemOf(blob)));
    const { place, method, sync } = this.#job;
    // A file of this name with other bytes is none that anything relies on.
    this.#settle(await this.#pool.run({ place, method, conflict: 'overwrite', sync, items }), items);
  }

  async #itemOf(blob: BlobRow): Promise<PutItem> {
    this.#seq += 1;
    const seq = this.#seq;
    const source = blobPath(this.#paths, blob.sha256, blob.ext).file;
    const found = await stat(source).catch(() => null);
    const { sha256, bytes } = blob;
    const path = `files/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.${blob.ext}`;
    return { seq, source, path, mediaId: 0, sha256, bytes, sentAt: found?.mtimeMs ?? 0, before: null };
  }

  #settle({ results, stop }: PutAnswer, items: readonly PutItem[]): void {
    const bySeq = new Map(items.map((item) => [item.seq, item]));
    for (const result of results) {
      const item = bySeq.get(result.seq);
      if (item !== undefined) {
        this.#take(item, result);
      }
    }
    // The first that is not only the stopping of the others is the reason.
    if (stop !== null && (this.#stop === null || this.#stop.code === 'aborted')) {
      this.#stop = stop;
      this.#pool.stop();
    }
  }

  #take(item: PutItem, result: PutResult): void {
    if (result.outcome === 'written') {
      this.#folders.add(dirname(join(this.#job.place.root, ...item.path.split('/'))));
      this.#tally.take({ copied: result.bytes });
    } else if (result.outcome === 'failed') {
      this.#fail(item, result.reason);
    } else {
      this.#tally.take('there');
    }
  }

  #fail(item: PutItem, reason: PutReason): void {
    switch (reason) {
      case 'damaged':
      case 'missing':
      case 'unreadable':
        this.#tally.take({ sha256: item.sha256, path: item.source, reason });
        break;
      case 'too_large':
      case 'outside':
      case 'exists':
        this.#refused ??= reason;
        this.#pool.stop();
        break;
      default:
        this.#left.push({ path: item.path, reason });
    }
  }
}

interface LeftOut {
  readonly path: string;
  readonly reason: FaultReason;
}

/** Told at the end, when all that can be copied is: the index of an earlier backup stays in its place, and names no file that is not there. */
function leftOut({ path, reason }: LeftOut, files: number, dir: string): AppError {
  return new AppError(
    'target_unusable',
    `Files that ${dir} did not take: ${String(files)}, the first ${path}: ${FAULT_WORDS[reason]}`,
    'Look at that folder, then run the same command again: all other files are copied, and an earlier backup stands as it was.',
  );
}

/** The target, not the library, cannot have the file. */
function refusalOf(reason: PutReason, dir: string): Error {
  switch (reason) {
    case 'too_large':
      return refuse(`The drive of ${dir} does not take files as large as some of the library's`, HINT_LARGE);
    case 'outside':
      return refuse(`A folder in ${dir} is a link that leads out of it`, 'Remove the link, or choose another folder.');
    default:
      return refuse(`Something else has the name of a file in ${dir}`, 'Remove it, or choose another folder.');
  }
}

export const HINT_LARGE = 'Choose a drive with another file system, such as exFAT or NTFS.';
