import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../lib/app-error.ts';
import { workerEntry } from '../lib/worker-entry.ts';
import { CallQueue } from './kernel/call-queue.ts';
import { type PlanWrites } from './exports/plan-tables.ts';
import type { IndexReads } from './reads.ts';
import type { IndexWrites } from './writes.ts';
import { type UpgradeProgress } from './kernel/upgrade.ts';

export interface IndexCallOptions {
  /** Aborted before the call has begun: it never runs. Later: its answer is thrown away (a write is done all the same). */
  readonly signal?: AbortSignal;
}

// A mapped type cannot ask for "any function"; `never` inputs are what makes every call fit.
type Calls<List> = {
  readonly [Name in keyof List]: List[Name] extends (input: infer Input) => infer Output
    ? (input: Input, options?: IndexCallOptions) => Promise<Output>
    : never;
};

export type IndexReadCalls = Calls<IndexReads>;
export type IndexWriteCalls = Calls<IndexWrites>;

/** The index as the rest of the app sees it: every read and write of the interface, answered by its threads. */
export interface Index {
  readonly path: string;
  readonly read: IndexReadCalls;
  readonly write: IndexWriteCalls;
  /** Refuses new calls, finishes the outstanding ones, writes the log back into the database, gives the lock back. May be called twice. */
  close(): Promise<void>;
}

/** For plans that are only looked at (plan-tables.ts): what it writes is its own, and gone when it is closed. */
export interface PlanIndex {
  readonly read: IndexReadCalls;
  readonly write: Calls<PlanWrites>;
  close(): Promise<void>;
}

/** The index without its writer: for looking while another process writes. */
export type ReadIndex = Pick<Index, 'path' | 'read' | 'close'>;

interface CommonOptions {
  readonly path: string;
  /** Reader threads; 1 unless said otherwise. */
  readonly readers?: number;
  /** Told of every call slower than `slowMs` (40): its name and time, never its content. */
  readonly log?: (slow: { readonly name: string; readonly ms: number }) => void;
  readonly slowMs?: number;
}

export interface OpenOptions extends CommonOptions {
  readonly mode?: 'write';
  /** False only where something else makes sure that no other process writes. */
  readonly lock?: boolean;
  /** Hears, before the index can be used, how one of an older version is brought up to date. */
  readonly onUpgrade?: (progress: UpgradeProgress) => void;
}

export interface OpenReadOptions extends CommonOptions {
  readonly mode: 'read';
}

/** Opens the index for planning exports beside whoever writes it. Rejects as `openIndex` does in read mode. */
export async function openPlanIndex(path: string): Promise<PlanIndex> {
  requireIndex(path);
  const entry = workerEntry(import.meta.url, './index-worker');
  const setup = { path, role: 'planner', lock: false } as const;
  // One thread: its tables are its own.
  const queue = new CallQueue({ entry, setup, threads: 1, onTimed: () => undefined });
  await opened(queue);
  return {
    read: callsOf<IndexReads>(queue),
    write: callsOf<PlanWrites>(queue),
    close: once(() => queue.close()),
  };
}

function requireIndex(path: string): void {
  if (!existsSync(path)) {
    throw new AppError('library_not_one', `There is no index: ${path}`, 'Check the folder, or sync once to create it.');
  }
}

const SLOW_MS = 40;

/**
 * Opens the index in its threads: one writer and at least one reader; with `mode: 'read'` readers alone, which need no lock.
 * The file is created if it is missing (its folder must exist), and brought to the newest schema, after a backup copy.
 *
 * Rejects with AppError `library_locked` (naming the other process), `library_newer`, `library_damaged`, `library_unwritable`, `disk_full`
 * (no room to bring it up to date), and in read mode `library_not_one` when there is no index.
 */
export function openIndex(options: OpenReadOptions): Promise<ReadIndex>;
export function openIndex(options: OpenOptions): Promise<Index>;
export async function openIndex(options: OpenOptions | OpenReadOptions): Promise<ReadIndex | Index> {
  const { path } = options;
  const slowMs = options.slowMs ?? SLOW_MS;
  const onTimed = (name: string, ms: number): void => {
    if (ms >= slowMs) {
      options.log?.({ name, ms });
    }
  };
  const entry = workerEntry(import.meta.url, './index-worker');
  const queueOf = (role: 'writer' | 'reader', threads: number, lock: boolean): CallQueue => {
    const onUpgrade = options.mode === 'read' ? undefined : options.onUpgrade;
    return new CallQueue({
      entry,
      setup: { path, role, lock },
      threads,
      onTimed,
      ...(onUpgrade !== undefined && { onUpgrade }),
    });
  };
  const readers = Math.max(1, options.readers ?? 1);
  if (options.mode === 'read') {
    requireIndex(path);
    const queue = queueOf('reader', readers, false);
    await opened(queue);
    return { path, read: callsOf<IndexReads>(queue), close: once(() => queue.close()) };
  }
  if (!existsSync(dirname(path))) {
    throw new AppError(
      'library_unwritable',
      `There is no folder for the index: ${dirname(path)}`,
      'Check that its drive is connected, or create the folder.',
    );
  }
  // The first reader loads its code while the writer opens. It opens after it, and finds the newest schema.
  const writer = queueOf('writer', 1, options.lock ?? true);
  const queue = queueOf('reader', readers, false);
  await opened(writer, queue);
  return {
    path,
    read: callsOf<IndexReads>(queue),
    write: callsOf<IndexWrites>(writer),
    close: once(async () => {
      // Readers first: the writer's checkpoint waits for nobody then, and the last connection removes the log.
      await queue.close();
      await writer.close();
    }),
  };
}

/** Opens them one after the other; when one does not open, ends all of them and rejects with its reason. */
async function opened(...queues: readonly CallQueue[]): Promise<void> {
  try {
    for (const queue of queues) {
      await queue.open();
    }
  } catch (error) {
    for (const queue of queues.toReversed()) {
      await queue.close();
    }
    throw error;
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => (closing ??= close());
}

/** One function for each name asked for: the list itself exists as a type, and in the worker. */
function callsOf<List>(queue: CallQueue): Calls<List> {
  const made = new Map<string, (input: unknown, options?: IndexCallOptions) => Promise<unknown>>();
  return new Proxy(Object.freeze({}) as Calls<List>, {
    get: (_target, name) => {
      // `then` is looked up by whoever awaits the object.
      if (typeof name !== 'string' || name === 'then') {
        return undefined;
      }
      let call = made.get(name);
      if (call === undefined) {
        call = (input, callOptions) => queue.call(name, input, callOptions?.signal);
        made.set(name, call);
      }
      return call;
    },
  });
}
