/** Brings a target to what the plan says: page by page of it, in batches to the writing threads, results back into the index. */
import type { PutMethod } from '../target/target.ts';
import type { ExportConflict } from '../../contract/export-shapes.ts';
import type { ExportItemResult, ExportItemRow } from '../../index/exports/calls.ts';
import { blobPath, storePaths } from '../../files/library/store-paths.ts';
import { type PutStop, stopError } from '../target/target-errors.ts';
import type { ExportHooks, ExportPorts } from '../plan/export-types.ts';
import { rowPages } from '../plan/plan.ts';
import type { PutAnswer, PutItem, PutPlace, PutResult } from './put-jobs.ts';
import { createPutPool, type PutPool } from './put-pool.ts';
import type { RunTally } from './run-tally.ts';

/** Rounds under way: while one is synced and noted, the next is written. */
const ROUNDS = 2;
/** Files synced and named together. A killed run writes at most what was not synced yet a second time. */
const BATCH_FILES = { each: 128, whole: 1000 } as const;
const BATCH_BYTES = 64 * 1024 * 1024;
/** A second look at what stands there is cheap, but its rows take memory. */
const MOST_ROWS = 5000;
const TICK_MS = 250;

export interface WriteJob {
  readonly job: number;
  readonly dir: string;
  readonly method: PutMethod;
  readonly conflict: ExportConflict;
  readonly threads: number;
  readonly sync: 'each' | 'whole';
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
  const pause = new Pause(pool, hooks);
  const timer = setInterval(() => {
    tally.tick();
    pause.look();
  }, TICK_MS);
  const stop = (): void => {
    pool.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    tally.undated += await new Writer(job, place, ports, pool, tally).run(signal, hooks);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** Holds the threads where they are while a run is paused: a round can take minutes. */
class Pause {
  readonly #pool: PutPool;
  readonly #hooks: Pick<ExportHooks, 'whenGoing'>;
  #asking = false;

  constructor(pool: PutPool, hooks: Pick<ExportHooks, 'whenGoing'>) {
    this.#pool = pool;
    this.#hooks = hooks;
  }

  /** Asks whether the run goes; until the answer comes it does not. */
  look(): void {
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    this.#pool.pause();
    const go = (): void => {
      this.#asking = false;
      this.#pool.resume();
    };
    this.#hooks.whenGoing().then(go, go);
  }
}

class Writer {
  readonly #job: WriteJob;
  readonly #place: PutPlace;
  readonly #ports: ExportPorts;
  readonly #pool: PutPool;
  readonly #tally: RunTally;
  readonly #paths: ReturnType<typeof storePaths>;
  #undated = 0;
  #stop: { readonly code: PutStop; readonly message: string } | null = null;

  constructor(job: WriteJob, place: PutPlace, ports: ExportPorts, pool: PutPool, tally: RunTally) {
    this.#job = job;
    this.#place = place;
    this.#ports = ports;
    this.#pool = pool;
    this.#tally = tally;
    this.#paths = storePaths(ports.libraryRoot);
  }

  async run(signal: AbortSignal, hooks: Pick<ExportHooks, 'whenGoing'>): Promise<number> {
    const underWay: Promise<void>[] = [];
    try {
      for await (const round of this.#rounds()) {
        await hooks.whenGoing();
        if (signal.aborted) {
          this.#stop ??= { code: 'aborted', message: 'stopped' };
        }
        if (this.#stop !== null) {
          break;
        }
        const work = this.#round(round);
        // Heard below; a failure before that must not count as unhandled.
        work.catch(() => undefined);
        underWay.push(work);
        if (underWay.length >= ROUNDS) {
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
    return this.#undated;
  }

  /** Rows that are written at the same time: a batch for each thread. */
  async *#rounds(): AsyncGenerator<ExportItemRow[]> {
    const { threads, sync, job } = this.#job;
    const most = { files: threads * this.#batchFiles(sync), bytes: threads * BATCH_BYTES };
    let round: ExportItemRow[] = [];
    let files = 0;
    let bytes = 0;
    for await (const page of rowPages(job, this.#ports)) {
      for (const row of page) {
        round.push(row);
        files += isNew(row) ? 1 : 0;
        bytes += isNew(row) ? (row.bytes ?? 0) : 0;
        if (files >= most.files || bytes >= most.bytes || round.length >= MOST_ROWS) {
          yield round;
          round = [];
          files = 0;
          bytes = 0;
        }
      }
    }
    if (round.length > 0) {
      yield round;
    }
  }

  #batchFiles(sync: 'each' | 'whole'): number {
    return this.#ports.batchFiles ?? BATCH_FILES[sync];
  }

  async #round(page: readonly ExportItemRow[]): Promise<void> {
    const rows = new Map(page.map((row) => [row.seq, row]));
    const items = page.flatMap((row) => this.#itemOf(row) ?? []);
    for (const row of page) {
      if (row.state === 'failed' && row.path === null) {
        this.#tally.fail(row, row.reason ?? 'failed');
      }
    }
    const answers = await Promise.all(
      batchesOf(items, rows, this.#batchFiles(this.#job.sync), this.#job.threads).map((batch) =>
        this.#pool.run({
          place: this.#place,
          method: this.#job.method,
          conflict: this.#job.conflict,
          sync: this.#job.sync,
          items: batch,
        }),
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
    for (const { results: put, stop, undated } of answers) {
      this.#undated += undated;
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

const isNew = ({ state }: ExportItemRow): boolean => state !== 'done';

/** Even shares for the threads, none larger than may be synced together. Files that are only compared weigh nothing. */
function batchesOf(
  items: readonly PutItem[],
  rows: ReadonlyMap<number, ExportItemRow>,
  mostFiles: number,
  threads: number,
): PutItem[][] {
  const fresh = items.filter(({ seq }) => {
    const row = rows.get(seq);
    return row !== undefined && isNew(row);
  });
  const share = {
    files: Math.min(mostFiles, Math.ceil(fresh.length / threads)),
    bytes: Math.min(BATCH_BYTES, Math.ceil(fresh.reduce((sum, { bytes }) => sum + bytes, 0) / threads)),
    looks: Math.ceil(items.length / threads),
  };
  const batches: PutItem[][] = [];
  let batch: PutItem[] = [];
  let files = 0;
  let bytes = 0;
  const known = new Set(fresh.map(({ seq }) => seq));
  for (const item of items) {
    batch.push(item);
    files += known.has(item.seq) ? 1 : 0;
    bytes += known.has(item.seq) ? item.bytes : 0;
    const full = known.size > 0 ? files >= share.files || bytes >= share.bytes : batch.length >= share.looks;
    if (full) {
      batches.push(batch);
      batch = [];
      files = 0;
      bytes = 0;
    }
  }
  return batch.length === 0 ? batches : [...batches, batch];
}
