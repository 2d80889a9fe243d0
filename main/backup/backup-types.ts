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
