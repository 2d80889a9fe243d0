/** Inputs and results of a backup. */
import type { RoomStats } from '../lib/free-room.ts';

export interface BackupOptions {
  /** The library's folder: opened by this process or another one, or by nobody. It is only read. */
  readonly from: string;
  readonly to: string;
  /** `backup`: the library remembers it. `library`: it is to be used in the first one's place, which remembers nothing; the mark of a backup is taken off when it is (`dropMark`). */
  readonly as: 'backup' | 'library';
  /** Also hash files that are there already. */
  readonly deep: boolean;
}

export interface BackupPorts {
  readonly platform: NodeJS.Platform;
  readonly now: () => number;
  readonly statFs: (path: string) => Promise<RoomStats & { readonly type: number }>;
  /** Threads that write; left out = as many as this machine makes use of. */
  readonly threads?: number;
  /** Files synced and named together; left out = as many as is fast. */
  readonly batchFiles?: number;
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
