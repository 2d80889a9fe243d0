/** Shapes of running work: sync, ledger, runs, changes. Plain data, as in shapes.ts. */
import type { WireError } from './errors.ts';
import type { ChangeField, Ledger } from './model.ts';

export type SyncState = 'idle' | 'running' | 'pausing' | 'paused' | 'cancelling';
export type PauseReason = 'person' | 'diskSpace' | 'offline' | 'suspended';

/** Something the run waits for while other work continues. */
export interface SyncWait {
  readonly kind: 'rateLimit' | 'serviceError' | 'hostError' | 'offline' | 'diskSpace';
  /** When it continues; null = not known. */
  readonly until: number | null;
  /** The known limit in requests a minute, for `rateLimit`. */
  readonly perMinute: number | null;
}

export interface SyncChat {
  readonly chatId: number;
  readonly name: string | null;
  readonly phase: 'waiting' | 'listing' | 'files' | 'done' | 'failed';
  readonly pages: number;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly problem: WireError | null;
}

export interface Transfer {
  readonly accountId: number;
  readonly mediaId: number;
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
}

/** The whole picture of a sync, small enough to be sent some times a second. */
export interface SyncStatus {
  readonly state: SyncState;
  readonly pauseReason: PauseReason | null;
  readonly runId: number | null;
  readonly accountId: number | null;
  readonly startedAt: number | null;
  /** Begun by the schedule, not by a person. */
  readonly scheduled: boolean;
  readonly chatsTotal: number;
  readonly chatsDone: number;
  readonly pages: number;
  readonly messagesNew: number;
  readonly filesDone: number;
  /** Known so far; grows while listing runs. */
  readonly filesTotal: number;
  readonly filesFailed: number;
  readonly bytesDone: number;
  /** Known so far; null when nothing is known. */
  readonly bytesTotal: number | null;
  /** Means over the last seconds. */
  readonly filesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  readonly waits: readonly SyncWait[];
  /** Chats in work or failed, at most 50; never the whole list. */
  readonly chats: readonly SyncChat[];
  /** Files under way, at most 32. */
  readonly transfers: readonly Transfer[];
  /** Why the last run ended badly; null otherwise. */
  readonly problem: WireError | null;
}

export interface LedgerRow {
  readonly accountId: number;
  readonly chatId: number;
  readonly name: string | null;
  readonly coverMediaId: number | null;
  readonly complete: boolean;
  readonly media: Ledger;
  /** Removed by the person; counted apart, not in `listed`. */
  readonly removed: number;
  /** Of `removed`, those in the trash; the others were deleted for good. */
  readonly inTrash: number;
}

export type RunOutcome = 'complete' | 'partial' | 'interrupted' | 'paused' | 'failed';

/** The actions that a person can take after a run; screens have a button for each. */
export type NextStep = 'none' | 'syncAgain' | 'listAgain' | 'freeSpace' | 'renewKey' | 'renewConnection';

export interface Run {
  readonly id: number;
  readonly accountId: number | null;
  readonly kind: 'sync' | 'watch' | 'verify';
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: RunOutcome | null;
  readonly chats: number;
  readonly pages: number;
  readonly messagesNew: number;
  readonly files: number;
  readonly bytes: number;
  readonly failed: number;
  readonly waitedMs: number;
  readonly requests: number;
  /** Errors by kind, e.g. `{ "403": 12 }`. */
  readonly errors: Readonly<Record<string, number>>;
  readonly nextStep: NextStep;
}

export interface Change {
  readonly id: number;
  readonly runId: number | null;
  readonly at: number;
  readonly field: ChangeField;
  /** Null: noticed by a version that did not note it. */
  readonly accountId: number | null;
  readonly chatId: number | null;
  readonly messageId: number | null;
  readonly mediaId: number | null;
  readonly before: string | null;
  readonly after: string | null;
}
