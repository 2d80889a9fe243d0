/** A few threads that write exported files; each batch goes to the one with the least to do. */
import { Worker } from 'node:worker_threads';
import { SharedSync } from '../../lib/sync-whole.ts';
import { workerEntry } from '../../lib/worker-entry.ts';
import type { PutAnswer, PutBatch, PutMessage, PutReply, SyncedMessage } from './put-jobs.ts';
import { errorText } from '../../lib/app-error.ts';

export interface PutPool {
  readonly threads: number;
  /** Starts the threads, which the first batch does otherwise. */
  start(): void;
  run(batch: PutBatch): Promise<PutAnswer>;
  /** Bytes copied since the pool was made, those of files under way included. */
  bytes(): number;
  /** Threads wait before their next file, or in the middle of a large one, until it continues. */
  pause(): void;
  resume(): void;
  /** Running batches end before their next file, or in the middle of a large one. */
  stop(): void;
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, (answer: PutAnswer) => void>;
  /** Why it has ended; null while it works. */
  lost: string | null;
}

/** Threads are started later. `entry`: their file, for tests of one that cannot be started. */
export function createPutPool(
  threadCount: number,
  entry: URL = workerEntry(import.meta.url, './export-worker'),
): PutPool {
  const shared = new BigInt64Array(new SharedArrayBuffer(24));
  const whole = new SharedSync();
  let nextId = 1;
  const resume = (): void => {
    Atomics.store(shared, 2, 0n);
    Atomics.notify(shared, 2);
  };
  const spawn = (): Thread => {
    const worker = new Worker(entry, { name: 'export', execArgv: [] });
    const pending = new Map<number, (answer: PutAnswer) => void>();
    const thread: Thread = { worker, pending, lost: null };
    const lose = (message: string): void => {
      thread.lost ??= message;
      for (const [id, settle] of pending) {
        pending.delete(id);
        settle({ results: [], undated: 0, stop: { code: 'io', message } });
      }
    };
    worker.on('message', (reply: PutReply) => {
      const { id } = reply;
      if ('written' in reply) {
        const answer = (problem: string | null): void => worker.postMessage({ id, problem } satisfies SyncedMessage);
        whole.sync(reply.written).then(
          () => answer(null),
          (error: unknown) => answer(errorText(error)),
        );
        return;
      }
      const settle = pending.get(id);
      pending.delete(id);
      settle?.(reply.answer);
    });
    worker.on('error', (error: unknown) => {
      lose(`the writing thread failed: ${errorText(error)}`);
    });
    worker.on('exit', () => {
      lose('the writing thread ended');
    });
    return thread;
  };
  const threads: Thread[] = [];
  const start = (): void => {
    if (threads.length === 0) {
      threads.push(...Array.from({ length: threadCount }, spawn));
    }
  };
  return {
    threads: threadCount,
    start,
    run: (batch) =>
      new Promise((resolve) => {
        const id = nextId;
        nextId += 1;
        start();
        const thread = threads.reduce((least, each) => (each.pending.size < least.pending.size ? each : least));
        if (thread.lost !== null) {
          resolve({ results: [], undated: 0, stop: { code: 'io', message: thread.lost } });
          return;
        }
        thread.pending.set(id, resolve);
        thread.worker.postMessage({ id, batch, shared } satisfies PutMessage);
      }),
    bytes: () => Number(Atomics.load(shared, 1)),
    pause: () => {
      Atomics.store(shared, 2, 1n);
    },
    resume,
    stop: () => {
      Atomics.store(shared, 0, 1n);
      resume();
    },
    close: async () => {
      Atomics.store(shared, 0, 1n);
      resume();
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
