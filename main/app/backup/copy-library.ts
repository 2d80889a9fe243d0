import { statfs } from 'node:fs/promises';
import type { BackupAnswer, BackupHooks, BackupOptions } from '../../backup/backup-types.ts';
import { dropMark } from '../../backup/backup-mark.ts';
import { runBackup } from '../../backup/run-backup.ts';
import type { Clock } from '../../lib/clock.ts';
import { copyLimitsFor, openFiles } from '../core/open-files.ts';

export type { BackupAnswer, BackupHooks, BackupPhase, BackupProgress, LostFile } from '../../backup/backup-types.ts';
export { outsideOf } from '../../backup/backup-target.ts';
export { readLastBackup, type LastBackup } from '../../backup/last-backup.ts';

/** The folder of a copy is the library from now on: no backup is to be written over it. */
export { dropMark as keepAsLibrary };

/** See `runBackup`. The library is only read: it may be open here, in another process, or nowhere. */
export function copyLibrary(
  options: BackupOptions,
  clock: Clock,
  signal: AbortSignal,
  hooks: BackupHooks,
): Promise<BackupAnswer> {
  const ports = {
    ...copyLimitsFor(openFiles()),
    platform: process.platform,
    now: () => clock.now(),
    statFs: (path: string) => statfs(path),
  };
  return runBackup(options, ports, signal, hooks);
}
