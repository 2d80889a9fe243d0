import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../lib/app-error.ts';
import { interrupted } from './export-errors.ts';
import type { ExportPorts } from './export-types.ts';

const PAGE = 500;

/** With `--on-conflict fail`: AppError `usage` for the first file that stands where one is to go, before anything is written. */
export async function refuseExisting(
  jobId: number,
  root: string,
  ports: ExportPorts,
  signal: AbortSignal,
): Promise<void> {
  for (let after = 0; ;) {
    if (signal.aborted) {
      throw interrupted(signal.reason);
    }
    const page = await ports.index.read.exportItems({ jobId, after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.seq;
    for (const { path, state, sha256, bytes } of page) {
      if (path !== null && state !== 'done' && (await isOther(join(root, ...path.split('/')), sha256, bytes))) {
        throw new AppError(
          'usage',
          `A file with this name exists: ${join(root, path)}`,
          'Choose --on-conflict skip, rename or overwrite, or another folder.',
        );
      }
    }
  }
}

/** What a killed run wrote and did not note is no other file. */
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
