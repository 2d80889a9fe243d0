import type { Worker } from 'node:worker_threads';
import { endsWithin } from '../../../lib/ends-within.ts';
import type { ElectronModules } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';

export interface QuitPorts {
  readonly app: Pick<ElectronModules['app'], 'on' | 'quit' | 'exit'>;
  /** Finishes what is being written and closes the library. */
  readonly shutdown: () => Promise<void>;
  /** Ends all worker threads; may take for ever. */
  readonly endThreads: () => Promise<void>;
  /** Ends this process at once. */
  readonly kill: () => void;
  readonly log: Log;
  readonly limits?: { readonly shutdownMs: number; readonly threadsMs: number };
}

/** A drive that went away can hold the shutdown for ever. A thread that is still there after its library was closed has nothing left to do. */
const LIMITS = { shutdownMs: 60_000, threadsMs: 3_000 };

/**
 * The first `will-quit` is held back. The app shuts down, its threads end, then it quits. A shutdown that fails is logged and the app ends
 * with 1; the library survives that, as it survives a crash.
 *
 * Quitting always ends. Electron waits for every thread when it quits, and for ever for one that is stuck: such a process is killed, after
 * its library was closed. A shutdown that takes longer than its limit is ended in the same way.
 *
 * `will-quit` and not `before-quit`: windows must close first, so that no page asks an app that is gone.
 */
export function enableOrderlyQuit(ports: QuitPorts): void {
  const { app, shutdown, endThreads, kill, log, limits = LIMITS } = ports;
  let state: 'running' | 'closing' | 'closed' = 'running';
  const close = async (): Promise<void> => {
    let failed = false;
    const shut = await endsWithin(
      limits.shutdownMs,
      shutdown().catch((error: unknown) => {
        failed = true;
        log('the shutdown failed', { error });
      }),
    );
    if (!shut) {
      log('the shutdown takes too long; the process ends without it');
    }
    if (!(shut && (await endsWithin(limits.threadsMs, endThreads())))) {
      kill();
    } else if (failed) {
      app.exit(1);
    } else {
      state = 'closed';
      app.quit();
    }
  };
  app.on('will-quit', (event) => {
    if (state === 'closed') {
      return;
    }
    event.preventDefault();
    if (state === 'running') {
      state = 'closing';
      void close();
    }
  });
}

/** Follows the threads that this process starts from here on. The answer ends those that are left. */
export function followThreads(process: Pick<NodeJS.Process, 'on'>): () => Promise<void> {
  const threads = new Set<Worker>();
  process.on('worker', (worker) => {
    threads.add(worker);
    worker.once('exit', () => threads.delete(worker));
  });
  return async () => {
    await Promise.all([...threads].map((worker) => worker.terminate()));
  };
}

/** Closes the library, then installs. The new version starts while this one ends, so the lock is given up first. Never rejects. */
export async function quitIntoUpdate(
  {
    app,
    shutdown,
    log,
  }: Pick<QuitPorts, 'shutdown' | 'log'> & { readonly app: Pick<ElectronModules['app'], 'releaseSingleInstanceLock'> },
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
