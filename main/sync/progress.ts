import type { RunCounters } from '../index/runs/calls.ts';

/** Why the run waits, and until when (epoch ms). A wait is never a failure. */
export interface Wait {
  readonly reason: 'rate' | 'backoff' | 'host' | 'disk' | 'offline';
  readonly until: number | null;
  /** Bytes that must become free; for `disk`. */
  readonly needed: number | null;
}

export interface SyncProgress {
  readonly runId: number;
  readonly phase: 'chats' | 'listing' | 'files' | 'ending';
  readonly chats: { readonly done: number; readonly total: number };
  /** Service ids of the chats being listed now. */
  readonly listing: readonly number[];
  readonly counters: RunCounters;
  /** Files of this run that are known and not yet settled. */
  readonly filesLeft: number;
  /** Bytes of the files in flight, received so far. */
  readonly bytesInFlight: number;
  /** Files under way, at most 32. */
  readonly transfers: readonly {
    readonly mediaId: number;
    readonly bytesDone: number;
    readonly bytesTotal: number | null;
  }[];
  readonly filesPerSecond: number;
  readonly bytesPerSecond: number;
  /** At the present rate; null while the rate is not known or listing goes on. */
  readonly secondsLeft: number | null;
  readonly waits: readonly Wait[];
}

/** Rate over the last few seconds, from points (time, total). Pure but for its own memory. */
export class RateMeter {
  readonly #windowMs: number;
  #points: { at: number; value: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  note(at: number, value: number): void {
    this.#points.push({ at, value });
    const from = at - this.#windowMs;
    while (this.#points.length > 2 && (this.#points[1]?.at ?? at) < from) {
      this.#points.shift();
    }
  }

  perSecond(): number {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) {
      return 0;
    }
    return ((last.value - first.value) * 1000) / (last.at - first.at);
  }
}

/**
 * Calls `emit` at most once in `everyMs`, however often it is poked, and once more at the end: a run of a million items must not flood
 * its listeners. Timers do not keep the process alive.
 */
export class Coalescer {
  readonly #everyMs: number;
  readonly #emit: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(everyMs: number, emit: () => void) {
    this.#everyMs = everyMs;
    this.#emit = emit;
  }

  poke(): void {
    if (this.#timer === null) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#emit();
      }, this.#everyMs);
      this.#timer.unref();
    }
  }

  end(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    this.#emit();
  }
}
