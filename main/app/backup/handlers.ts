import type { HandlerContext, Handlers } from '../context.ts';

type Names = 'backup.state' | 'backup.start' | 'backup.cancel';

/** `backup.*`. */
export function backupHandlers({ backups }: Pick<HandlerContext, 'backups'>): Pick<Handlers, Names> {
  return {
    'backup.state': async () => await backups.state(),
    'backup.start': (order) => backups.start(order),
    'backup.cancel': async () => {
      await backups.cancel();
      return null;
    },
  };
}
