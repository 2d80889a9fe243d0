/** Brings a target to what the plan says: page by page of it, in batches to the writing threads, results back into the index. */
import type { ExportConflict } from '../contract/export-shapes.ts';
import type { ExportItemResult, ExportItemRow } from '../db/export-calls.ts';
import { blobPath, storePaths } from '../files/store-paths.ts';
import { stopError } from './export-errors.ts';
import type { ExportHooks, ExportPorts } from './export-types.ts';
import type { PutAnswer, PutItem, PutMethod, PutPlace, PutResult, PutStop } from './put-jobs.ts';
import { createPutPool, type PutPool } from './put-pool.ts';
import type { RunTally } from './run-tally.ts';

const PAGE = 500;
/** Pages under way: while the results of one are noted, the next is written. */
const PAGES = 2;
/** A batch is synced as a whole; a killed run writes at most what was not synced yet a second time. */
const BATCH_FILES = 128;
const BATCH_BYTES = 64 * 1024 * 1024;
const TICK_MS = 250;

export interface WriteJob {
  readonly job: number;
  readonly dir: string;
  readonly method: PutMethod;
  readonly conflict: ExportConflict;
  readonly threads: number;
}

/** AppError `interrupted`, `disk_full`, `target_unusable`, `media_offline`; what was written until then is noted. */
export async function writeFiles(
  job: WriteJob,
  place: PutPlace,
  ports: ExportPorts,
  signal: AbortSignal,
  tally: RunTally,
  hooks: Pick<ExportHooks, 'whenGoing'>,
): Promise<void> {
  const pool = createPutPool(job.threads);
  tally.follow(() => pool.bytes());
  const timer = setInterval(() => {
    tally.tick();
  }, TICK_MS);
  const stop = (): void => {
    pool.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Writer(job, place, ports, pool, tally).run(signal, hooks);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
    await pool.close();
  }
}

class Writer {
  readonly #job: WriteJob;
  readonly #place: PutPlace;
  readonly #ports: ExportPorts;
  readonly #pool: PutPool;
  readonly #tally: RunTally;
  readonly #paths: ReturnType<typeof storePaths>;
  #stop: { readonly code: PutStop; readonly message: string } | null = null;

  constructor(job: WriteJob, place: PutPlace, ports: ExportPorts, pool: PutPool, tally: RunTally) {
    this.#job = job;
    this.#place = place;
    this.#ports = ports;
    this.#pool = pool;
    this.#tally = tally;
    this.#paths = storePaths(ports.libraryRoot);
  }

  async run(signal: AbortSignal, hooks: Pick<ExportHooks, 'whenGoing'>): Promise<void> {
    const underWay: Promise<void>[] = [];
    try {
      for (let after = 0; this.#stop === null;) {
        await hooks.whenGoing();
        if (signal.aborted) {
          this.#stop = { code: 'aborted', message: 'stopped' };
          break;
        }
        const page = await this.#ports.index.read.exportItems({ jobId: this.#job.job, after, limit: PAGE });
        const last = page.at(-1);
        if (last === undefined) {
          break;
        }
        after = last.seq;
        const work = this.#page(page);
        // Heard below; a failure before that must not count as unhandled.
        work.catch(() => undefined);
        underWay.push(work);
        if (underWay.length >= PAGES) {
          await underWay.shift();
        }
      }
    } finally {
      await Promise.allSettled(underWay);
    }
    await Promise.all(underWay);
    if (this.#stop !== null) {
      throw stopError(this.#stop.code, this.#stop.message, this.#job.dir);
    }
  }

  async #page(page: readonly ExportItemRow[]): Promise<void> {
    const rows = new Map(page.map((row) => [row.seq, row]));
    const items = page.flatMap((row) => this.#itemOf(row) ?? []);
    for (const row of page) {
      if (row.state === 'failed' && row.path === null) {
        this.#tally.fail(row, row.reason ?? 'failed');
      }
    }
    const answers = await Promise.all(
      batchesOf(items, rows).map((batch) =>
        this.#pool.run({ place: this.#place, method: this.#job.method, conflict: this.#job.conflict, items: batch }),
      ),
    );
    await this.#settle(answers, rows);
  }

  #itemOf(row: ExportItemRow): PutItem | null {
    if (row.path === null || row.sha256 === null || row.ext === null || row.bytes === null) {
      return null;
    }
    return {
      seq: row.seq,
      source: blobPath(this.#paths, row.sha256, row.ext).file,
      path: row.path,
      mediaId: row.mediaId,
      sha256: row.sha256,
      bytes: row.bytes,
      sentAt: row.sentAt,
      before: row.written === null || row.writtenMs === null ? null : { sha256: row.written, writtenMs: row.writtenMs },
    };
  }

  async #settle(answers: readonly PutAnswer[], rows: ReadonlyMap<number, ExportItemRow>): Promise<void> {
    const results: ExportItemResult[] = [];
    for (const { results: put, stop } of answers) {
      for (const result of put) {
        const row = rows.get(result.seq);
        if (row !== undefined) {
          this.#tally.take(row, result);
          const noted = resultOf(row, result);
          if (noted !== null) {
            results.push(noted);
          }
        }
      }
      // The first that is not only the stopping of the others is the reason.
      if (stop !== null && (this.#stop === null || this.#stop.code === 'aborted')) {
        this.#stop = stop;
        this.#pool.stop();
      }
    }
    if (results.length > 0) {
      await this.#ports.index.write.settleExport({
        jobId: this.#job.job,
        at: this.#ports.now(),
        version: this.#ports.version,
        results,
      });
    }
    this.#tally.tick();
  }
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

/** What only has to be looked at weighs nothing. */
function batchesOf(items: readonly PutItem[], rows: ReadonlyMap<number, ExportItemRow>): PutItem[][] {
  const batches: PutItem[][] = [];
  let batch: PutItem[] = [];
  let files = 0;
  let bytes = 0;
  for (const item of items) {
    const isNew = rows.get(item.seq)?.state !== 'done';
    batch.push(item);
    files += isNew ? 1 : 0;
    bytes += isNew ? item.bytes : 0;
    if (files >= BATCH_FILES || bytes >= BATCH_BYTES) {
      batches.push(batch);
      batch = [];
      files = 0;
      bytes = 0;
    }
  }
  return batch.length === 0 ? batches : [...batches, batch];
}
