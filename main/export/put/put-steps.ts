/** Single steps of putting files into a target. */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { faultOf, systemCode } from '../../lib/fs-fault.ts';
import { patientlySync } from '../../lib/patience.ts';
import { isInside } from '../../lib/safe-path.ts';
import type { PutItem } from './put-jobs.ts';
import { firstBytes } from '../../naming/target-names.ts';

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

/**
 * Gives a whole file its name. Without `over` nothing is ever replaced: throws EEXIST where something has the name, whoever made it and however late. A
 * hard link does that in one step; where the file system has none, the name is taken with an empty file first, which `claim` notes beforehand so that a
 * run that was killed in between can be cleaned up (`dropClaims`).
 */
export function move(from: string, to: string, over: boolean, claim: (path: string) => void): void {
  if (over) {
    patientlySync(() => {
      renameSync(from, to);
    });
    return;
  }
  try {
    linkSync(from, to);
  } catch (error) {
    if (faultOf(error, 'link').of !== 'nobody') {
      throw error;
    }
    moveOntoClaim(from, to, claim);
    return;
  }
  // The name stands; a second name left in the folder of half-written files is cleared with that.
  rmQuietly(from);
}

/** Without hard links: `move` says how. */
export function moveOntoClaim(from: string, to: string, claim: (path: string) => void): void {
  refuseTaken(to);
  claim(to);
  closeSync(openSync(to, 'wx'));
  try {
    if (!isEmptyFile(to)) {
      throw taken();
    }
    patientlySync(() => {
      renameSync(from, to);
    });
  } catch (error) {
    if (isEmptyFile(to)) {
      rmQuietly(to);
    }
    throw error;
  }
}

function refuseTaken(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw taken();
  }
}

const taken = (): Error => Object.assign(new Error('the name is taken'), { code: 'EEXIST' });

function isEmptyFile(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === 0;
}

function rmQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Cleared by the next run.
  }
}

const CLAIM = 'claim-';

/** Where a writing thread notes the name that it takes: one at a time. */
export function claimsIn(temp: string, root: string, thread: number): (path: string) => void {
  const file = join(temp, `${CLAIM}${String(thread)}`);
  return (path) => {
    writeFileSync(file, relative(root, path));
  };
}

/** Removes empty files with which a killed run took names. */
export function dropClaims(temp: string, root: string): void {
  for (const name of existsSync(temp) ? readdirSync(temp) : []) {
    if (name.startsWith(CLAIM)) {
      const path = readFileSync(join(temp, name), 'utf8');
      if (path !== '' && isInside(root, path) && isEmptyFile(join(root, path))) {
        rmSync(join(root, path), { force: true });
      }
    }
  }
}

/** Makes a folder and those above it. Throws what the system says of the first that cannot be made. */
export function makeFolders(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const above = dirname(path);
    if (systemCode(error) !== 'ENOENT' || above === path) {
      throw error;
    }
    makeFolders(above);
    makeFolder(path);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) {
      throw error;
    }
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
