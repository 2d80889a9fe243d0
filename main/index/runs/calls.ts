/** Runs of the archiver, and what each changed. */
import type {
  Change,
  RunCounters,
  RunOutcome,
  RunNews,
  RunRow,
  ChangeFilter,
  NamedChange,
} from '../../contract/shapes.ts';

export interface RunReads {
  /** Newest first; `before` is a run id. */
  runs(input: { limit: number; id: number | null; before?: number | null }): RunRow[];
  changes(input: { sinceRun: number | null; sinceAt: number | null; after: number | null; limit: number }): Change[];
  /** Newest first; `after` is the `next` of the page before. */
  changesPage(input: { filter: ChangeFilter; after: string | null; limit: number }): {
    rows: NamedChange[];
    next: string | null;
  };
  /** By chat, the most first, at most 200 chats. */
  runNews(input: { runId: number }): RunNews[];
}

export interface RunWrites {
  startRun(input: { accountId: number | null; kind: RunRow['kind']; at: number; version: string; pid: number }): number;
  /** Called now and then while a run is active, so that a killed run still shows what it did. */
  noteRun(input: { runId: number; counters: RunCounters }): void;
  endRun(input: { runId: number; at: number; outcome: RunOutcome; counters: RunCounters }): void;
}
