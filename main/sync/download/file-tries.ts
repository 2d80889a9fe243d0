import type { FileJob, FileResult } from '../../index/files/calls.ts';
import type { PartState } from '../../files/interface.ts';
import type { Clock } from '../../lib/clock.ts';
import type { RunTally } from '../kernel/run-tally.ts';

export interface TriesPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tally: RunTally;
}

export interface TriesOptions {
  /** Tries within one run before a file is left to a later one. */
  readonly triesPerRun: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
}

/** Later runs: five minutes, doubling, six hours at most. */
const LATER_BASE_MS = 5 * 60_000;
const LATER_CAP_MS = 6 * 3_600_000;

/** Counts the tries of a run's files, and says when a file that could not be fetched is tried next. */
export class FileTries {
  readonly #ports: TriesPorts;
  readonly #options: TriesOptions;
  readonly #tries = new Map<number, number>();

  constructor(ports: TriesPorts, options: TriesOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** The file is stored: its tries are over. */
  stored(fileId: number): void {
    this.#tries.delete(fileId);
  }

  /** A try failed: another one of this run after a back-off, or `leave` when all are used up. */
  again(job: FileJob, error: string, part: PartState | null = null): FileResult {
    const tries = (this.#tries.get(job.fileId) ?? 0) + 1;
    if (tries >= this.#options.triesPerRun) {
      return this.leave(job, error, part);
    }
    this.#tries.set(job.fileId, tries);
    return this.wait(job, error, this.#ports.clock.now() + this.backOff(tries), part);
  }

  /** Nothing more is tried in this run. */
  leave(job: FileJob, error: string, part: PartState | null = null): FileResult {
    const { clock, random, tally } = this.#ports;
    this.#tries.delete(job.fileId);
    tally.noteError(error);
    tally.failed += 1;
    const runs = Math.floor(job.attempts / this.#options.triesPerRun);
    return {
      fileId: job.fileId,
      outcome: 'failed',
      error,
      retryAt: clock.now() + backOffMs(runs, LATER_BASE_MS, LATER_CAP_MS, random),
      ...bytesOf(job, part),
    };
  }

  /** Left to a later run, uncounted: nothing is wrong with the file. */
  hold(job: FileJob, error: string): FileResult {
    return this.wait(job, error, this.#ports.clock.now() + LATER_BASE_MS);
  }

  /** Tried again at `retryAt` (epoch ms), uncounted. */
  wait(job: FileJob, error: string, retryAt: number, part: PartState | null = null): FileResult {
    this.#ports.tally.noteError(error);
    return { fileId: job.fileId, outcome: 'retry', error, retryAt, ...bytesOf(job, part) };
  }

  /** Back-off in ms before the try that follows the `failures`-th failure, counted from 1. */
  backOff(failures: number): number {
    const { retryBaseMs, retryCapMs } = this.#options;
    return backOffMs(failures - 1, retryBaseMs, retryCapMs, this.#ports.random);
  }
}

function bytesOf(job: FileJob, part: PartState | null): { bytesDone: number; totalBytes: number | null } {
  return { bytesDone: part?.offset ?? 0, totalBytes: part?.totalBytes ?? job.totalBytes };
}

/** When to try again, in ms from now: doubles from `baseMs`, is capped, and carries full jitter in its upper half so that many jobs do not return at once. */
export function backOffMs(tries: number, baseMs: number, capMs: number, random: () => number): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(tries, 30));
  return Math.round(full / 2 + (full / 2) * random());
}
