import { Worker } from 'node:worker_threads';
import { errorOf } from '../../lib/thread.ts';
import { canShare, type FromWorker, MOST_TOGETHER, type ToWorker, type WorkerSetup } from './thread-messages.ts';
import { type UpgradeProgress } from './upgrade.ts';
import { errorText } from '../../lib/app-error.ts';

/** One call that waits for its answer. */
export interface PendingCall {
  readonly name: string;
  readonly input: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface ThreadEvents {
  /** The thread is free: it has opened its database, or answered. */
  onIdle(): void;
  /** The thread ended without being asked to. */
  onDeath(error: Error): void;
  onTimed(name: string, ms: number): void;
  /** An index of an older version is being brought up to date. */
  onUpgrade(progress: UpgradeProgress): void;
}

/** A worker thread of the index as its client sees it: one call in flight, or a few that can share a transaction. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #events: ThreadEvents;
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #current = new Map<number, PendingCall>();
  #shared = false;
  #nextId = 1;
  #opened = false;
  #closing = false;
  #dead: Error | null = null;

  constructor(entry: URL, setup: WorkerSetup, events: ThreadEvents) {
    this.#events = events;
    // Flags of the main thread are not the worker's: `--input-type`, for one, would keep it from starting.
    this.#worker = new Worker(entry, { workerData: setup, name: `index ${setup.role}`, execArgv: [] });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) =>
      this.#die(
        new Error(`The index thread failed: ${errorText(error)}`, {
          cause: error,
        }),
      ),
    );
    this.#worker.on('exit', (code) => {
      this.#ended.resolve(undefined);
      if (!this.#closing) {
        this.#die(new Error(`The index thread ended unexpectedly (exit code ${String(code)}).`));
      }
    });
    // The opener of the index awaits it. The second listener prevents an unhandled rejection.
    this.#ready.promise.catch(() => undefined);
  }

  /** To be called once. Resolves when the thread has its database open; rejects with the reason when it has not. */
  open(): Promise<undefined> {
    this.#post({ open: true });
    return this.#ready.promise;
  }

  /** Whether a call of this name may be sent now. */
  takes(name: string): boolean {
    if (!this.#opened || this.#dead !== null || this.#current.size >= MOST_TOGETHER) {
      return false;
    }
    return this.#current.size === 0 || (canShare(name) && this.#shared);
  }

  /** No call is in flight, be it because none is or because the thread is dead. */
  get settled(): boolean {
    return this.#current.size === 0;
  }

  send(call: PendingCall): void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#current.set(id, call);
    this.#shared = canShare(call.name);
    try {
      this.#post({ call: id, name: call.name, input: call.input });
    } catch (error) {
      // The input cannot be copied to another thread.
      this.#current.delete(id);
      call.reject(error);
    }
  }

  /** To be called when idle: the thread closes its database (the writer checkpoints first) and ends. */
  async close(): Promise<void> {
    if (this.#dead === null) {
      this.#closing = true;
      this.#post({ close: true });
    }
    await this.#ended.promise;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    switch (message.is) {
      case 'upgrade':
        this.#events.onUpgrade(message.progress);
        return;
      case 'ready':
        this.#opened = true;
        this.#ready.resolve(undefined);
        this.#events.onIdle();
        return;
      case 'refused':
        this.#closing = true;
        this.#dead = errorOf(message.error);
        this.#ready.reject(this.#dead);
        return;
      case 'answer':
      case 'fault':
        this.#settle(message);
        return;
      case 'closed':
        return;
    }
  }

  #settle(message: Extract<FromWorker, { call: number }>): void {
    const call = this.#current.get(message.call);
    if (call === undefined) {
      return;
    }
    this.#current.delete(message.call);
    this.#events.onTimed(call.name, message.ms);
    if (message.is === 'answer') {
      call.resolve(message.value);
    } else {
      call.reject(errorOf(message.error));
    }
    this.#events.onIdle();
  }

  #die(error: Error): void {
    if (this.#dead !== null) {
      return;
    }
    this.#dead = error;
    this.#ready.reject(error);
    for (const call of this.#current.values()) {
      call.reject(error);
    }
    this.#current.clear();
    this.#events.onDeath(error);
  }
}
