import { Thread } from '../../lib/thread.ts';
import { workerEntry } from '../../lib/worker-entry.ts';
import type { BlobRow } from '../files/calls.ts';
import type { CopiedPages, CopySetup, CopyWork } from './index-copy-worker.ts';

export type { CopiedPages } from './index-copy-worker.ts';

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
  let onPages: (pages: CopiedPages) => void = () => undefined;
  const thread = new Thread<CopyWork>(
    workerEntry(import.meta.url, './index-copy-worker'),
    'the thread that copies the index',
    { workerData: { target, copy, stop } satisfies CopySetup },
    // The thread has no other news.
    (news) => onPages(news as CopiedPages),
  );
  await thread.ask('lock', {}).catch(async (error: unknown) => {
    await thread.close();
    throw error;
  });
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
      onPages = onProgress;
      try {
        await thread.ask('take', { source });
      } finally {
        signal.removeEventListener('abort', end);
      }
    },
    blobs: (input) => thread.ask('blobs', input),
    stillNamed: (input) => thread.ask('stillNamed', input),
    forget: (input) => thread.ask('forget', input),
    newestBlob: () => thread.ask('newestBlob', {}),
    isDiverged: (input) => thread.ask('isDiverged', input),
    publish: () => thread.ask('publish', {}),
    close: () =>
      (closing ??= (async (): Promise<void> => {
        if (thread.lost === null) {
          await thread.ask('close', {});
        }
        await thread.ended;
      })()),
  };
}
