import type { RunCounters, RunOutcome, SyncProgress } from '../../contract/shapes.ts';
import type { ApiClient } from '../../api/client.ts';
import type { Ledger } from '../../contract/model.ts';
import type { Store } from '../../files/interface.ts';
import type { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { TransferFailure } from '../download/file-downloader.ts';
import type { MediaSource } from '../transfer/media-source.ts';
import type { Listing } from '../listing/pass.ts';
import type { IndexPort } from '../kernel/ports.ts';
import type { RefusedFiles } from '../kernel/run-tally.ts';
import type { ServiceMeter } from '../kernel/service-meter.ts';

/** Everything a run needs from outside. */
export interface SyncPorts {
  readonly index: IndexPort;
  readonly store: Store;
  readonly api: ApiClient;
  readonly media: MediaSource;
  /** Classifies an error of `media`; null = another kind of error. */
  readonly mediaFailureOf: (error: unknown) => TransferFailure | null;
  readonly meter: ServiceMeter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly version: string;
  readonly pid: number;
  /** At most four times a second, and once at the end. */
  readonly onProgress?: (progress: SyncProgress) => void;
}

export interface SyncOptions {
  readonly accountId: number;
  readonly kind: 'sync' | 'watch' | 'verify';
  /** Service ids; empty = all chats of the account. */
  readonly chatIds: readonly number[];
  readonly listing: Listing;
  /** Of all chats only these (`only`), or all but these (`except`), by the service's ids; left out = all. Chats named in `chatIds` are taken whatever it says. */
  readonly keep?: { readonly which: 'only' | 'except'; readonly chatIds: ReadonlySet<number> };
  /** Messages without media too. */
  readonly wholeConversations: boolean;
  /** Walk everything again. */
  readonly full: boolean;
  /** False: list only. */
  readonly files: boolean;
  /** False: nothing is listed but for dead links; what is wanted already is fetched (repair). */
  readonly list: boolean;
  /** Transfers at once at most; null = adaptive up to the default cap. */
  readonly concurrency: number | null;
  /** Leave chats alone whose newest message, by the chat list, is the one already listed. */
  readonly onlyChanged: boolean;
  /** Pages listed again in the background to find edits, unlocks and withdrawals. */
  readonly recheckPages: number;
  /** Disk full or media root away: end the run (`stop`), or continue when there is room (`wait`). */
  readonly onNoRoom: 'stop' | 'wait';
  readonly triesPerRun: number;
  readonly retryBaseMs: number;
}

export const DEFAULT_SYNC_OPTIONS = {
  concurrency: null,
  recheckPages: 3,
  triesPerRun: 5,
  retryBaseMs: 1_000,
} as const satisfies Partial<SyncOptions>;

export interface SyncAnswer {
  readonly runId: number;
  readonly outcome: RunOutcome;
  readonly counters: RunCounters;
  readonly ledger: Ledger;
  readonly durationMs: number;
  /** Chats whose listing could not be finished, with the code of what stood in the way. At most 50. */
  readonly unfinished: readonly { readonly chatId: number; readonly why: string }[];
  /** Folders of the store that refused files; the files count as failed. At most 50. */
  readonly folders: readonly RefusedFiles[];
  /** The problem that a person must solve; null = none. */
  readonly problem: AppError | null;
}
