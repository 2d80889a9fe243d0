import type { FileJob, FileResult } from '../../index/files/calls.ts';
import { FileQueue } from '../download/file-queue.ts';
import { HostGauge } from '../download/host-gauge.ts';
import { FakeClock, settled } from './fake-clock.ts';

export const PATIENCE_MS = 45_000;
export const LARGE_AT_ONCE = 2;

interface Row {
  job: FileJob;
  state: 'wanted' | 'settled';
  retryAt: number;
}

/** How one try of a file ends. */
export type Ending = 'stored' | { readonly retryIn: number };

export function storedResult(fileId: number): FileResult {
  return {
    fileId,
    outcome: 'stored',
    sha256: String(fileId),
    bytes: 1,
    mime: 'image/png',
    ext: 'png',
    width: null,
    height: null,
  };
}

interface Flight {
  readonly job: FileJob;
  readonly resolve: (result: FileResult) => void;
  readonly reject: (error: unknown) => void;
}

/** An index in memory, downloads that end when the test says so, and a queue on top. */
export class QueueRig {
  readonly clock = new FakeClock();
  readonly rows = new Map<number, Row>();
  readonly flights = new Map<number, Flight>();
  readonly tries = new Map<number, number>();
  readonly started: number[] = [];
  readonly settledResults: FileResult[] = [];
  readonly completed: number[] = [];
  readonly faults: string[] = [];
  readonly gauges = new Map<string, HostGauge>();
  readonly queue: FileQueue;
  readonly stop = new AbortController();
  more = false;
  /** Waits before an answer of the index; a test may make it random. */
  pause: () => Promise<void> = () => Promise.resolve();
  settleFails = false;
  readonly deadUrls = new Set<string>();
  /** Files of each page that was listed again. */
  readonly renewals: number[][] = [];
  /** By default every file gets a link that works. */
  renew: (jobs: readonly FileJob[], signal: AbortSignal) => Promise<FileResult[]> = async (jobs) => {
    await this.pause();
    for (const { fileId } of jobs) {
      const row = this.rows.get(fileId);
      if (row !== undefined) {
        row.job = { ...row.job, url: `${row.job.url}/new` };
      }
    }
    return [];
  };
  /** What a test wants to do when a download begins; default: the flight stays open. */
  onStart: (job: FileJob) => void = () => undefined;

  constructor(start = 3, max = start) {
    const gaugeOf = (job: FileJob): HostGauge => {
      const host = new URL(job.url).host;
      let gauge = this.gauges.get(host);
      if (gauge === undefined) {
        gauge = new HostGauge({ start, min: 1, max });
        this.gauges.set(host, gauge);
      }
      return gauge;
    };
    this.queue = new FileQueue(
      {
        next: async (exclude, limit) => {
          const taken = new Set(exclude);
          await this.pause();
          const due = [...this.rows.values()].filter(
            (row) => row.state === 'wanted' && row.retryAt <= this.clock.now() && !taken.has(row.job.fileId),
          );
          const jobs = due.slice(0, limit).map((row) => row.job);
          await this.pause();
          return jobs;
        },
        backlog: async () => {
          await this.pause();
          const wanted = [...this.rows.values()].filter((row) => row.state === 'wanted');
          const later = wanted.filter((row) => row.retryAt > this.clock.now()).map((row) => row.retryAt);
          return { due: wanted.length - later.length, nextRetryAt: later.length === 0 ? null : Math.min(...later) };
        },
        download: (job, signal) => this.#download(job, signal, gaugeOf),
        settle: async (results) => {
          await this.pause();
          if (this.settleFails) {
            throw new Error('the index is broken');
          }
          for (const result of results) {
            this.settledResults.push(result);
            const row = this.rows.get(result.fileId);
            if (row !== undefined) {
              row.state = result.outcome === 'retry' ? 'wanted' : 'settled';
              row.retryAt = result.outcome === 'retry' ? result.retryAt : 0;
            }
          }
        },
        gaugeOf,
        isDead: (job) => this.deadUrls.has(job.url),
        renew: (jobs, signal) => {
          this.renewals.push(jobs.map(({ fileId }) => fileId));
          return this.renew(jobs, signal);
        },
      },
      { clock: this.clock, largeAtOnce: LARGE_AT_ONCE, patienceMs: PATIENCE_MS },
    );
  }

  add(...jobs: readonly FileJob[]): void {
    for (const job of jobs) {
      this.rows.set(job.fileId, { job, state: 'wanted', retryAt: 0 });
    }
    this.queue.wake();
  }

  run(): Promise<void> {
    return this.queue.run(() => this.more, this.stop.signal);
  }

  noMore(): void {
    this.more = false;
    this.queue.wake();
  }

  end(fileId: number, ending: Ending = 'stored'): void {
    const result: FileResult =
      ending === 'stored'
        ? storedResult(fileId)
        : {
            fileId,
            outcome: 'retry',
            error: 'network',
            retryAt: this.clock.now() + ending.retryIn,
            bytesDone: 0,
            totalBytes: null,
          };
    this.#leave(fileId)?.resolve(result);
    this.completed.push(fileId);
  }

  fail(fileId: number, error: unknown): void {
    this.#leave(fileId)?.reject(error);
  }

  flying(): number[] {
    return [...this.flights.keys()];
  }

  #leave(fileId: number): Flight | undefined {
    const flight = this.flights.get(fileId);
    this.flights.delete(fileId);
    return flight;
  }

  #download(job: FileJob, signal: AbortSignal, gaugeOf: (job: FileJob) => HostGauge): Promise<FileResult> {
    const { fileId } = job;
    if (this.flights.has(fileId) || this.rows.get(fileId)?.state !== 'wanted') {
      this.faults.push(`file ${fileId} was started while under way or settled`);
    }
    if ((this.rows.get(fileId)?.retryAt ?? 0) > this.clock.now()) {
      this.faults.push(`file ${fileId} was started before it was due`);
    }
    const host = [...this.flights.values()].filter((flight) => gaugeOf(flight.job) === gaugeOf(job)).length + 1;
    if (host > gaugeOf(job).limit(this.clock.now())) {
      this.faults.push(`${host} at once are more than the gauge allows`);
    }
    this.tries.set(fileId, (this.tries.get(fileId) ?? 0) + 1);
    this.started.push(fileId);
    return new Promise((resolve, reject) => {
      this.flights.set(fileId, { job, resolve, reject });
      const onAbort = (): void => {
        this.fail(fileId, new Error('aborted'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) {
        onAbort();
      }
      this.onStart(job);
    });
  }
}

/** Ends every flight, lets time pass when nothing else can happen, until the promise is settled. Throws when it hangs. */
export async function driven(
  rig: QueueRig,
  running: Promise<void>,
  endingOf: (fileId: number) => Ending,
): Promise<void> {
  let over = false;
  const end = running.finally(() => {
    over = true;
  });
  end.catch(() => undefined);
  for (let turn = 0; turn < 5_000; turn += 1) {
    await settled();
    if (over) {
      await end;
      return;
    }
    const [flying] = rig.flying();
    if (flying !== undefined) {
      rig.end(flying, endingOf(flying));
    } else if (!rig.clock.skip() && rig.more) {
      rig.noMore();
    }
  }
  throw new Error('the queue hangs');
}
