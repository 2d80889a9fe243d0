/** Brings a target to what the plan says: the rows of the plan become items for the writing threads, their results go into the index. */
import type { PutMethod } from '../target/target.ts';
import type { ExportConflict, ExportHooks } from '../../contract/export-shapes.ts';
import type { ExportItemResult, ExportItemRow } from '../../index/exports/calls.ts';
import { blobPath, storePaths, type StorePaths } from '../../files/library/store-paths.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { rowPages } from '../plan/plan.ts';
import { putAll } from './put-flow.ts';
import type { PutItem, PutPlace, PutResult } from './put-jobs.ts';
import type { PutPool } from './put-pool.ts';
import type { RunTally } from './run-tally.ts';

export interface WriteJob {
  readonly job: number;
  readonly dir: string;
  readonly method: PutMethod;
  readonly conflict: ExportConflict;
  readonly sync: 'each' | 'whole';
  readonly expected: { readonly files: number; readonly bytes: number };
}

/** AppError `interrupted`, `disk_full`, `target_unusable`, `media_offline`; what was written until then is noted. */
export async function writeFiles(
  job: WriteJob,
  pool: PutPool,
  place: PutPlace,
  ports: ExportPorts,
  signal: AbortSignal,
  tally: RunTally,
  hooks: Pick<ExportHooks, 'whenGoing'>,
): Promise<void> {
  const paths = storePaths(ports.libraryRoot);
  /** Rows under way, by `seq`. */
  const rows = new Map<number, ExportItemRow>();
  async function* items(): AsyncGenerator<PutItem[]> {
    for await (const page of rowPages(job.job, ports)) {
      yield page.flatMap((row) => {
        const item = itemOf(row, paths);
        if (item !== null) {
          rows.set(row.seq, row);
        } else if (row.state === 'failed' && row.path === null) {
          tally.fail(row, row.reason ?? 'failed');
        }
        return item ?? [];
      });
    }
  }
  await putAll({ ...job, place, batchFiles: ports.batchFiles }, pool, items(), signal, {
    follow: (bytes) => tally.follow(bytes),
    tick: () => tally.tick(),
    whenGoing: () => hooks.whenGoing(),
    settle: async ({ results: put, undated }) => {
      tally.undated += undated;
      const results: ExportItemResult[] = [];
      for (const result of put) {
        const row = rows.get(result.seq);
        rows.delete(result.seq);
        if (row !== undefined) {
          tally.take(row, result);
          const noted = resultOf(row, result);
          results.push(...(noted === null ? [] : [noted]));
        }
      }
      if (results.length > 0) {
        await ports.index.write.settleExport({ jobId: job.job, at: ports.now(), version: ports.version, results });
      }
      tally.tick();
    },
  });
}

/** Null: nothing of the row can be put anywhere. */
function itemOf(row: ExportItemRow, paths: StorePaths): PutItem | null {
  if (row.path === null || row.sha256 === null || row.ext === null || row.bytes === null) {
    return null;
  }
  return {
    seq: row.seq,
    source: blobPath(paths, row.sha256, row.ext).file,
    path: row.path,
    mediaId: row.mediaId,
    sha256: row.sha256,
    bytes: row.bytes,
    sentAt: row.sentAt,
    before: row.written === null || row.writtenMs === null ? null : { sha256: row.written, writtenMs: row.writtenMs },
  };
}

/** Null: the index says so already. */
function resultOf(row: ExportItemRow, result: PutResult): ExportItemResult | null {
  switch (result.outcome) {
    case 'written':
    case 'found': {
      const { seq, path, method, writtenMs } = result;
      return row.sha256 === null ? null : { seq, state: 'done', path, written: row.sha256, writtenMs, method };
    }
    case 'same':
      return row.state === 'done' || row.written === null || row.writtenMs === null || row.path === null
        ? null
        : {
            seq: result.seq,
            state: 'done',
            path: row.path,
            written: row.written,
            writtenMs: row.writtenMs,
            method: row.method ?? 'found',
          };
    case 'kept':
      return null;
    case 'skipped':
      return { seq: result.seq, state: 'skipped', reason: result.reason, stands: false };
    case 'failed':
      return { seq: result.seq, state: 'failed', reason: result.reason, stands: result.stands };
  }
}
