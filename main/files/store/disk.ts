/** The store's work on disk in synchronous steps: for the worker thread, where waiting hurts nobody and each asynchronous call would cost more than its work. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileSource } from '../check/byte-source.ts';
import { type StoredBlob } from '../interface.ts';
import { type Announced, inspect, type Inspection } from '../check/media-check.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { patientlySync } from '../../lib/patience.ts';
import { syncFolderSync } from '../../lib/sync-folder.ts';
import { aborted, markerReadable, requireMarker } from './store-errors.ts';
import { blobPath, type StorePaths } from '../library/store-paths.ts';

/** Set from the other thread to stop long reading. */
export interface Cancel {
  isCancelled(): boolean;
}

const CHUNK = 1024 * 1024;

/** Checks a finished part, whose hash is known, and moves it to its final path. Refused bytes stay where they are. */
export async function storePart(
  paths: StorePaths,
  part: string,
  announced: Announced,
  sha256: string,
  cancel: Cancel,
): Promise<StoredBlob> {
  requireMarker(paths);
  const fd = openSync(part, 'r+');
  let seen: Inspection;
  let bytes: number;
  try {
    bytes = fstatSync(fd).size;
    seen = await inspect(fileSource(fd, bytes), announced);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  const place = makePlace(paths, sha256, seen.ext);
  // A part whose bytes are here already is litter; a kill before the folders are synced leaves them as certain as they were.
  const existed = !moveIn(paths, part, place, bytes, sha256, cancel);
  foldersOf(paths, place).forEach((folder) => {
    syncFolderSync(folder);
  });
  noteCertain(place);
  return toBlob(sha256, bytes, seen, existed);
}

/** `deep` reads every byte. Missing is only said of a library whose marker can be read. */
export function checkBlob(
  paths: StorePaths,
  wanted: { sha256: string; ext: string; bytes: number },
  deep: boolean,
  cancel: Cancel,
): 'ok' | 'missing' | 'corrupt' {
  const { file } = blobPath(paths, wanted.sha256, wanted.ext);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    requireMarker(paths);
    return 'missing';
  }
  if (!found.isFile() || found.size !== wanted.bytes) {
    return 'corrupt';
  }
  if (!deep) {
    return 'ok';
  }
  try {
    return hashFile(file, cancel) === wanted.sha256 ? 'ok' : 'corrupt';
  } catch (error) {
    // A sector that cannot be read on a drive that is there.
    if (systemCode(error) === 'EIO' && markerReadable(paths.marker)) {
      return 'corrupt';
    }
    throw error;
  }
}

/** Moves a file to `damaged/` under a name that is free. False when there was none. */
export function moveAside(paths: StorePaths, file: string): boolean {
  requireMarker(paths);
  makeFolder(paths.damaged);
  for (let attempt = 0; ; attempt += 1) {
    const target = join(paths.damaged, attempt === 0 ? basename(file) : `${basename(file)}.${attempt}`);
    if (existsSync(target)) {
      continue;
    }
    try {
      patientlySync(() => {
        renameSync(file, target);
      });
      syncFolderSync(paths.damaged);
      return true;
    } catch (error) {
      if (systemCode(error) === 'ENOENT' && markerReadable(paths.marker)) {
        return false;
      }
      throw error;
    }
  }
}

export const NEVER: Cancel = { isCancelled: () => false };

/** Where a file goes. */
export interface Place {
  readonly outer: string;
  readonly inner: string;
  readonly file: string;
}

/** Folders whose names this thread has made certain. That one is there says nothing: who made it may not have synced it yet, or was killed before. */
const certain = new Set<string>();

export function toBlob(sha256: string, bytes: number, seen: Inspection, existed: boolean): StoredBlob {
  const { mime, ext, size, odd } = seen;
  return { sha256, bytes, mime, ext, existed, width: size?.width ?? null, height: size?.height ?? null, odd };
}

export function makePlace(paths: StorePaths, sha256: string, ext: string): Place {
  const place = blobPath(paths, sha256, ext);
  // One level at a time and never the root: that one is the library's to make.
  if (!makeFolder(place.inner)) {
    if (!makeFolder(place.outer)) {
      mkdirSync(paths.files);
      syncFolderSync(paths.root);
      makeFolder(place.outer);
    }
    makeFolder(place.inner);
  }
  return place;
}

/** False: the folder above is missing. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    certain.delete(path);
    return true;
  } catch (error) {
    switch (systemCode(error)) {
      case 'EEXIST':
        return true;
      case 'ENOENT':
        return false;
      default:
        throw error;
    }
  }
}

/**
 * Moves to the final path unless the same bytes are there already (false: `from` is removed). A damaged file in the way is set aside. The
 * file is certain once `foldersOf` are synced.
 */
export function moveIn(
  paths: StorePaths,
  from: string,
  place: Place,
  bytes: number,
  sha256: string,
  cancel: Cancel,
): boolean {
  if (isWhole(place.file, bytes, sha256, cancel)) {
    unlinkSync(from);
    return false;
  }
  if (existsSync(place.file)) {
    moveAside(paths, place.file);
  }
  // Another worker may have put the same bytes there since; replacing a whole file by its equal in one step changes nothing.
  // A hard link would tell, but a kill between link and unlink leaves a part that shares its bytes with a stored file.
  patientlySync(() => {
    renameSync(from, place.file);
  });
  return true;
}

/** The folders to sync for a moved file, innermost first. Also for bytes that were there already: who wrote them may not have come to this step. */
export function foldersOf(paths: StorePaths, { inner, outer }: Place): string[] {
  return [inner, ...(certain.has(inner) ? [] : [outer]), ...(certain.has(outer) ? [] : [paths.files])];
}

/** The folders of this place, those that `foldersOf` named, have been synced. */
export function noteCertain({ inner, outer }: Place): void {
  certain.add(inner);
  certain.add(outer);
}

export function isWhole(file: string, bytes: number, sha256: string, cancel: Cancel): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.isFile() && found.size === bytes && hashFile(file, cancel) === sha256;
}

function hashFile(path: string, cancel: Cancel): string {
  const fd = openSync(path, 'r');
  try {
    return hashOpen(fd, cancel);
  } finally {
    closeSync(fd);
  }
}

function hashOpen(fd: number, cancel: Cancel): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ;) {
    if (cancel.isCancelled()) {
      throw aborted();
    }
    const count = readSync(fd, chunk, 0, CHUNK, at);
    if (count === 0) {
      return hash.digest('hex');
    }
    hash.update(chunk.subarray(0, count));
    at += count;
  }
}
