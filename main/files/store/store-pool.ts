/** A few store workers; each job goes to the one with the least to do. */
import { Worker, type Transferable } from 'node:worker_threads';
import { StoreError } from '../interface.ts';
import { aborted, fromWire } from './store-errors.ts';
import { type JobMessage, type JobReply, type StoreJob, type StoreJobAnswers } from './store-jobs.ts';
import { errorText } from '../../lib/app-error.ts';

export interface StorePool {
  /** Rejects with StoreError; `aborted` at once when the signal fires, though a short job may still end in the worker. */
  run<K extends StoreJob['kind']>(
    job: Extract<StoreJob, { kind: K }>,
    options: { signal?: AbortSignal; transfer?: readonly Transferable[] },
  ): Promise<StoreJobAnswers[K]>;
  /** Waits for all jobs, then ends the threads. */
  close(): Promise<void>;
}

interface Pending {
  readonly settle: (reply: JobReply) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

export function createStorePool(options: { entry: URL; root: string; threads: number }): StorePool {
  const threads: Thread[] = [];
  const idle = new Set<() => void>();
  let nextId = 1;
  let closed = false;

  const settle = (thread: Thread, reply: JobReply): void => {
    const pending = thread.pending.get(reply.id);
    thread.pending.delete(reply.id);
    pending?.settle(reply);
    if (thread.pending.size === 0) {
      thread.worker.unref();
    }
    if (threads.every((each) => each.pending.size === 0)) {
      idle.forEach((wake) => wake());
      idle.clear();
    }
  };

  const lose = (thread: Thread, message: string): void => {
    const at = threads.indexOf(thread);
    if (at >= 0) {
      threads.splice(at, 1);
    }
    for (const id of [...thread.pending.keys()]) {
      settle(thread, { id, ok: false, error: { code: 'io', message, needed: null, folder: null } });
    }
  };

  const spawn = (): Thread => {
    const worker = new Worker(options.entry, { workerData: { root: options.root } });
    const thread: Thread = { worker, pending: new Map() };
    worker.on('message', (reply: JobReply) => settle(thread, reply));
    worker.on('error', (error: unknown) => lose(thread, `a store thread failed: ${errorText(error)}`));
    worker.on('exit', () => lose(thread, 'a store thread ended'));
    threads.push(thread);
    return thread;
  };

  const choose = (): Thread => {
    const least = threads.reduce<Thread | null>(
      (best, each) => (best === null || each.pending.size < best.pending.size ? each : best),
      null,
    );
    return least === null || (least.pending.size > 0 && threads.length < options.threads) ? spawn() : least;
  };

  return {
    run: (job, { signal, transfer = [] }) => {
      if (closed) {
        return Promise.reject(new StoreError('io', 'the store is closed'));
      }
      if (signal?.aborted === true) {
        return Promise.reject(aborted(signal.reason));
      }
      const thread = choose();
      const id = nextId;
      nextId += 1;
      const cancel = job.kind === 'batch' ? null : new Int32Array(new SharedArrayBuffer(4));
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          if (cancel !== null) {
            Atomics.store(cancel, 0, 1);
          }
          reject(aborted(signal?.reason));
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        thread.pending.set(id, {
          settle: (reply) => {
            signal?.removeEventListener('abort', onAbort);
            if (reply.ok) {
              // The worker answers each kind with its own type; the map above says which.
              resolve(reply.value as StoreJobAnswers[typeof job.kind]);
            } else {
              reject(fromWire(reply.error));
            }
          },
        });
        thread.worker.ref();
        thread.worker.postMessage({ id, job, cancel } satisfies JobMessage, transfer);
      });
    },
    close: async () => {
      closed = true;
      if (threads.some((each) => each.pending.size > 0)) {
        await new Promise<void>((resolve) => idle.add(resolve));
      }
      await Promise.all(threads.map((each) => each.worker.terminate()));
    },
  };
}
