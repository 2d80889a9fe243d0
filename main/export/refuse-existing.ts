import type { ExportOptions } from '../contract/export-shapes.ts';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../lib/app-error.ts';
import { DiskNames } from './target/disk-names.ts';
import { interrupted } from './target/target-errors.ts';
import type { ExportPorts } from './plan/export-types.ts';
import { MANIFEST } from './proof/manifest.ts';
import { messagePaths, paperPaths, sidecarPaths } from './papers/paper-paths.ts';
import { rowPages } from './plan/plan.ts';
import type { Target } from './target/target.ts';

/** With `--on-conflict fail`: AppError `usage` for the first file that stands where one is to go, before anything is written. */
export async function refuseExisting(
  jobId: number,
  root: string,
  ports: ExportPorts,
  signal: AbortSignal,
): Promise<void> {
  const names = new DiskNames(root);
  for await (const page of rowPages(jobId, ports)) {
    if (signal.aborted) {
      throw interrupted(signal.reason);
    }
    for (const { path, state, sha256, bytes } of page) {
      if (path !== null && state !== 'done' && (await isOther(names.pathOf(path), sha256, bytes))) {
        throw existing(join(root, path));
      }
    }
  }
}

/** A file that a killed run wrote without recording it is not a foreign file. */
async function isOther(path: string, sha256: string | null, bytes: number | null): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found === null) {
    return false;
  }
  if (!found.isFile() || found.size !== bytes) {
    return true;
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex') !== sha256;
}

/** Papers have fixed names: AppError `usage` where a file that is not this export's stands in the place of one. */
export async function refuseForeignPapers(
  options: ExportOptions,
  { dir, marker }: Target,
  root: string,
): Promise<void> {
  const papers =
    marker !== null
      ? [
          ...options.sidecars
            .filter((each) => !marker.sidecars.includes(each))
            .flatMap((each) => sidecarPaths(each, root)),
          ...(marker.messages === 'none' ? messagePaths(options.messages, root) : []),
        ]
      : options.zip
        ? [join(dir, MANIFEST)]
        : paperPaths(options, dir, root);
  for (const path of marker !== null && options.zip ? [] : papers) {
    if ((await lstat(path).catch(() => null)) !== null) {
      throw existing(path);
    }
  }
}

function existing(path: string): AppError {
  return new AppError(
    'usage',
    `A file with this name exists: ${path}`,
    'Choose another folder, or --on-conflict overwrite.',
  );
}
