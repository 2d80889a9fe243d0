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
