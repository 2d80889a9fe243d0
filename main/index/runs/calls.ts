/** Runs of the archiver, and what each changed. */
import type { Change } from '../../contract/shapes.ts';

export type RunOutcome = 'complete' | 'partial' | 'interrupted' | 'paused' | 'failed';

export interface RunCounters {
  readonly chats: number;
  readonly pages: number;
  readonly messages: { readonly seen: number; readonly new: number; readonly changed: number; readonly bad: number };
  readonly files: {
    readonly downloaded: number;
    readonly bytes: number;
    readonly deduplicated: number;
    readonly resumed: number;
    readonly refreshedUrls: number;
    readonly failed: number;
  };
  /** Milliseconds waited for the service's rate limit. */
  readonly waitedMs: number;
  /** API requests made, re-tries included. */
  readonly requests: number;
  /** Bytes received more than once because a transfer was cut or restarted. */
  readonly wastedBytes: number;
  /** Errors by kind. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface RunRow {
  readonly id: number;
  readonly accountId: number | null;
  readonly kind: 'sync' | 'watch' | 'verify';
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: RunOutcome | null;
  readonly version: string;
  readonly counters: RunCounters | null;
}

export interface RunReads {
  /** Newest first; `before` is a run id. */
  runs(input: { limit: number; id: number | null; before?: number | null }): RunRow[];
  changes(input: { sinceRun: number | null; sinceAt: number | null; after: number | null; limit: number }): Change[];
}

export interface RunWrites {
  startRun(input: { accountId: number | null; kind: RunRow['kind']; at: number; version: string; pid: number }): number;
  /** Called now and then while a run is active, so that a killed run still shows what it did. */
  noteRun(input: { runId: number; counters: RunCounters }): void;
  endRun(input: { runId: number; at: number; outcome: RunOutcome; counters: RunCounters }): void;
}
