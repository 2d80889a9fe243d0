/** Messages of the thread that writes exported files. Plain data, since it crosses threads. */
import type { ExportConflict } from '../../contract/export-shapes.ts';
import type { ExportMethod } from '../../index/kernel/codes.ts';
import type { PutMethod } from '../target/target.ts';
import type { PutReason, PutStop, TargetSigns } from '../target/target-errors.ts';

export interface PutItem {
  readonly seq: number;
  /** Absolute path in the store. */
  readonly source: string;
  /** Relative to the root, `/` between names. */
  readonly path: string;
  /** To be put in front of the extension where another file has the name. */
  readonly mediaId: number;
  readonly sha256: string;
  readonly bytes: number;
  /** Modification time to be set, epoch ms. */
  readonly sentAt: number;
  /** The file that an earlier run wrote there. */
  readonly before: { readonly sha256: string; readonly writtenMs: number } | null;
}

export interface PutPlace extends TargetSigns {
  /** Where exported files go, absolute. */
  readonly root: string;
  /** The same for the library. */
  readonly librarySign: string;
}

export interface PutBatch {
  readonly place: PutPlace;
  readonly method: PutMethod;
  readonly conflict: ExportConflict;
  /** `each`: file by file. `whole`: the target's file system at once, which is faster where it can be relied on (`lib/sync-whole.ts`). */
  readonly sync: 'each' | 'whole';
  readonly items: readonly PutItem[];
}

/** `same`: stands there as an earlier run left it. `found`: the very bytes stood there already. `kept`: was changed since by somebody and left alone. */
export type PutResult =
  | {
      readonly seq: number;
      readonly outcome: 'written' | 'found';
      readonly path: string;
      readonly method: ExportMethod;
      readonly writtenMs: number;
      readonly renamed: boolean;
      readonly bytes: number;
    }
  | { readonly seq: number; readonly outcome: 'same' | 'kept' }
  | { readonly seq: number; readonly outcome: 'skipped'; readonly reason: PutReason }
  /** `stands`: what an earlier run wrote is still there. */
  | { readonly seq: number; readonly outcome: 'failed'; readonly reason: PutReason; readonly stands: boolean };

export interface PutAnswer {
  readonly results: readonly PutResult[];
  /** Files whose time the target did not take. */
  readonly undated: number;
  readonly stop: { readonly code: PutStop; readonly message: string } | null;
}

export interface PutMessage {
  readonly id: number;
  readonly batch: PutBatch;
  /** [0] is set to 1 to stop; bytes written are added to [1]; [2] is 1 while the run is paused. */
  readonly shared: BigInt64Array<SharedArrayBuffer>;
}

/** Answers `written`. */
export interface SyncedMessage {
  readonly id: number;
  /** Why the sync failed; null = all that was written before is on the disk. */
  readonly problem: string | null;
}

/** `written`: all files of the batch are written, and wait for a sync of the whole file system. */
export type PutReply = { readonly id: number } & ({ readonly written: string } | { readonly answer: PutAnswer });
