/** A library is one folder that can be moved; `library.json` in it says so. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AppError } from '../../lib/app-error.ts';
import { givenPath } from '../../lib/given-path.ts';
import { LIBRARY_SCHEMA, parseMarker, type LibraryMarker } from './marker.ts';
import { isOnNetwork } from './network-path.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { MARKER_FILE } from './store-paths.ts';

export interface Library {
  /** Absolute. */
  readonly root: string;
  readonly id: string;
  readonly schema: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly created: boolean;
}

export interface LibraryOptions {
  /** Make a library where there is none yet. */
  readonly create: boolean;
  /** Only looked at: the folder may lie on a read-only drive. */
  readonly readOnly?: boolean;
  /** Called when the folder lies on a network drive; opening continues. */
  readonly onNetworkPath?: (root: string) => void;
  readonly isNetworkPath?: (root: string) => Promise<boolean>;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Files that systems create in folders and on new drives. A folder with only these counts as empty. */
const NOT_CONTENT: ReadonlySet<string> = new Set([
  '.DS_Store',
  '.Spotlight-V100',
  '.Trashes',
  '.fseventsd',
  '$RECYCLE.BIN',
  'System Volume Information',
  'Thumbs.db',
  'desktop.ini',
  'lost+found',
]);

/**
 * Opens the library in `dir`, or makes it there when `create` and the folder is empty or missing.
 * Throws AppError `library_not_one`, `library_newer`, `library_damaged`, `library_unwritable`.
 */
export async function openLibrary(dir: string, options: LibraryOptions): Promise<Library> {
  const root = givenPath(dir);
  const found = await readMarker(root);
  const library =
    found === null ? await createLibrary(root, options) : { ...checkMarker(root, found), root, created: false };
  if (options.readOnly !== true) {
    await requireWritable(root);
  }
  if (options.onNetworkPath !== undefined && (await (options.isNetworkPath ?? isOnNetwork)(root))) {
    options.onNetworkPath(root);
  }
  return { root, id: library.id, schema: library.schema, createdAt: library.createdAt, created: library.created };
}

/** Inspects `dir` before a library is opened: nothing, an empty folder, a library (of any age), other content, or no folder. */
export async function inspectFolder(dir: string): Promise<'missing' | 'empty' | 'library' | 'foreign' | 'file'> {
  const root = givenPath(dir);
  const found = await stat(root).catch(() => null);
  if (found === null) {
    return 'missing';
  }
  if (!found.isDirectory()) {
    return 'file';
  }
  if ((await readMarker(root)) !== null) {
    return 'library';
  }
  return ((await contentOf(root)) ?? []).length === 0 ? 'empty' : 'foreign';
}

/** Text of the marker; null when there is none. */
async function readMarker(root: string): Promise<string | null> {
  try {
    return await readFile(join(root, MARKER_FILE), 'utf8');
  } catch (error) {
    switch (systemCode(error)) {
      case 'ENOENT':
        return null;
      case 'ENOTDIR':
        throw new AppError('library_not_one', `${root} is a file, not a folder`, 'Name a folder with --library.');
      default:
        throw new AppError(
          'library_unwritable',
          `the library ${root} cannot be read`,
          'Check that the drive is connected and that this user may read and write it.',
          { cause: error },
        );
    }
  }
}

function checkMarker(root: string, text: string): LibraryMarker {
  const marker = parseMarker(text);
  if (marker === null) {
    throw new AppError(
      'library_damaged',
      `${join(root, MARKER_FILE)} cannot be understood`,
      'Restore this file from a backup; files and index beside it are untouched.',
    );
  }
  if (marker.schema > LIBRARY_SCHEMA) {
    throw new AppError(
      'library_newer',
      `the library ${root} was made by a newer version (${marker.schema}, this one knows ${LIBRARY_SCHEMA})`,
      'Install the newest version of Chatkeep.',
    );
  }
  return marker;
}

async function createLibrary(root: string, options: LibraryOptions): Promise<LibraryMarker & { created: boolean }> {
  const names = await contentOf(root);
  if (names !== null && names.length > 0) {
    throw new AppError(
      'library_not_one',
      `${root} is not a library and not empty`,
      'Name an empty or new folder with --library.',
    );
  }
  if (!options.create) {
    throw new AppError(
      'library_not_one',
      `there is no library in ${root}`,
      'Run a sync to make one, or name another with --library.',
    );
  }
  const marker: LibraryMarker = {
    format: 'chatkeep-library',
    id: randomUUID(),
    schema: LIBRARY_SCHEMA,
    createdAt: new Date((options.now ?? Date.now)()).toISOString(),
  };
  try {
    await makeFolder(root);
    await writeFileAtomic(join(root, MARKER_FILE), `${JSON.stringify(marker, null, 2)}\n`);
  } catch (error) {
    throw unwritable(root, error);
  }
  return { ...marker, created: true };
}

/** With its parents. Node's own `recursive` never ends where a file system answers ENOENT for a child of an existing folder (as /proc does). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const parent = dirname(path);
    if (systemCode(error) === 'EEXIST') {
      return;
    }
    if (systemCode(error) !== 'ENOENT' || parent === path) {
      throw error;
    }
    await makeFolder(parent);
    await mkdir(path);
  }
}

/** Names in the folder that somebody put there; null when it does not exist. */
async function contentOf(root: string): Promise<string[] | null> {
  try {
    return (await readdir(root)).filter((name) => !NOT_CONTENT.has(name) && !name.startsWith('.Trash-'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return null;
    }
    throw unwritable(root, error);
  }
}

/** Asking for permissions lies on many drives; writing does not. */
async function requireWritable(root: string): Promise<void> {
  const probe = join(root, `.write-test-${randomUUID()}`);
  try {
    const handle = await open(probe, 'wx');
    await handle.close();
    await rm(probe);
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') {
      throw unwritable(root, error);
    }
    // A full disk is told where room is asked for; reading a full library must stay possible.
  }
}

function unwritable(root: string, cause: unknown): AppError {
  return new AppError(
    'library_unwritable',
    `the library folder ${root} cannot be written`,
    'Check its permissions and that the drive is connected and not read-only.',
    { cause },
  );
}
