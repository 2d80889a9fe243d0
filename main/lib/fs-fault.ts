/**
 * Whose fault an error of the file system is. All code that writes files decides by this one table: the store, exports, backups and thumbnails.
 * An error that the table does not name is the fault of the item at hand, and never ends a run.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, statfsSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freeBytesOf, type RoomStats } from './free-room.ts';

/**
 * `nobody`: the file system lacks the operation, and nothing is lost by that. `passing`: the same call may succeed in a moment. `item`, `folder`: the
 * rest can continue. `drive`, `machine`: nothing more can be written.
 */
type FaultOf = 'nobody' | 'passing' | 'item' | 'folder' | 'drive' | 'machine';

/** Stable codes: they are kept in the index, told by `--json` and worded by each shell. */
export type FaultReason =
  | 'unsupported'
  | 'busy'
  | 'full'
  | 'read_only'
  | 'away'
  | 'exhausted'
  | 'denied'
  | 'not_a_folder'
  | 'folder_full'
  | 'too_long'
  | 'too_large'
  | 'io';

/** Operations whose errors mean something else than those of other calls. `rename` stands for removing too. */
export type FsOperation = 'syncFolder' | 'times' | 'link' | 'rename';

export interface FsFault {
  readonly of: FaultOf;
  readonly reason: FaultReason;
  /** The folder in which the call failed; null where the error does not say, as for reads, writes and syncs. */
  readonly folder: string | null;
}

type Row = readonly [operation: FsOperation | 'any', codes: string, of: FaultOf, reason: FaultReason];

/** The first row that fits decides. */
const TABLE: readonly Row[] = [
  // Network, FUSE and pooled drives; EACCES for a folder that may be written but not read.
  ['syncFolder', 'EINVAL ENOTSUP EOPNOTSUPP ENOSYS EACCES EPERM', 'nobody', 'unsupported'],
  ['times', 'EINVAL ENOTSUP EOPNOTSUPP ENOSYS EACCES EPERM', 'nobody', 'unsupported'],
  // EISDIR is what Node makes of the answer of exFAT on Windows.
  ['link', 'EINVAL ENOTSUP EOPNOTSUPP ENOSYS EACCES EPERM EXDEV EMLINK EISDIR UNKNOWN', 'nobody', 'unsupported'],
  // Virus scanners and search indexes hold a new file for a moment.
  ['rename', 'EBUSY EACCES EPERM', 'passing', 'busy'],
  ['any', 'ENOSPC EDQUOT', 'drive', 'full'],
  ['any', 'EROFS', 'drive', 'read_only'],
  ['any', 'ENODEV ENXIO ENOTCONN ESTALE', 'drive', 'away'],
  ['any', 'EMFILE ENFILE ENOMEM', 'machine', 'exhausted'],
  ['any', 'EACCES EPERM', 'folder', 'denied'],
  ['any', 'ENOTDIR ELOOP', 'folder', 'not_a_folder'],
  ['any', 'ENAMETOOLONG', 'item', 'too_long'],
  ['any', 'EFBIG', 'item', 'too_large'],
  ['any', 'EBUSY ETXTBSY', 'item', 'busy'],
];

/** Calls that make a name: only these can fail for want of room in a folder. */
const NAMING: ReadonlySet<string> = new Set(['open', 'mkdir', 'rename', 'link', 'copyfile', 'symlink']);
/** A drive with this much room beyond the item is not full. */
const PLENTY_BYTES = 1024 * 1024;

/** `ENOENT` and the like; null for what is no error of the system. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Looks up the table. `operation` is the attempted call, for errors that depend on it. */
export function faultOf(error: unknown, operation: FsOperation | null = null): FsFault {
  const code = systemCode(error);
  const path = textOf(error, 'dest') ?? textOf(error, 'path');
  if (code === 'EEXIST' && textOf(error, 'syscall') === 'mkdir') {
    return { of: 'folder', reason: 'not_a_folder', folder: path };
  }
  const folder = path === null ? null : dirname(path);
  const row = TABLE.find(([of, codes]) => (of === 'any' || of === operation) && codes.split(' ').includes(code ?? ''));
  return row === undefined ? { of: 'item', reason: 'io', folder } : { of: row[2], reason: row[3], folder };
}

/** How the place of a fault is looked at; tests bring their own. */
export interface FaultLook {
  statFs(folder: string): RoomStats & { readonly files: number; readonly ffree: number };
  /** Whether a new file can be made there. */
  takesFiles(folder: string): boolean;
}

/**
 * `faultOf` after a look at the place. "No space" from a folder that takes no more names (FAT ends at some 16,000 long ones) while the drive has room is
 * the folder's fault. "Denied" for one file of a folder that takes others is the item's.
 *
 * @param needed bytes that the item takes
 */
export function examineFault(error: unknown, needed: number, look: FaultLook = SYSTEM): FsFault {
  const fault = faultOf(error);
  const syscall = textOf(error, 'syscall') ?? '';
  if (fault.folder === null || !NAMING.has(syscall)) {
    return fault;
  }
  if (fault.reason === 'full' && hasRoom(fault.folder, needed, look)) {
    return { ...fault, of: 'folder', reason: 'folder_full' };
  }
  if (fault.reason === 'denied' && syscall !== 'mkdir' && look.takesFiles(fault.folder)) {
    return { ...fault, of: 'item', reason: 'busy' };
  }
  return fault;
}

function hasRoom(folder: string, needed: number, look: FaultLook): boolean {
  try {
    const stats = look.statFs(folder);
    const free = freeBytesOf(stats);
    const outOfNames = stats.files > 0 && stats.ffree === 0;
    return free !== null && free >= needed + PLENTY_BYTES && !outOfNames;
  } catch {
    // Not made yet: the folder above is on the same drive.
    const above = dirname(folder);
    return above !== folder && hasRoom(above, needed, look);
  }
}

const SYSTEM: FaultLook = { statFs: statfsSync, takesFiles };

/** Tried: what permissions say is not true on every drive. */
export function takesFiles(folder: string): boolean {
  const probe = join(folder, `.write-test-${randomUUID()}`);
  try {
    closeSync(openSync(probe, 'wx'));
    unlinkSync(probe);
    return true;
  } catch {
    return false;
  }
}

/** The fault as a clause of an English sentence. */
export const FAULT_WORDS: Readonly<Record<FaultReason, string>> = {
  unsupported: 'the file system cannot do this',
  busy: 'another program holds the file',
  full: 'the drive is full',
  read_only: 'the drive has become read-only',
  away: 'the drive does not answer',
  exhausted: 'the system has no more open files or memory to give',
  denied: 'this user may not write there',
  not_a_folder: 'a file stands where a folder should be',
  folder_full: 'the folder takes no more names, though the drive has room',
  too_long: 'the name is too long for the file system',
  too_large: 'the file is too large for the file system',
  io: 'the drive reports an error',
};

function textOf(error: unknown, field: 'path' | 'dest' | 'syscall'): string | null {
  const value: unknown = error instanceof Error && field in error ? Reflect.get(error, field) : null;
  return typeof value === 'string' ? value : null;
}
