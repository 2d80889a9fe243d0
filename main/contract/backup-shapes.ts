/** Copies of the library as a whole: kept beside it, moved to, restored from. */
import type { WireError } from './errors.ts';

/**
 * `backup`: a second folder that is a whole library after every run. `move`: the same, then the app opens it in the first one's place.
 * `restore`: a backup is copied to a new place, then the app opens that.
 */
export type CopyKind = 'backup' | 'move' | 'restore';

export interface CopyOrder {
  readonly kind: CopyKind;
  /** The backup's folder, for `restore`; else null: the open library. */
  readonly from: string | null;
  readonly to: string;
}

/** `index`: the index is copied. `looking`: what the target has is compared. `ending`: the index is put in its place. `opening`: the app opens the result. */
type CopyPhase = 'index' | 'looking' | 'copying' | 'ending' | 'opening';

export interface LibraryCopy {
  readonly kind: CopyKind;
  readonly from: string;
  readonly to: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  readonly phase: CopyPhase;
  /** Of those that are to be copied. */
  readonly files: { readonly done: number; readonly total: number };
  readonly bytes: { readonly done: number; readonly total: number };
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  readonly copied: number;
  /** There already. */
  readonly there: number;
  /** Not as the library should have them: not copied. */
  readonly damaged: number;
  readonly missing: number;
  /** Paths of damaged and missing files, at most 20. */
  readonly lost: readonly string[];
  /** Why it did not come to its end; `aborted`: it was stopped. */
  readonly error: WireError | null;
}

export interface LastBackup {
  /** Epoch ms. */
  readonly at: number;
  readonly to: string;
  readonly damaged: number;
  readonly missing: number;
  /** Files that came to the library since. */
  readonly newer: number;
}

export interface BackupState {
  /** Of the open library, also one made on the command line. */
  readonly last: LastBackup | null;
  /** The running or the last one of this start. */
  readonly copy: LibraryCopy | null;
}
