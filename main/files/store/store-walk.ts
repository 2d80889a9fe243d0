/** Lists the stored files page by page, and removes the leftovers of killed processes. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTempName, parseBlobName, type StorePaths } from '../library/store-paths.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { aborted } from './store-errors.ts';

export interface FoundBlob {
  readonly sha256: string;
  readonly ext: string;
  readonly bytes: number;
}

const FOLDER = /^[0-9a-f]{2}$/;

/** Stored files in the order of their hashes. Foreign files are reported to `onForeign` (absolute path) and left alone. */
export async function* walkBlobs(
  paths: StorePaths,
  options: { size: number; signal: AbortSignal; onForeign: (path: string) => void },
): AsyncGenerator<FoundBlob[]> {
  let page: FoundBlob[] = [];
  for await (const inner of leafFolders(paths, options)) {
    for (const blob of await blobsIn(inner, options.onForeign)) {
      page.push(blob);
      if (page.length >= options.size) {
        yield page;
        page = [];
      }
    }
  }
  if (page.length > 0) {
    yield page;
  }
}

interface Leaf {
  readonly path: string;
  /** The first four digits of every hash in it. */
  readonly prefix: string;
}

async function* leafFolders(
  paths: StorePaths,
  options: { signal: AbortSignal; onForeign: (path: string) => void },
): AsyncGenerator<Leaf> {
  for (const outer of await foldersIn(paths.files, options.onForeign)) {
    for (const inner of await foldersIn(join(paths.files, outer), options.onForeign)) {
      if (options.signal.aborted) {
        throw aborted(options.signal.reason);
      }
      yield { path: join(paths.files, outer, inner), prefix: outer + inner };
    }
  }
}

async function foldersIn(path: string, onForeign: (path: string) => void): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory() && FOLDER.test(entry.name)) {
      found.push(entry.name);
    } else {
      onForeign(join(path, entry.name));
    }
  }
  return found.sort();
}

async function blobsIn(leaf: Leaf, onForeign: (path: string) => void): Promise<FoundBlob[]> {
  const found: FoundBlob[] = [];
  for (const entry of await readdir(leaf.path, { withFileTypes: true })) {
    const path = join(leaf.path, entry.name);
    const name = parseBlobName(entry.name);
    if (!entry.isFile() || name === null || !name.sha256.startsWith(leaf.prefix)) {
      onForeign(path);
      continue;
    }
    const bytes = await sizeUnlessGone(path);
    if (bytes !== null) {
      found.push({ ...name, bytes });
    }
  }
  return found.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

async function sizeUnlessGone(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

const OLD_MS = 60 * 60 * 1000;

/** Removes our own temp files and sidecars without a part that are older than an hour. Cut transfers and foreign files stay. Answers how many went. */
export async function sweepLeftovers(paths: StorePaths, now: number): Promise<number> {
  const names = new Set(await readdir(paths.parts));
  let removed = 0;
  for (const name of names) {
    const stray = name.endsWith('.json') && !names.has(`${name.slice(0, -'.json'.length)}.part`);
    if (!stray && !isTempName(name) && !name.endsWith('.json.new')) {
      continue;
    }
    const path = join(paths.parts, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && found.isFile() && now - found.mtimeMs > OLD_MS) {
      await rm(path, { force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Names of cut transfers that are there. */
export async function listParts(paths: StorePaths): Promise<Set<string>> {
  const names = await readdir(paths.parts);
  return new Set(names.filter((name) => name.endsWith('.part')).map((name) => name.slice(0, -'.part'.length)));
}
