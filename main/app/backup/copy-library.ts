import { statfs } from 'node:fs/promises';
import type { BackupOptions } from '../../backup/backup-types.ts';
import type { BackupAnswer, BackupHooks } from '../../contract/backup-shapes.ts';
import { runBackup } from '../../backup/run-backup.ts';
import type { Clock } from '../../lib/clock.ts';
import { copyLimitsFor, openFiles } from '../core/open-files.ts';

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
