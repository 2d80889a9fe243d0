/**
 * Small files from memory, many at a time. Each is checked, hashed and written for itself. Where the file system can be synced as a whole, two syncs
 * make a batch certain, the first its bytes, the second its names. Elsewhere each file is synced, and each folder once. For small files, syncs are most
 * of what the disk has to do.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { memorySource } from '../check/byte-source.ts';
import { foldersOf, isWhole, makePlace, moveIn, NEVER, noteCertain, type Place, toBlob } from './disk.ts';
import { type StoredBlob } from '../interface.ts';
import { inspect, type Inspection } from '../check/media-check.ts';
import { syncFolderSync } from '../../lib/sync-folder.ts';
import { requireMarker } from './store-errors.ts';
import { type BytesToStore, type Outcome } from './store-jobs.ts';
import { type StorePaths } from '../library/store-paths.ts';

interface Checked {
  readonly file: BytesToStore;
  readonly seen: Inspection;
  readonly sha256: string;
  readonly place: Place;
}

interface Written extends Checked {
  /** Null: closed, or the bytes are in their place already. */
  readonly fd: number | null;
  readonly existed: boolean;
}

/**
 * One outcome for each file, in order; a fault of one is none of the others'. When all have ended, what is said to be stored is on the disk for certain.
 *
 * @param syncAll syncs the whole file system; null = every file and folder is synced. When it rejects, so does this, and no file of the batch may be
 *   called stored.
 */
export async function storeBatch(
  paths: StorePaths,
  files: readonly BytesToStore[],
  syncAll: (() => Promise<void>) | null,
): Promise<Outcome<unknown>[]> {
  const faults = new Map<BytesToStore, unknown>();
  /** The steps of a batch: all files that came so far take the next one. */
  const each = <From extends Checked, To>(from: readonly From[], step: (file: From) => To): To[] =>
    from.flatMap((one) => {
      try {
        return [step(one)];
      } catch (error) {
        rmSync(one.file.temp, { force: true });
        faults.set(one.file, error);
        return [];
      }
    });

  const checked: Checked[] = [];
  for (const file of files) {
    try {
      checked.push(await check(paths, file));
    } catch (error) {
      faults.set(file, error);
    }
  }
  const written = each(checked, (file) => write(file, syncAll === null));
  await syncAll?.().catch((error: unknown) => {
    for (const { file } of written) {
      rmSync(file.temp, { force: true });
    }
    throw error;
  });
  const placed = each(each(written, sync), (file) => place(paths, file));
  await syncAll?.();
  const folders = syncAll === null ? syncEach(placed.flatMap((file) => foldersOf(paths, file.place))) : new Map();
  const stored = new Map<BytesToStore, StoredBlob>();
  const synced: Place[] = [];
  for (const { file, sha256, seen, existed, place: at } of placed) {
    const fault = foldersOf(paths, at).find((folder) => folders.has(folder));
    if (fault === undefined) {
      synced.push(at);
      stored.set(file, toBlob(sha256, file.bytes.byteLength, seen, existed));
    } else {
      faults.set(file, folders.get(fault));
    }
  }
  synced.forEach(noteCertain);
  return files.map((file) => {
    const value = stored.get(file);
    return value === undefined ? { ok: false, error: faults.get(file) } : { ok: true, value };
  });
}

async function check(paths: StorePaths, file: BytesToStore): Promise<Checked> {
  const seen = await inspect(memorySource(file.bytes), file.announced);
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  requireMarker(paths);
  return { file, seen, sha256, place: makePlace(paths, sha256, seen.ext) };
}

function write(checked: Checked, keepOpen: boolean): Written {
  const { file, place, sha256 } = checked;
  const { bytes, temp } = file;
  if (isWhole(place.file, bytes.byteLength, sha256, NEVER)) {
    return { ...checked, fd: null, existed: true };
  }
  const fd = openSync(temp, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.byteLength;) {
      at += writeSync(fd, bytes, at, bytes.byteLength - at);
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  if (!keepOpen) {
    closeSync(fd);
  }
  return { ...checked, fd: keepOpen ? fd : null, existed: false };
}

function sync(file: Written): Written {
  if (file.fd !== null) {
    try {
      fsyncSync(file.fd);
    } finally {
      closeSync(file.fd);
    }
  }
  return file;
}

function place(paths: StorePaths, written: Written): Written {
  const { file, place: at, sha256 } = written;
  const existed = written.existed || !moveIn(paths, file.temp, at, file.bytes.byteLength, sha256, NEVER);
  return { ...written, existed };
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
