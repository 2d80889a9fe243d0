/**
 * Small files from memory, several at a time: each is checked, hashed, written and synced for itself, but their folders are synced together
 * at the end. For many small files that is most of what the disk has to do.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { memorySource } from './byte-source.ts';
import { foldersOf, isWhole, makePlace, moveIn, NEVER, type Place, toBlob } from './disk.ts';
import { type StoredBlob } from './interface.ts';
import { type Announced, inspect, type Inspection } from './media-check.ts';
import { syncFolderSync } from '../lib/sync-folder.ts';
import { requireMarker } from './store-errors.ts';
import { type StorePaths } from './store-paths.ts';

export interface BytesToStore {
  readonly bytes: Uint8Array;
  readonly announced: Announced;
  /** A free path in the same file system. */
  readonly temp: string;
}

export type Outcome =
  { readonly ok: true; readonly value: StoredBlob } | { readonly ok: false; readonly error: unknown };

interface Checked {
  readonly job: BytesToStore;
  readonly seen: Inspection;
  readonly sha256: string;
  readonly place: Place;
}

interface Written extends Checked {
  /** Null: the bytes are in their place already. */
  readonly fd: number | null;
}

interface Placed extends Checked {
  readonly existed: boolean;
}

/** One outcome for each job, in order; a fault of one is none of the others'. When all have ended, what is said to be stored is on the disk for certain. */
export async function storeBatch(paths: StorePaths, jobs: readonly BytesToStore[]): Promise<Outcome[]> {
  const faults = new Map<BytesToStore, unknown>();
  /** The steps of a batch: all jobs that came so far take the next one. */
  const each = <From extends Checked, To>(from: readonly From[], step: (job: From) => To): To[] =>
    from.flatMap((one) => {
      try {
        return [step(one)];
      } catch (error) {
        rmSync(one.job.temp, { force: true });
        faults.set(one.job, error);
        return [];
      }
    });

  const checked: Checked[] = [];
  for (const job of jobs) {
    try {
      checked.push(await check(paths, job));
    } catch (error) {
      faults.set(job, error);
    }
  }
  const written = each(checked, (job) => ({ ...job, fd: write(job) }));
  const synced = each(written, sync);
  const placed = each(synced, (job) => place(paths, job));
  const folders = syncEach(placed.flatMap((job) => foldersOf(paths, job.place)));
  const stored = new Map<BytesToStore, StoredBlob>();
  for (const { job, sha256, seen, existed, place: at } of placed) {
    const fault = foldersOf(paths, at).find((folder) => folders.has(folder));
    if (fault === undefined) {
      stored.set(job, toBlob(sha256, job.bytes.byteLength, seen, existed));
    } else {
      faults.set(job, folders.get(fault));
    }
  }
  return jobs.map((job) => {
    const value = stored.get(job);
    return value === undefined ? { ok: false, error: faults.get(job) } : { ok: true, value };
  });
}

async function check(paths: StorePaths, job: BytesToStore): Promise<Checked> {
  const seen = await inspect(memorySource(job.bytes), job.announced);
  const sha256 = createHash('sha256').update(job.bytes).digest('hex');
  requireMarker(paths);
  return { job, seen, sha256, place: makePlace(paths, sha256, seen.ext) };
}

function write({ job: { bytes, temp }, place, sha256 }: Checked): number | null {
  if (isWhole(place.file, bytes.byteLength, sha256, NEVER)) {
    return null;
  }
  const fd = openSync(temp, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.byteLength;) {
      at += writeSync(fd, bytes, at, bytes.byteLength - at);
    }
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function sync(job: Written): Written {
  if (job.fd !== null) {
    try {
      fsyncSync(job.fd);
    } finally {
      closeSync(job.fd);
    }
  }
  return job;
}

function place(paths: StorePaths, { fd, ...checked }: Written): Placed {
  const { job, sha256 } = checked;
  const existed = fd === null || !moveIn(paths, job.temp, checked.place, job.bytes.byteLength, sha256, NEVER);
  return { ...checked, existed };
}

/** Syncs each folder once; answers those that could not be, with why. */
function syncEach(folders: readonly string[]): Map<string, unknown> {
  const faults = new Map<string, unknown>();
  for (const folder of new Set(folders)) {
    try {
      syncFolderSync(folder);
    } catch (error) {
      faults.set(folder, error);
    }
  }
  return faults;
}
