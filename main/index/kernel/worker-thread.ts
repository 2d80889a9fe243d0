import { Worker } from 'node:worker_threads';
import { errorOf } from '../../lib/thread.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './thread-messages.ts';
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

/** A worker thread of the index as its client sees it: one call in flight at most. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #events: ThreadEvents;
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #ended = Promise.withResolvers<undefined>();
  #current: { readonly id: number; readonly call: PendingCall } | null = null;
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

  get idle(): boolean {
    return this.#opened && this.#current === null && this.#dead === null;
  }

  /** No call is in flight, be it because none is or because the thread is dead. */
  get settled(): boolean {
    return this.#current === null;
  }

  send(call: PendingCall): void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#current = { id, call };
    try {
      this.#post({ call: id, name: call.name, input: call.input });
    } catch (error) {
      // The input cannot be copied to another thread.
      this.#current = null;
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
    const current = this.#current;
    if (current?.id !== message.call) {
      return;
    }
    this.#current = null;
    this.#events.onTimed(current.call.name, message.ms);
    if (message.is === 'answer') {
      current.call.resolve(message.value);
    } else {
      current.call.reject(errorOf(message.error));
    }
    this.#events.onIdle();
  }

  #die(error: Error): void {
    if (this.#dead !== null) {
      return;
    }
    this.#dead = error;
    this.#ready.reject(error);
    const current = this.#current;
    this.#current = null;
    current?.call.reject(error);
    this.#events.onDeath(error);
  }
}
