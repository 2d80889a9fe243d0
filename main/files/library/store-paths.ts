/** Where things lie in a library folder, and which names are ours. Pure. */
import { join } from 'node:path';

const HASH = /^[0-9a-f]{64}$/;
const EXT = /^[a-z0-9]{1,8}$/;
const PART_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/;
const TEMP_NAME = /^tmp-\d+-[0-9a-f]{16}\.tmp$/;

export const MARKER_FILE = 'library.json';

export interface StorePaths {
  readonly root: string;
  /** The library's marker; where it cannot be read the media root is offline. */
  readonly marker: string;
  readonly files: string;
  readonly parts: string;
  readonly thumbs: string;
  readonly damaged: string;
}

export function storePaths(root: string): StorePaths {
  return {
    root,
    marker: join(root, MARKER_FILE),
    files: join(root, 'files'),
    parts: join(root, 'parts'),
    thumbs: join(root, 'thumbs'),
    damaged: join(root, 'damaged'),
  };
}

/** The two folders above a blob, outermost first, and the blob itself. Throws TypeError on anything that is not a hash and an extension. */
export function blobPath(
  paths: StorePaths,
  sha256: string,
  ext: string,
): { outer: string; inner: string; file: string } {
  if (!HASH.test(sha256) || !EXT.test(ext)) {
    throw new TypeError(`not the name of a stored file: ${JSON.stringify(`${sha256}.${ext}`)}`);
  }
  const outer = join(paths.files, sha256.slice(0, 2));
  const inner = join(outer, sha256.slice(2, 4));
  return { outer, inner, file: join(inner, `${sha256}.${ext}`) };
}

/** The small picture of a blob, and its folder. The hash is one that `blobPath` has looked at. */
export function thumbPath(paths: StorePaths, sha256: string, height: number): { folder: string; file: string } {
  const folder = join(paths.thumbs, sha256.slice(0, 2));
  return { folder, file: join(folder, `${sha256}-${height}.webp`) };
}

/** Hash and extension of a file name in `files/`; null when it is not one of ours. */
export function parseBlobName(name: string): { sha256: string; ext: string } | null {
  const dot = name.indexOf('.');
  const sha256 = name.slice(0, dot);
  const ext = name.slice(dot + 1);
  return dot > 0 && HASH.test(sha256) && EXT.test(ext) ? { sha256, ext } : null;
}

/** The part file and its sidecar. Throws TypeError on a name that could leave the folder or clash with one of ours. */
export function partPaths(paths: StorePaths, name: string): { part: string; sidecar: string } {
  if (!PART_NAME.test(name)) {
    throw new TypeError(`not a usable part name: ${JSON.stringify(name)}`);
  }
  return { part: join(paths.parts, `${name}.part`), sidecar: join(paths.parts, `${name}.json`) };
}

/** A name for a file being written; `random` is 16 hex digits. */
export function tempPath(paths: StorePaths, pid: number, random: string): string {
  return join(paths.parts, `tmp-${pid}-${random}.tmp`);
}

export function isTempName(name: string): boolean {
  return TEMP_NAME.test(name);
}
