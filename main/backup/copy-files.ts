/** Copies files of a library into a target, in batches to the threads that write exports too: beside their place, hashed on the way, synced, then named. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobRow } from '../index/files/calls.ts';
import type { PutReason } from '../export/target/target-errors.ts';
import type { PutItem, PutPlace, PutResult } from '../export/put/put-jobs.ts';
import { createPutPool } from '../export/put/put-pool.ts';
import { putAll } from '../export/put/put-flow.ts';
import { blobPath, storePaths, type StorePaths } from '../files/library/store-paths.ts';
import { AppError } from '../lib/app-error.ts';
import { FAULT_WORDS, type FaultReason } from '../lib/fs-fault.ts';
import { refuse } from './backup-target.ts';
import type { BackupTally } from './backup-tally.ts';

export interface CopyJob {
  /** The library's folder. */
  readonly from: string;
  readonly place: PutPlace;
  readonly method: 'copy' | 'reflink';
  readonly sync: 'each' | 'whole';
  readonly threads: number;
  readonly batchFiles: number | undefined;
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
  const { from, total, threads, ...flow } = job;
  const copying = new Copying(from, job.place.root, tally);
  const pool = createPutPool(threads);
  try {
    await putAll(
      { ...flow, dir: job.place.root, conflict: 'overwrite', expected: total },
      pool,
      copying.itemsOf(wanted),
      signal,
      {
        follow: (bytes) => tally.follow(bytes),
        tick: () => tally.tick(),
        whenGoing: () => Promise.resolve(),
        settle: ({ results }) => copying.settle(results),
      },
    );
  } finally {
    await pool.close();
  }
  return copying.end();
}

class Copying {
  readonly #paths: StorePaths;
  readonly #root: string;
  readonly #tally: BackupTally;
  readonly #folders = new Set<string>();
  readonly #underWay = new Map<number, PutItem>();
  #seq = 0;
  /** Files that the target refused, although it took others. */
  readonly #left: LeftOut[] = [];

  constructor(from: string, root: string, tally: BackupTally) {
    this.#paths = storePaths(from);
    this.#root = root;
    this.#tally = tally;
  }

  async *itemsOf(wanted: AsyncIterable<readonly BlobRow[]>): AsyncGenerator<PutItem[]> {
    for await (const page of wanted) {
      const items = await Promise.all(page.map((blob) => this.#itemOf(blob)));
      items.forEach((item) => this.#underWay.set(item.seq, item));
      yield items;
    }
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

  /** Throws where the target can have no such file. */
  settle(results: readonly PutResult[]): void {
    for (const result of results) {
      const item = this.#underWay.get(result.seq);
      this.#underWay.delete(result.seq);
      if (item !== undefined) {
        this.#take(item, result);
      }
    }
  }

  /** The folders with new names. */
  end(): Set<string> {
    const [first] = this.#left;
    if (first !== undefined) {
      throw leftOut(first, this.#left.length, this.#root);
    }
    return this.#folders;
  }

  #take(item: PutItem, result: PutResult): void {
    if (result.outcome === 'written') {
      this.#folders.add(dirname(join(this.#root, ...item.path.split('/'))));
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
        throw refusalOf(reason, this.#root);
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
