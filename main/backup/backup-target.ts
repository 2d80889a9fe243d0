/** The folder that a backup goes to: is it fit, and what is in it. */
import { lstat, mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { realOf } from '../export/target/target.ts';
import { inspectFolder } from '../files/library/library.ts';
import { LIBRARY_SCHEMA, parseMarker } from '../files/library/marker.ts';
import { storePaths } from '../files/library/store-paths.ts';
import { AppError } from '../lib/app-error.ts';
import { givenPath } from '../lib/given-path.ts';
import { freeBytesOf } from '../lib/free-room.ts';
import { isInside } from '../lib/safe-path.ts';
import { readMark } from './backup-mark.ts';
import type { BackupPorts } from './backup-types.ts';

export interface BackupTarget {
  /** Absolute; links in its existing part followed. */
  readonly dir: string;
  /** The folder itself, or the nearest one above it that is there. */
  readonly existing: string;
  /** `begun`: a first run was cut. */
  readonly state: 'new' | 'begun' | 'backup';
  /** When it was last made whole, epoch milliseconds; null = not yet. */
  readonly wholeAt: number | null;
}

/** Kept free beside what a backup needs. */
const BACKUP_SPARE_BYTES = 32 * 1024 * 1024;

/** Where everything half written lies: in the target, so that giving a name is no copying. */
export const workFolder = (dir: string): string => join(dir, 'backup.part');

/** Files that a backup writes under fixed names. If they were links, it would write elsewhere. */
const OWN = ['backup.json', 'backup.part', 'files', 'index.sqlite', 'index.guard', 'index.lock', 'library.json'];

/** A target with links followed. AppError `usage` when it is a file, or lies in a library or around it. */
export async function outsideOf(
  to: string,
  libraryRoot: string,
): Promise<{ readonly real: string; readonly existing: string; readonly exists: boolean }> {
  const { real, existing, exists } = await realOf(givenPath(to));
  const found = await stat(existing);
  if (!found.isDirectory()) {
    throw refuse(`Not a folder: ${existing}`, 'Name a folder.');
  }
  // The open library's drive may be away: then a backup can still be restored.
  const root = await realpath(libraryRoot).catch(() => libraryRoot);
  const own = await stat(root).catch(() => null);
  if (real === root || isInside(root, real) || (exists && found.dev === own?.dev && found.ino === own.ino)) {
    throw refuse(`That folder lies in the library: ${real}`, 'Name a folder outside of it, best on another drive.');
  }
  if (isInside(real, root)) {
    throw refuse(`The library lies in that folder: ${real}`, 'Name a folder of its own, best on another drive.');
  }
  return { real, existing, exists };
}

/**
 * Looks at a target without touching it. AppError `usage` for a folder in the library or around it, a file, another library, a library that is no backup
 * and a folder with other content; `library_newer` for a backup by a newer version.
 */
export async function inspectBackupTarget(
  to: string,
  library: { readonly root: string; readonly id: string },
): Promise<BackupTarget> {
  const { real, existing, exists } = await outsideOf(to, library.root);
  await refuseLinks(real);
  const mark = exists ? await readMark(real) : null;
  const wholeAt = mark === null || mark === 'damaged' || mark.at === null ? null : Date.parse(mark.at);
  return { dir: real, existing, state: exists ? await stateOf(real, mark, library.id) : 'new', wholeAt };
}

async function refuseLinks(dir: string): Promise<void> {
  for (const name of OWN) {
    const found = await lstat(join(dir, name)).catch(() => null);
    if (found?.isSymbolicLink() === true) {
      throw refuse(`This is a link: ${join(dir, name)}`, 'Remove it, or name another folder.');
    }
  }
}

async function stateOf(
  dir: string,
  mark: Awaited<ReturnType<typeof readMark>>,
  id: string,
): Promise<BackupTarget['state']> {
  const kind = await inspectFolder(dir);
  if (mark === 'damaged') {
    throw refuse(`The mark of the backup in ${dir} cannot be read`, 'Name another folder.');
  }
  if (mark !== null && mark.library !== id) {
    throw refuse(`The folder holds a backup of another library: ${dir}`, 'Name another folder.');
  }
  switch (kind) {
    case 'missing':
    case 'empty':
      return 'new';
    case 'library':
      await refuseLibrary(dir, id);
      if (mark === null) {
        throw refuse(
          `The folder is in use as a library of its own, not as a backup: ${dir}`,
          'Name another folder: what was added there would be lost.',
        );
      }
      return 'backup';
    default:
      if (mark === null) {
        throw refuse(`The folder holds other things: ${dir}`, 'Name an empty or new folder.');
      }
      return 'begun';
  }
}

async function refuseLibrary(dir: string, id: string): Promise<void> {
  const marker = parseMarker(await readFile(storePaths(dir).marker, 'utf8'));
  if (marker === null) {
    throw refuse(`The mark of the library in ${dir} cannot be read`, 'Name another folder.');
  }
  if (marker.id !== id) {
    throw refuse(`The folder holds another library: ${dir}`, 'Name another folder.');
  }
  if (marker.schema > LIBRARY_SCHEMA) {
    throw new AppError(
      'library_newer',
      `The backup was made by a newer version: ${dir}`,
      'Install the newest version of Chatkeep.',
    );
  }
}

export function refuse(message: string, hint: string): AppError {
  return new AppError('usage', message, hint);
}

/** With its parents, and the folder for files. AppError `usage`, `disk_full`. */
export async function makeFolders(dir: string): Promise<void> {
  await mkdir(storePaths(dir).files, { recursive: true });
}

/** AppError `disk_full` when there is less room than `needed` bytes and some to spare. */
export async function requireRoom(dir: string, needed: number, ports: Pick<BackupPorts, 'statFs'>): Promise<void> {
  const free = freeBytesOf(await ports.statFs(dir));
  if (free !== null && free < needed + BACKUP_SPARE_BYTES) {
    throw new AppError(
      'disk_full',
      `The backup needs ${megabytes(needed)} and ${megabytes(BACKUP_SPARE_BYTES)} to spare; ${megabytes(free)} are free in ${dir}`,
      'Free some space there, or choose another drive: what an earlier backup left there is whole.',
    );
  }
}

function megabytes(bytes: number): string {
  return `${String(Math.ceil(bytes / 1e6))} MB`;
}
