/**
 * Files that an export wrote under names it has given up since: a file replaced at the service by one of another type has another extension.
 * One that stands as it was written goes when its successor is there. One that somebody edited, or that has no successor, stays and is listed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import type { StaleRow } from '../../index/exports/calls.ts';
import { realInside } from '../../lib/safe-path.ts';
import { DiskNames } from '../target/disk-names.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { itemPaperOf } from './item-papers.ts';
import type { WrittenPaper } from '../target/paper-file.ts';
import { ITEM_SUFFIX } from './paper-paths.ts';

const PAGE = 500;

/** Takes away what has a successor; answers whether anything in the target has changed. */
export async function clearStale(jobId: number, root: string, ports: ExportPorts): Promise<boolean> {
  let changed = false;
  for await (const page of pagesOf(jobId, ports)) {
    const gone: string[] = [];
    for (const row of page) {
      const file = row.taken ? null : await fileOf(root, row.path);
      if (file === null) {
        gone.push(row.fold);
      } else if (row.replaced && (await hashOf(file)).sha256 === row.written) {
        const paper = await itemPaperOf(file);
        await Promise.all([file, ...(paper === null ? [] : [paper])].map((path) => rm(path, { force: true })));
        gone.push(row.fold);
      }
    }
    if (gone.length > 0) {
      changed = true;
      await ports.index.write.forgetStale({ jobId, folds: gone });
    }
  }
  return changed;
}

/** The files that stayed, for the manifest. */
export async function* staleThatStay(
  jobId: number,
  root: string,
  ports: Pick<ExportPorts, 'index'>,
): AsyncGenerator<WrittenPaper> {
  for await (const page of pagesOf(jobId, ports)) {
    for (const { path, taken } of page) {
      const file = taken ? null : await fileOf(root, path);
      if (file !== null) {
        yield { path, ...(await hashOf(file)) };
        const paper = await itemPaperOf(file);
        if (paper !== null) {
          yield { path: `${path}${ITEM_SUFFIX}`, ...(await hashOf(paper)) };
        }
      }
    }
  }
}

async function* pagesOf(jobId: number, ports: Pick<ExportPorts, 'index'>): AsyncGenerator<StaleRow[]> {
  for (let after = ''; ;) {
    const page = await ports.index.read.exportStale({ jobId, after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.fold;
    yield page;
  }
}

/** Null: there is none, or a link that leads elsewhere. */
async function fileOf(root: string, path: string): Promise<string | null> {
  const file = new DiskNames(root).pathOf(path);
  const found = await lstat(file).catch(() => null);
  return found?.isFile() === true && (await realInside(root, file)) !== null ? file : null;
}

async function hashOf(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const piece = chunk as Buffer;
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
