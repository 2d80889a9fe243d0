import type { ElectronModules } from '../electron-modules.ts';
import type { ShellApp } from '../shell-app.ts';

/**
 * Keeps the machine from falling asleep during long work: a sync that runs, an export, a check, a copy of the library. The screen
 * may turn off. A sync that is paused or waits for a person or a drive keeps nothing awake. Answers the stop.
 */
export function keepAwake(
  powerSaveBlocker: Pick<ElectronModules['powerSaveBlocker'], 'start' | 'stop'>,
  app: Pick<ShellApp, 'subscribe'>,
): () => void {
  const working = new Set<string>();
  let id: number | null = null;
  const set = (work: string, goesOn: boolean): void => {
    if (goesOn) {
      working.add(work);
    } else {
      working.delete(work);
    }
    if (working.size > 0) {
      id ??= powerSaveBlocker.start('prevent-app-suspension');
    } else if (id !== null) {
      powerSaveBlocker.stop(id);
      id = null;
    }
  };
  const stops = [
    app.subscribe('sync.progress', ({ state }) =>
      set('sync', state === 'running' || state === 'pausing' || state === 'cancelling'),
    ),
    app.subscribe('export.progress', ({ endedAt }) => set('export', endedAt === null)),
    app.subscribe('check.progress', ({ endedAt }) => set('check', endedAt === null)),
    app.subscribe('backup.progress', ({ endedAt }) => set('copy', endedAt === null)),
  ];
  return () => {
    for (const stop of stops) {
      stop();
    }
    working.clear();
    set('', false);
  };
}
