import type { SyncStatus } from '../../../contract/shapes.ts';
import type { ShellApp } from '../shell-app.ts';
import type { Updates } from './updater.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface UpdateChecksPorts {
  readonly app: Pick<ShellApp, 'subscribe'>;
  readonly updates: Pick<Updates, 'check' | 'status'>;
  /** Whether the person has switched it on. */
  readonly wanted: () => boolean;
  readonly now: () => number;
  /** Calls its second argument in intervals; answers the stop. */
  readonly every: (ms: number, look: () => void) => () => void;
}

/** Asks the feed once a day while that is switched on, never while a sync runs. It shows the result and downloads nothing. */
export function enableUpdateChecks({ app, updates, wanted, now, every }: UpdateChecksPorts): () => void {
  let running = false;
  let lastTry: number | null = null;
  const look = (): void => {
    const due = lastTry === null || now() - lastTry >= DAY_MS;
    if (due && !running && wanted() && updates.status().way === 'app') {
      lastTry = now();
      // Never rejects.
      void updates.check();
    }
  };
  const stops = [
    app.subscribe('sync.progress', ({ state }: SyncStatus) => {
      running = state !== 'idle';
    }),
    app.subscribe('settings.changed', look),
    every(HOUR_MS, look),
  ];
  look();
  return () => {
    for (const stop of stops) {
      stop();
    }
  };
}
