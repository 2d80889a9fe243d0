import { type PendingCall, WorkerThread } from './worker-thread.ts';
import { type WorkerSetup } from './thread-messages.ts';
import { type UpgradeProgress } from './upgrade.ts';

export interface QueueOptions {
  readonly entry: URL;
  readonly setup: WorkerSetup;
  /** At most so many. One starts at once, each other when a call has waited for a while: a thread takes a tenth of a second of a core. */
  readonly threads: number;
  readonly onTimed: (name: string, ms: number) => void;
  readonly onUpgrade?: (progress: UpgradeProgress) => void;
}

/** Most calls end sooner than this. */
const PATIENCE_MS = 10;

/**
 * Calls in the order they came, each to the first free thread. A call that is cancelled before it has begun is dropped; one that has begun
 * runs to its end, and its answer is thrown away.
 */
export class CallQueue {
  readonly #options: QueueOptions;
  readonly #threads: WorkerThread[];
  readonly #waiting: PendingCall[] = [];
  #open = 0;
  #closed: Error | null = null;
  #whenEmpty: (() => void) | null = null;
  #growing: NodeJS.Timeout | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#threads = [this.#start()];
  }

  #start(): WorkerThread {
    const { entry, setup, onTimed, onUpgrade } = this.#options;
    return new WorkerThread(entry, setup, {
      onIdle: () => this.#dispatch(),
      onDeath: (error) => this.#fail(error),
      onTimed,
      onUpgrade: (progress) => onUpgrade?.(progress),
    });
  }

  /**
   * To be called once, before any call: until then the first thread only loads its code. Resolves when calls are answered. A later thread
   * that cannot open the index takes none; those that could go on.
   */
  async open(): Promise<void> {
    await this.#threads[0]?.open();
  }

  /** Rejects with the signal's reason when it is aborted, with the thread's error, or because the index is closed. */
  call(name: string, input: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    if (this.#closed !== null) {
      return Promise.reject(this.#closed);
    }
    if (signal?.aborted === true) {
      return Promise.reject(reasonOf(signal));
    }
    this.#open += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const pending: PendingCall = { name, input, resolve, reject };
    const onAbort = (): void => {
      const index = this.#waiting.indexOf(pending);
      if (index !== -1) {
        this.#waiting.splice(index, 1);
      }
      if (signal !== undefined) {
        reject(reasonOf(signal));
      }
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#waiting.push(pending);
    this.#dispatch();
    return promise.finally(() => {
      signal?.removeEventListener('abort', onAbort);
      this.#open -= 1;
      this.#checkEmpty();
    });
  }

  /** Refuses new calls, finishes the outstanding ones, ends the threads. */
  async close(): Promise<void> {
    this.#closed ??= new Error('The index is closed.');
    clearTimeout(this.#growing ?? undefined);
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
      this.#checkEmpty();
    });
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #dispatch(): void {
    for (const thread of this.#threads) {
      for (let [next] = this.#waiting; next !== undefined && thread.takes(next.name); [next] = this.#waiting) {
        this.#waiting.shift();
        thread.send(next);
      }
    }
    if (this.#waiting.length > 0 && this.#closed === null && this.#threads.length < this.#options.threads) {
      this.#growing ??= setTimeout(() => {
        this.#growing = null;
        if (this.#waiting.length > 0 && this.#closed === null) {
          const thread = this.#start();
          this.#threads.push(thread);
          thread.open().catch(() => undefined);
        }
      }, PATIENCE_MS);
    }
    this.#checkEmpty();
  }

  #fail(error: Error): void {
    this.#closed = error;
    for (const call of this.#waiting.splice(0)) {
      call.reject(error);
    }
    this.#checkEmpty();
  }

  #checkEmpty(): void {
    if (this.#open === 0 && this.#waiting.length === 0 && this.#threads.every((thread) => thread.settled)) {
      this.#whenEmpty?.();
    }
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('The call was cancelled.', 'AbortError');
}
