/** Shapes of running work: sync, ledger, runs, changes. Plain data, as in shapes.ts. */
import type { WireError } from './errors.ts';
import type { ChangeField, Ledger } from './model.ts';

export type SyncState = 'idle' | 'running' | 'pausing' | 'paused' | 'cancelling';
export type PauseReason = 'person' | 'diskSpace' | 'libraryAway' | 'offline' | 'suspended';

/** Something the run waits for while other work continues. */
export interface SyncWait {
  readonly kind: 'rateLimit' | 'serviceError' | 'hostError' | 'libraryAway' | 'diskSpace';
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

interface Transfer {
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

/** What a run has done so far. */
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

/** A run as the library keeps it. */
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

/** Kinds of change as people look for them. */
export const CHANGE_GROUP_NAMES = ['edits', 'withdrawn', 'unlocks', 'names', 'files', 'own'] as const;
export type ChangeGroup = (typeof CHANGE_GROUP_NAMES)[number];
export const CHANGE_GROUPS: Readonly<Record<ChangeGroup, readonly ChangeField[]>> = {
  edits: ['message.text'],
  withdrawn: ['message.gone', 'message.back'],
  unlocks: ['media.state', 'message.bought'],
  names: ['chat.name', 'person.name'],
  files: ['file.stored', 'file.replaced', 'file.other'],
  own: ['media.removed', 'media.restored', 'media.deleted'],
};

export interface ChangeFilter {
  readonly accountId: number | null;
  readonly chatId: number | null;
  readonly runId: number | null;
  /** Empty = all. */
  readonly fields: readonly ChangeField[];
  /** Noticed at or after / before. */
  readonly from: number | null;
  readonly to: number | null;
}

/** A change with the present name of its chat. */
export interface NamedChange extends Change {
  readonly chatName: string | null;
}

/** Messages of one chat that a run listed for the first time. */
export interface RunNews {
  readonly accountId: number;
  readonly chatId: number;
  readonly chatName: string | null;
  readonly messages: number;
  /** The oldest of them. */
  readonly firstMessageId: number;
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
