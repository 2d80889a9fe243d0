import type { ElectronModules } from './electron-modules.ts';
import type { Log } from './shell-app.ts';

export interface QuitPorts {
  readonly app: Pick<ElectronModules['app'], 'on' | 'quit' | 'exit'>;
  /** Finishes what is being written and closes the library. */
  readonly shutdown: () => Promise<void>;
  readonly log: Log;
}

/**
 * The app ends only when everything is written: the first `will-quit` is held back, the app shuts down, then it quits for good. A shutdown
 * that fails is logged and the app ends with 1; the library's own order of writes keeps it whole even then.
 *
 * `will-quit` and not `before-quit`: windows must close first, so that no page asks an app that is gone.
 */
export function enableOrderlyQuit({ app, shutdown, log }: QuitPorts): void {
  let state: 'running' | 'closing' | 'closed' = 'running';
  app.on('will-quit', (event) => {
    if (state === 'closed') {
      return;
    }
    event.preventDefault();
    if (state === 'closing') {
      return;
    }
    state = 'closing';
    shutdown().then(
      () => {
        state = 'closed';
        app.quit();
      },
      (error: unknown) => {
        log('the shutdown failed', { error });
        app.exit(1);
      },
    );
  });
}

/** Closes the library, then installs. The new version starts while this one ends, so the lock is given up first. Never rejects. */
export async function quitIntoUpdate(
  {
    app,
    shutdown,
    log,
  }: Omit<QuitPorts, 'app'> & { readonly app: Pick<ElectronModules['app'], 'releaseSingleInstanceLock'> },
  install: () => void,
): Promise<void> {
  try {
    await shutdown();
    app.releaseSingleInstanceLock();
    install();
  } catch (error) {
    log('closing for an update failed', { error });
  }
}
