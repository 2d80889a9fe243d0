/** An exported folder against its manifest: no library is needed for it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import type { ExportProblem, FolderCheck } from '../../contract/export-shapes.ts';
import { AppError } from '../../lib/app-error.ts';
import { isInside, realInside } from '../../lib/safe-path.ts';
import { DiskNames } from '../target/disk-names.ts';
import { interrupted } from '../target/target-errors.ts';
import { MANIFEST, parseManifestLine, TAG_MANIFEST } from './manifest.ts';
import { OWN_FOLDER } from '../target/marker.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import {
  exportRoot,
  isBag,
  noManifest,
  SIGNATURE,
  SIGNATURE_TEXT,
  STAMP,
  STAMP_REQUEST,
  STAMP_TEXT,
} from './proof-files.ts';

export interface CheckHooks {
  /** Once at the start, after every file, and within files of more than a MiB. `total`: files that the manifests name. */
  onProgress(progress: { readonly checked: number; readonly total: number; readonly bytes: number }): void;
  /** A file that is not as the manifest says, or that it does not name. */
  onProblem(path: string, problem: ExportProblem['problem']): void;
}

const AT_ONCE = 4;

/**
 * Hashes every file that the manifest names (in a bag, the tag manifest too), then lists the files that it does not name. AppError `usage` when there is no manifest or it cannot be
 * read, `interrupted`. A path that leads out of the folder, also by a link, counts as missing.
 */
export async function verifyExport(dir: string, signal: AbortSignal, hooks: CheckHooks): Promise<FolderCheck> {
  const root = await exportRoot(dir);
  const bag = await isBag(root);
  const manifests = bag ? [MANIFEST, TAG_MANIFEST] : [MANIFEST];
  const names = new DiskNames(root);
  const counts = { checked: 0, ok: 0, missing: 0, changed: 0, unlisted: 0 };
  const listed = new Set<string>();
  const total = await countLines(root, manifests, signal);
  let bytes = 0;
  const tell = (): void => hooks.onProgress({ checked: counts.checked, total: Math.max(total, counts.checked), bytes });
  tell();
  const queue = new PQueue({ concurrency: AT_ONCE });
  const check = async (sha256: string, path: string): Promise<void> => {
    let chunks = 0;
    const found = await hashOf(root, path, names, signal, (more) => {
      bytes += more;
      chunks += 1;
      if (chunks > 1) {
        tell();
      }
    });
    counts.checked += 1;
    const result = found === null ? 'missing' : found === sha256 ? 'ok' : 'changed';
    counts[result] += 1;
    if (result !== 'ok') {
      hooks.onProblem(path, result);
    }
    tell();
  };
  const failures: unknown[] = [];
  for (const manifest of manifests) {
    for await (const { sha256, path } of linesOf(root, manifest, bag)) {
      if (signal.aborted || failures.length > 0) {
        break;
      }
      listed.add(path.normalize('NFC'));
      await queue.onSizeLessThan(AT_ONCE * 2);
      queue
        .add(() => check(sha256, path))
        .catch((error: unknown) => {
          failures.push(error);
        });
    }
  }
  await queue.onIdle();
  if (signal.aborted) {
    throw interrupted(signal.reason);
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  let isForeign = false;
  for await (const path of filesIn(root, signal)) {
    if (!listed.has(path.normalize('NFC')) && !isOwn(path, bag)) {
      counts.unlisted += 1;
      isForeign ||= bag && path.startsWith('data/');
      hooks.onProblem(path, 'unlisted');
    }
  }
  return { ...counts, whole: counts.missing + counts.changed === 0 && !isForeign };
}

/** What an export and its proofs put beside the listed files, and what systems leave in every folder that they show. */
const isOwn = (path: string, bag: boolean): boolean =>
  path === (bag ? TAG_MANIFEST : MANIFEST) ||
  [SIGNATURE, SIGNATURE_TEXT, STAMP_REQUEST, STAMP, STAMP_TEXT].includes(path) ||
  path.startsWith(`${OWN_FOLDER}/`) ||
  /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path);

/** Every file and link, as a path below `root` with `/` between names. Links are not followed. AppError `target_unusable`, `interrupted`. */
async function* filesIn(root: string, signal: AbortSignal, below = ''): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(join(root, below))) {
      if (signal.aborted) {
        throw interrupted(signal.reason);
      }
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        yield* filesIn(root, signal, path);
      } else {
        yield path;
      }
    }
  } catch (error) {
    if (systemCode(error) === null) {
      throw error;
    }
    throw new AppError(
      'target_unusable',
      `The folder cannot be read: ${join(root, below)}`,
      'Check the drive and its permissions.',
      { cause: error },
    );
  }
}

/** How many files the manifests name, to say how far a check is. Files that cannot be read count as empty: the check itself reports them. */
async function countLines(root: string, manifests: readonly string[], signal: AbortSignal): Promise<number> {
  let lines = 0;
  for (const manifest of manifests) {
    try {
      for await (const chunk of createReadStream(join(root, manifest), { signal })) {
        const bytes = chunk as Buffer;
        for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
          lines += 1;
        }
      }
    } catch {
      // Reported by the check.
    }
  }
  return lines;
}

async function* linesOf(
  root: string,
  manifest: string,
  bag: boolean,
): AsyncGenerator<{ sha256: string; path: string }> {
  let handle;
  try {
    handle = await open(join(root, manifest), 'r');
  } catch {
    throw noManifest(root);
  }
  try {
    for await (const line of handle.readLines()) {
      if (line === '') {
        continue;
      }
      const entry = parseManifestLine(line, bag);
      if (entry === null) {
        throw noManifest(root);
      }
      yield entry;
    }
  } finally {
    await handle.close();
  }
}

/** Null: not there, not a file, or outside of the folder. */
async function hashOf(
  root: string,
  path: string,
  disk: DiskNames,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string | null> {
  const names = path.split('/');
  if (names.includes('..') || !isInside(root, join(root, ...names))) {
    return null;
  }
  const real = await realInside(root, disk.pathOf(path));
  if (real === null) {
    return null;
  }
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(real, { highWaterMark: 1024 * 1024, signal })) {
      const bytes = chunk as Buffer;
      hash.update(bytes);
      onBytes(bytes.length);
    }
  } catch (error) {
    if (signal.aborted) {
      return null;
    }
    if (systemCode(error) === 'EISDIR' || systemCode(error) === 'ENOENT') {
      return null;
    }
    throw new AppError('target_unusable', `The file cannot be read: ${path}`, 'Check the drive and its permissions.', {
      cause: error,
    });
  }
  return hash.digest('hex');
}
