/** Single steps of putting files into a target. */
import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { systemCode } from './put-errors.ts';
import type { PutItem } from './put-jobs.ts';
import { firstBytes } from '../naming/target-names.ts';

const LONG_NAME = 100;

/** Whether a file stands as an earlier run wrote it. */
export function isAsLeft(found: Stats, item: PutItem): boolean {
  return (
    item.before !== null &&
    found.isFile() &&
    (found.size === item.bytes || item.before.sha256 !== item.sha256) &&
    Math.trunc(found.mtimeMs) === item.before.writtenMs
  );
}

export function cloned(source: string, target: string): boolean {
  try {
    copyFileSync(source, target, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    rmSync(target, { force: true });
    return false;
  }
}

export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(fd, bytes, at, bytes.length - at);
  }
}

const NO_LINKS: ReadonlySet<string | null> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

/** A rename would silently replace what has appeared meanwhile; a link does not. FAT has no links: there the name is looked at once more. */
export function move(from: string, to: string, over: boolean): void {
  if (over) {
    renameSync(from, to);
    return;
  }
  try {
    linkSync(from, to);
    unlinkSync(from);
  } catch (error) {
    if (!NO_LINKS.has(systemCode(error))) {
      throw error;
    }
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
      throw Object.assign(new Error('exists'), { code: 'EEXIST' });
    }
    renameSync(from, to);
  }
}

/** `a/photo.jpg` → `a/photo~77.jpg`, `a/photo~77-2.jpg` …; a long name gets no longer. */
export function otherName(path: string, mediaId: number, attempt: number): string {
  const slash = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const stem = path.slice(slash, dot);
  const end = `~${String(mediaId)}${attempt === 1 ? '' : `-${String(attempt)}`}${path.slice(dot)}`;
  const most = Math.max(LONG_NAME, Buffer.byteLength(path.slice(slash))) - Buffer.byteLength(end);
  return `${path.slice(0, slash)}${firstBytes(stem, most).trimEnd()}${end}`;
}
