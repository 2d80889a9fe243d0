/** Facts about a folder and its disk, before and after it becomes a library. */
import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, type WireError } from '../../contract/errors.ts';
import type { FolderFacts } from '../../contract/shapes.ts';
import { inspectFolder } from '../../files/library/library.ts';
import { givenPath } from '../../lib/given-path.ts';
import { freeBytesOf } from '../../lib/free-room.ts';

export async function folderFacts(path: string): Promise<FolderFacts> {
  const root = givenPath(path);
  const kind = await inspectFolder(root);
  if (kind === 'file') {
    return {
      ...NOWHERE,
      path: root,
      kind: 'foreign',
      problem: problem('library_not_one', 'This is a file, not a folder.', 'Choose a folder.'),
    };
  }
  const there = await nearestFolder(root);
  const [disk, writable] = await Promise.all([diskOf(there), isWritable(there)]);
  return {
    path: root,
    kind,
    writable,
    ...disk,
    problem: writable
      ? null
      : problem('library_unwritable', 'The folder cannot be written.', 'Choose another, or change its permissions.'),
  };
}

const NOWHERE = { writable: false, freeBytes: null, totalBytes: null };

const problem = (code: WireError['code'], message: string, hint: string): WireError => err(code, message, hint).error;

/** Null where the disk does not say, e.g. because its drive is away. */
export async function diskOf(path: string): Promise<{ freeBytes: number | null; totalBytes: number | null }> {
  try {
    const stats = await statfs(path);
    const freeBytes = freeBytesOf(stats);
    return { freeBytes, totalBytes: freeBytes === null ? null : stats.blocks * stats.bsize };
  } catch {
    return { freeBytes: null, totalBytes: null };
  }
}

/** The folder itself, or the nearest one above it that exists: there it would be made. */
async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory() === true || dirname(folder) === folder) {
      return folder;
    }
  }
}

export async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Folders looked into before the rest is reckoned: names are hashes, so that any few of them are a fair sample. */
const SAMPLE = 16;
const SAMPLE_FILES = 400;

/** Bytes of the thumbnails: exact for few, reckoned from a sample for many. */
export async function thumbBytes(libraryRoot: string): Promise<number> {
  const root = join(libraryRoot, 'thumbs');
  const folders = await readdir(root).catch(() => []);
  let files = 0;
  let bytes = 0;
  let looked = 0;
  for (const folder of folders) {
    if (looked >= SAMPLE && files >= SAMPLE_FILES) {
      break;
    }
    looked += 1;
    for (const name of await readdir(join(root, folder)).catch(() => [])) {
      const found = await stat(join(root, folder, name)).catch(() => null);
      files += 1;
      bytes += found?.size ?? 0;
    }
  }
  return looked === 0 ? 0 : Math.round((bytes * folders.length) / looked);
}
