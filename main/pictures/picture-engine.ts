/** Draws pictures in threads that may die: a picture that ends its thread, or holds it for too long, costs that picture alone. */
import { Worker } from 'node:worker_threads';
import { endsWithin } from '../lib/ends-within.ts';
import { workerEntry } from '../lib/worker-entry.ts';
import type { DrawnPicture, FromPictureThread, PictureJob, PictureLimits } from './picture-job.ts';
import { errorText } from '../lib/app-error.ts';

/** No thread can be started: says nothing of any picture. */
export class PictureEngineError extends Error {
  override readonly name = 'PictureEngineError';
}

export interface PictureEngine {
  /**
   * Null when the picture cannot be drawn: not a picture, damaged, too large, or its decoder failed, hung or asked for too much memory.
   * Rejects with PictureEngineError when no thread starts.
   */
  draw(job: PictureJob): Promise<DrawnPicture | null>;
  /** Ends all threads; what is being drawn is answered with null. A thread that is stuck in the system is left after `endMilliseconds`. */
  close(): Promise<void>;
}

export interface EngineOptions extends PictureLimits {
  /** The script of a thread. */
  readonly entry: URL;
  readonly threads: number;
  /** For one picture, and for the start of a thread. */
  readonly milliseconds: number;
  /** For the end of all threads. */
  readonly endMilliseconds: number;
  /** A thread without work is ended after this. */
  readonly idleMilliseconds: number;
  /** After a thread did not start, no other is tried for this long. */
  readonly restMilliseconds: number;
  readonly now: () => number;
}

const DEFAULTS: EngineOptions = {
  entry: workerEntry(import.meta.url, './picture-worker'),
  // Above the largest phone cameras (200 MP), far below what a bomb claims.
  pixels: 220_000_000,
  memoryMb: 1024,
  threads: 2,
  milliseconds: 30_000,
  endMilliseconds: 2_000,
  idleMilliseconds: 30_000,
  restMilliseconds: 60_000,
  now: () => performance.now(),
};

interface Waiting {
  readonly job: PictureJob;
  readonly resolve: (picture: DrawnPicture | null) => void;
  readonly reject: (error: PictureEngineError) => void;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  at: Waiting | null;
  /** Ends a start, a picture or a rest that takes too long. */
  timer: NodeJS.Timeout | null;
}

/** Threads are started when there is work, at most `threads`, and do not keep the process awake without it. */
export function createPictureEngine(options: Partial<EngineOptions> = {}): PictureEngine {
  const {
    entry,
    threads: most,
    milliseconds,
    endMilliseconds,
    idleMilliseconds,
    restMilliseconds,
    now,
    ...limits
  } = {
    ...DEFAULTS,
    ...options,
  };
  const queue: Waiting[] = [];
  const threads = new Set<Thread>();
  let failed: { readonly error: PictureEngineError; readonly until: number } | null = null;
  let closed = false;

  const wait = (thread: Thread, ms: number, then: () => void): void => {
    clearTimeout(thread.timer ?? undefined);
    thread.timer = setTimeout(then, ms).unref();
  };

  const end = (thread: Thread): Promise<unknown> => {
    clearTimeout(thread.timer ?? undefined);
    threads.delete(thread);
    thread.at?.resolve(null);
    thread.at = null;
    return thread.worker.terminate();
  };

  /** A thread that ends before it was ready says that none will start; later it says something of its picture alone. */
  const lose = (thread: Thread, why: string): void => {
    if (!threads.has(thread)) {
      return;
    }
    void end(thread);
    if (thread.ready) {
      give();
      return;
    }
    failed = { error: new PictureEngineError(`pictures cannot be drawn: ${why}`), until: now() + restMilliseconds };
    for (const { reject } of queue.splice(0)) {
      reject(failed.error);
    }
  };

  const rest = (thread: Thread): void => {
    thread.worker.unref();
    wait(thread, idleMilliseconds, () => void end(thread));
  };

  const hear = (thread: Thread, message: FromPictureThread): void => {
    if (message.is === 'ready') {
      thread.ready = true;
      failed = null;
    } else {
      thread.at?.resolve(message.picture);
      thread.at = null;
      if (message.spent) {
        void end(thread);
      }
    }
    if (threads.has(thread)) {
      rest(thread);
    }
    give();
  };

  const start = (): void => {
    const worker = new Worker(entry, { workerData: limits });
    const thread: Thread = { worker, ready: false, at: null, timer: null };
    threads.add(thread);
    wait(thread, milliseconds, () => lose(thread, 'the thread does not start'));
    worker.on('message', (message: FromPictureThread) => hear(thread, message));
    worker.on('error', (error: unknown) => lose(thread, errorText(error)));
    worker.on('exit', () => lose(thread, 'the thread ended'));
  };

  /** Gives what waits to threads without work, and starts one more for what is left. */
  const give = (): void => {
    for (const thread of threads) {
      const next = thread.ready && thread.at === null ? queue.shift() : undefined;
      if (next !== undefined) {
        thread.at = next;
        thread.worker.ref();
        thread.worker.postMessage(next.job);
        wait(thread, milliseconds, () => lose(thread, 'it took too long'));
      }
    }
    const starting = [...threads].filter(({ ready }) => !ready).length;
    if (queue.length > starting && threads.size < most) {
      start();
    }
  };

  return {
    draw: (job) =>
      new Promise((resolve, reject) => {
        if (closed) {
          resolve(null);
        } else if (failed !== null && now() < failed.until) {
          reject(failed.error);
        } else {
          queue.push({ job, resolve, reject });
          give();
        }
      }),
    close: async () => {
      closed = true;
      queue.splice(0).forEach(({ resolve }) => resolve(null));
      await endsWithin(endMilliseconds, Promise.all([...threads].map(end)));
    },
  };
}
