import type { HandlersOf } from '../kernel/call.ts';
import type { backupCalls } from './calls.ts';
import type { BackupService } from './service.ts';

/** `backup.*`. */
export function backupHandlers({ backups }: { readonly backups: BackupService }): HandlersOf<typeof backupCalls> {
  return {
    'backup.state': async () => await backups.state(),
    'backup.start': (order) => backups.start(order),
    'backup.cancel': async () => {
      await backups.cancel();
      return null;
    },
  };
}
