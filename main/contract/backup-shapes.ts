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

/** The JSON answer of the command line (docs/cli.md). */
export interface BackupAnswer {
  /** Absolute, links followed. */
  readonly to: string;
  /** Files that the library has. */
  readonly files: number;
  /** Of them: copied by this run. */
  readonly copied: number;
  /** Of those copied. */
  readonly bytes: number;
  /** There already. */
  readonly there: number;
  /** In the library with other bytes than their name says, or unreadable: not in the backup. */
  readonly damaged: number;
  /** Not in the library though its index names them: not in the backup. */
  readonly missing: number;
}

/** `index`: the index is copied (`index` counts its pages). `looking`: what the target has is compared. `ending`: names are made certain, the index is put in its place. */
export type BackupPhase = 'index' | 'looking' | 'copying' | 'ending' | 'done';

interface Amount {
  readonly done: number;
  readonly total: number;
}

export interface BackupProgress {
  readonly phase: BackupPhase;
  readonly index: Amount;
  readonly files: Amount;
  readonly bytes: Amount;
  readonly damaged: number;
  readonly missing: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
}

/** A file of the library that could not be copied. */
export interface LostFile {
  readonly sha256: string;
  /** Absolute path in the library. */
  readonly path: string;
  readonly reason: 'damaged' | 'missing' | 'unreadable';
}

export interface BackupHooks {
  onProgress(progress: BackupProgress): void;
  onLost(file: LostFile): void;
}

export interface LibraryCopy extends Omit<BackupProgress, 'phase' | 'index'> {
  readonly kind: CopyKind;
  readonly from: string;
  readonly to: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  /** `opening`: the app opens the result. */
  readonly phase: Exclude<BackupPhase, 'done'> | 'opening';
  readonly copied: number;
  /** There already. */
  readonly there: number;
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
