import type { SyncStatus } from '../../contract/shapes.ts';
import type { ShellApp } from './shell-app.ts';
import type { Updates } from './updater.ts';

const DAY_MS = 24 * 3_600_000;

export interface UpdateChecksPorts {
  readonly app: Pick<ShellApp, 'subscribe'>;
  readonly updates: Pick<Updates, 'check' | 'status'>;
  /** Whether the person has switched it on. */
  readonly wanted: () => boolean;
  readonly now: () => number;
  /** Calls its argument in intervals; answers the stop. */
  readonly every: (look: () => void) => () => void;
}

/** Asks the feed once a day while that is switched on, never while a sync runs. What is found is shown; nothing is downloaded. */
export function enableUpdateChecks({ app, updates, wanted, now, every }: UpdateChecksPorts): () => void {
  let running = false;
  let lastTry: number | null = null;
  const stopListening = app.subscribe('sync.progress', ({ state }: SyncStatus) => {
    running = state !== 'idle';
  });
  const stopLooking = every(() => {
    const due = lastTry === null || now() - lastTry >= DAY_MS;
    if (due && !running && wanted() && updates.status().way === 'app') {
      lastTry = now();
      // Never rejects.
      void updates.check();
    }
  });
  return () => {
    stopListening();
    stopLooking();
  };
}
