import { Worker } from 'node:worker_threads';
import { workerEntry } from '../../lib/worker-entry.ts';
import {
  type CopiedPages,
  type CopyAnswers,
  type CopySetup,
  type CopyTask,
  type FromCopyWorker,
} from './index-copy-messages.ts';
import { type BlobRow } from '../files/calls.ts';
import { errorOf } from '../kernel/thread-messages.ts';

export type { CopiedPages } from './index-copy-messages.ts';

/** A copy of an index on its way into the place of another. */
export interface IndexCopy {
  /**
   * Copies one state of an index that others may be reading and writing. AppError `interrupted` when `signal` is aborted, and as the index's
   * own calls for one that is damaged, unreadable or without room.
   */
  take(source: string, signal: AbortSignal, onProgress: (pages: CopiedPages) => void): Promise<void>;
  /** The files that the copy names, as the index's own call. */
  blobs(input: { readonly after: string | null; readonly limit: number }): Promise<readonly BlobRow[]>;
  /** Which of these hashes (at most 500) the index that was copied names still: another program may have deleted what it did not. */
  stillNamed(input: { readonly source: string; readonly sha256: readonly string[] }): Promise<readonly string[]>;
  /** Files that the copy is not to name: they are wanted again there. At most 500 at once. */
  forget(input: { readonly at: number; readonly sha256: readonly string[] }): Promise<void>;
  newestBlob(): Promise<number>;
  /** Whether the target has been used by itself: it has a run that the copy does not know, or words of a person after `since` (epoch ms). */
  isDiverged(input: { readonly since: number | null }): Promise<boolean>;
  /** Puts the copy in the place of the target's index. A kill leaves the one or the other. AppError `library_locked` while a program reads that one. */
  publish(): Promise<void>;
  /** Gives the lock back. May be called twice. */
  close(): Promise<void>;
}

/**
 * Takes the lock of the library that `target` is the index of (its folder must exist; the index need not). `copy`: where the copy is made, on the same file system.
 * Rejects with AppError `library_locked`, `library_unwritable`.
 */
export async function openIndexCopy(target: string, copy: string): Promise<IndexCopy> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(workerEntry(import.meta.url, './index-copy-worker'), {
    workerData: { target, copy, stop } satisfies CopySetup,
    name: 'index copy',
    execArgv: [],
  });
  const ended = Promise.withResolvers<undefined>();
  let dead: Error | null = null;
  let current: { readonly settle: PromiseWithResolvers<unknown>; onProgress(pages: CopiedPages): void } | null = null;
  const begin = (onProgress: (pages: CopiedPages) => void = () => undefined): Promise<unknown> => {
    const settle = Promise.withResolvers<unknown>();
    if (dead === null) {
      current = { settle, onProgress };
    } else {
      settle.reject(dead);
    }
    return settle.promise;
  };
  const die = (error: Error): void => {
    dead ??= error;
    current?.settle.reject(dead);
    current = null;
  };
  worker.on('message', (message: FromCopyWorker) => {
    if (message.is === 'progress') {
      current?.onProgress(message.pages);
      return;
    }
    const settle = current?.settle;
    current = null;
    if (message.is === 'refused' || message.is === 'fault') {
      settle?.reject(errorOf(message.error));
    } else {
      settle?.resolve(message.is === 'done' ? message.value : null);
    }
  });
  worker.on('error', (error) => die(new Error('The thread that copies the index failed.', { cause: error })));
  worker.on('exit', () => {
    die(new Error('The thread that copies the index has ended.'));
    ended.resolve(undefined);
  });
  // Thread and client are built from one list of answers.
  const ask = async <Task extends CopyTask>(
    task: Task,
    onProgress?: (pages: CopiedPages) => void,
  ): Promise<CopyAnswers[Task['is']]> => {
    const answer = begin(onProgress);
    if (dead === null) {
      worker.postMessage(task);
    }
    return (await answer) as CopyAnswers[Task['is']];
  };
  await begin();
  let closing: Promise<void> | null = null;
  return {
    take: async (source, signal, onProgress) => {
      const end = (): void => {
        Atomics.store(stop, 0, 1);
      };
      if (signal.aborted) {
        end();
      }
      signal.addEventListener('abort', end, { once: true });
      try {
        await ask({ is: 'take', source }, onProgress);
      } finally {
        signal.removeEventListener('abort', end);
      }
    },
    blobs: (input) => ask({ is: 'blobs', ...input }),
    stillNamed: (input) => ask({ is: 'named', ...input }),
    forget: async (input) => {
      await ask({ is: 'forget', ...input });
    },
    newestBlob: () => ask({ is: 'newest' }),
    isDiverged: (input) => ask({ is: 'diverged', ...input }),
    publish: async () => {
      await ask({ is: 'publish' });
    },
    close: () =>
      (closing ??= (async (): Promise<void> => {
        if (dead === null) {
          await ask({ is: 'close' });
        }
        await ended.promise;
      })()),
  };
}
