/**
 * A worker thread as calls: a name and an input go there, a value or an error comes back. What the thread does is one list of functions,
 * and the client takes its types from that list, so both sides agree.
 */
import { parentPort, Worker, type Transferable, type WorkerOptions } from 'node:worker_threads';
import { AppError, type ErrorCode, errorText } from './app-error.ts';
import { systemCode } from './fs-fault.ts';

/** An error as a value, because classes do not survive the way between threads. */
export interface ErrorValue {
  /** Null: not an error for people, a fault of the program or of the system. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint: string;
  /** Of an error of the system, such as `ENOSPC`. */
  readonly system: string | null;
  readonly stack: string | null;
}

export function errorValue(error: unknown): ErrorValue {
  const known = error instanceof Error ? error : new Error(String(error));
  const words = error instanceof AppError ? { code: error.code, hint: error.hint } : { code: null, hint: '' };
  return { ...words, message: known.message, system: systemCode(error), stack: known.stack ?? null };
}

/** The error as it was before it crossed; the stack of the other thread comes along as its cause. */
export function errorOf({ code, message, hint, system, stack }: ErrorValue): Error {
  if (code !== null) {
    return new AppError(code, message, hint);
  }
  return Object.assign(new Error(message, { cause: stack ?? undefined }), system === null ? {} : { code: system });
}

/** What a thread does, by name. */
type Work = Readonly<Record<string, (input: never) => unknown>>;
type Input<Do> = Do extends (input: infer In) => unknown ? In : never;
type Answer<Do> = Do extends (input: never) => infer Out ? Awaited<Out> : never;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}
type Said =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorValue }
  | { readonly news: unknown };

const post = (said: Said, transfer: readonly Transferable[] = []): void => parentPort?.postMessage(said, transfer);

/** In the thread: tells the client something beside its answers. */
export const tellNews = (news: unknown): void => post({ news });

/** In the thread: answers every call by `work`. `transferOf`: the parts of an answer that are handed over, not copied. */
export function serveThread<Does extends Work>(
  work: Does,
  transferOf: (value: Answer<Does[keyof Does]>) => readonly Transferable[] = () => [],
): void {
  // Client and thread are built from one list: names and inputs have been checked there.
  type Value = Answer<Does[keyof Does]>;
  const known = work as unknown as Readonly<Record<string, (input: unknown) => Value | Promise<Value>>>;
  const answer = async ({ id, name, input }: Call): Promise<void> => {
    try {
      const run = known[name];
      if (run === undefined) {
        throw new Error(`this thread knows no call named ${name}`);
      }
      const value = await run(input);
      post({ id, value }, transferOf(value));
    } catch (error) {
      post({ id, error: errorValue(error) });
    }
  };
  parentPort?.on('message', (call: Call) => void answer(call));
}

/** A thread that serves `Does`, as its client sees it. It lives until it is closed, or fails. */
export class Thread<Does extends Work> {
  readonly worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #ended = Promise.withResolvers<undefined>();
  #lost: Error | null = null;
  #next = 1;

  /** `name` is what messages call it: `the PDF thread`. Flags of this process are not the thread's. */
  constructor(
    entry: URL,
    name: string,
    options: WorkerOptions = {},
    onNews: (news: unknown) => void = () => undefined,
  ) {
    this.worker = new Worker(entry, { name, execArgv: [], ...options });
    this.worker.on('message', (said: Said) => {
      if ('news' in said) {
        onNews(said.news);
        return;
      }
      const waiting = this.#waiting.get(said.id);
      this.#waiting.delete(said.id);
      if ('error' in said) {
        waiting?.reject(errorOf(said.error));
      } else {
        waiting?.resolve(said.value);
      }
    });
    this.worker.on('error', (error: unknown) => this.#lose(`${name} failed: ${errorText(error)}`, error));
    this.worker.on('exit', () => {
      this.#lose(`${name} ended`);
      this.#ended.resolve(undefined);
    });
  }

  /** Resolves when the thread is gone. */
  get ended(): Promise<undefined> {
    return this.#ended.promise;
  }

  /** Why it takes no calls any more; null while it does. */
  get lost(): Error | null {
    return this.#lost;
  }

  /** Rejects with the error of the work, or because the thread is gone. */
  async ask<Name extends keyof Does & string>(
    name: Name,
    input: Input<Does[Name]>,
    transfer: readonly Transferable[] = [],
  ): Promise<Answer<Does[Name]>> {
    if (this.#lost !== null) {
      throw this.#lost;
    }
    const id = this.#next;
    this.#next += 1;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.worker.postMessage({ id, name, input } satisfies Call, transfer);
    return (await waiting.promise) as Answer<Does[Name]>;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  #lose(why: string, cause?: unknown): void {
    this.#lost ??= new Error(why, { cause });
    for (const { reject } of this.#waiting.values()) {
      reject(this.#lost);
    }
    this.#waiting.clear();
  }
}
