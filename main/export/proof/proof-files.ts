/** What stands beside the manifest of an exported folder: its signature and its time stamp. Links are neither read nor written through. */
import { unwritable } from '../target/target-errors.ts';
import { createHash } from 'node:crypto';
import { lstat, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AppError } from '../../lib/app-error.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { givenPath } from '../../lib/given-path.ts';
import { MANIFEST, TAG_MANIFEST } from './manifest.ts';
import { realOf } from '../target/target.ts';

/* Validators of bags take names that begin with `manifest-` or `tagmanifest-` for manifests. */
export const SIGNATURE = 'signature.sig';
export const SIGNATURE_TEXT = 'signature.pem';
export const STAMP_REQUEST = 'timestamp.tsq';
export const STAMP = 'timestamp.tsr';
export const STAMP_TEXT = 'timestamp.txt';

/** Replies of authorities have a few kilobytes. */
const MOST_BYTES = 1024 * 1024;

/** The folder of an export, links followed. AppError `usage` when there is no such folder. */
export async function exportRoot(dir: string): Promise<string> {
  const wanted = givenPath(dir);
  try {
    const { real, exists } = await realOf(wanted);
    if (exists && (await stat(real)).isDirectory()) {
      return real;
    }
  } catch {
    // Told below.
  }
  throw new AppError('usage', `There is no folder ${dir}`, 'Name the folder of an export.');
}

export async function isBag(root: string): Promise<boolean> {
  try {
    return (await stat(join(root, 'bagit.txt'))).isFile();
  } catch {
    return false;
  }
}

export const noManifest = (root: string): AppError =>
  new AppError('usage', `There is no manifest that can be read in ${root}`, 'Name the folder of a finished export.');

/** The file that a signature and a stamp are about: the manifest, in a bag the tag manifest, which covers it. */
export interface SignedFile {
  readonly root: string;
  readonly name: string;
  readonly bytes: Buffer;
  /** Hex. */
  readonly sha256: string;
}

/** AppError `usage` without a folder, or without a manifest in it. */
export async function readSignedFile(dir: string): Promise<SignedFile> {
  const root = await exportRoot(dir);
  const name = (await isBag(root)) ? TAG_MANIFEST : MANIFEST;
  try {
    const bytes = await readFile(join(root, name));
    return { root, name, bytes, sha256: sha256Of(bytes) };
  } catch {
    throw noManifest(root);
  }
}

/** `null`: there is none. `unreadable`: a link, a folder, or too large for what it should be. */
export type Proof = Buffer | null | 'unreadable';

export async function readProof(root: string, name: string): Promise<Proof> {
  const path = join(root, name);
  try {
    const found = await lstat(path);
    return found.isFile() && found.size <= MOST_BYTES ? await readFile(path) : 'unreadable';
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? null : 'unreadable';
  }
}

/** The line of a text for people that names what is signed or stamped. */
export const aboutLine = (done: 'signed' | 'stamped', sha256: string): string =>
  `SHA-256 of the ${done} file: ${sha256}`;

/** Which of the two are about another manifest than the present one. Never rejects. */
export async function staleProofs(dir: string): Promise<{ signature: boolean; stamp: boolean }> {
  const [key, stamp] = await Promise.all([readProof(dir, SIGNATURE_TEXT), readProof(dir, STAMP_TEXT)]);
  const signed = key === null && stamp === null ? null : await readSignedFile(dir).catch(() => null);
  const isStale = (text: Proof, done: 'signed' | 'stamped'): boolean =>
    signed !== null && text instanceof Buffer && !text.toString().includes(`\n${aboutLine(done, signed.sha256)}\n`);
  return { signature: isStale(key, 'signed'), stamp: isStale(stamp, 'stamped') };
}

/** AppError `usage` where something stands that `isOwn` does not know, or where the folder cannot be written; `disk_full`. */
export async function writeProof(
  root: string,
  name: string,
  data: Buffer | string,
  isOwn: (before: Buffer) => boolean,
): Promise<void> {
  const before = await readProof(root, name);
  if (before !== null && (before === 'unreadable' || !isOwn(before))) {
    throw new AppError('usage', `Another file has the name ${join(root, name)}`, 'Move it away, then try again.');
  }
  try {
    await writeFileAtomic(join(root, name), data);
  } catch (error) {
    throw unwritable(root, error);
  }
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
