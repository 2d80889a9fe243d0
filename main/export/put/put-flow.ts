/** Files on their way into a target: batches go to the writing threads as long as there are files, and each answer is settled when it comes. */
import PQueue from 'p-queue';
import type { ExportConflict } from '../../contract/export-shapes.ts';
import type { PutMethod } from '../target/target.ts';
import { type PutStop, stopError } from '../target/target-errors.ts';
import type { PutAnswer, PutItem, PutPlace } from './put-jobs.ts';
import type { PutPool } from './put-pool.ts';

/** Files synced and named together. */
const BATCH_FILES = { each: 64, whole: 250 } as const;
const BATCH_BYTES = 32 * 1024 * 1024;
/** Files that are only compared weigh nothing, but take memory. */
const BATCH_LOOKS = 1000;
/**
 * Batches of a thread under way: while some wait for a sync, the next are written. A killed run writes their files a second time. Where each file is synced for
 * itself, those that wait are open.
 */
const BATCHES = { each: 3, whole: 16 } as const;
const TICK_MS = 250;

export interface PutFlow {
  /** The target, as a person knows it. */
  readonly dir: string;
  readonly place: PutPlace;
  readonly method: PutMethod;
  readonly conflict: ExportConflict;
  readonly sync: 'each' | 'whole';
  /** Undefined = as many as is fast. */
  readonly batchFiles: number | undefined;
  /** What is to be written, for even shares. */
  readonly expected: { readonly files: number; readonly bytes: number };
}

export interface PutFlowHooks {
  /** Gets a function that counts the bytes copied so far. */
  follow(bytes: () => number): void;
  tick(): void;
  /** Resolves at once, or when a pause ends; until then no file is begun. */
  whenGoing(): Promise<void>;
  /** Takes the answer of a batch. What it throws ends the flow. */
  settle(answer: PutAnswer): Promise<void> | void;
}

/**
 * Puts all items into the target. AppError `interrupted`, `disk_full`, `target_unusable`, `media_offline`, or what `settle` throws; what was
 * written until then is settled.
 */
export async function putAll(
  flow: PutFlow,
  pool: PutPool,
  pages: AsyncIterable<readonly PutItem[]>,
  signal: AbortSignal,
  hooks: PutFlowHooks,
): Promise<void> {
  hooks.follow(() => pool.bytes());
  const pause = new Pause(pool, hooks);
  const timer = setInterval(() => {
    hooks.tick();
    pause.look();
  }, TICK_MS);
  const stop = (): void => pool.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Flow(flow, pool, hooks).run(pages, signal);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
  }
}

class Flow {
  readonly #flow: PutFlow;
  readonly #pool: PutPool;
  readonly #hooks: PutFlowHooks;
  #stop: { readonly code: PutStop; readonly message: string } | null = null;
  #fault: { readonly error: unknown } | null = null;

  constructor(flow: PutFlow, pool: PutPool, hooks: PutFlowHooks) {
    this.#flow = flow;
    this.#pool = pool;
    this.#hooks = hooks;
  }

  async run(pages: AsyncIterable<readonly PutItem[]>, signal: AbortSignal): Promise<void> {
    const { sync, dir } = this.#flow;
    const queue = new PQueue({ concurrency: BATCHES[sync] * this.#pool.threads });
    try {
      for await (const batch of this.#batches(pages)) {
        await this.#hooks.whenGoing();
        if (signal.aborted) {
          this.#stop ??= { code: 'aborted', message: 'stopped' };
        }
        if (this.#stop !== null || this.#fault !== null) {
          break;
        }
        void queue.add(() => this.#put(batch));
        await queue.onSizeLessThan(1);
      }
    } finally {
      await queue.onIdle();
    }
    if (this.#fault !== null) {
      throw this.#fault.error;
    }
    if (this.#stop !== null) {
      throw stopError(this.#stop.code, this.#stop.message, dir);
    }
  }

  /** Even shares for the threads, none larger than may be synced together. */
  async *#batches(pages: AsyncIterable<readonly PutItem[]>): AsyncGenerator<PutItem[]> {
    const { expected, batchFiles, sync } = this.#flow;
    const { threads } = this.#pool;
    const most = {
      files: Math.min(batchFiles ?? BATCH_FILES[sync], Math.ceil(expected.files / threads)),
      bytes: Math.min(BATCH_BYTES, Math.ceil(expected.bytes / threads)),
    };
    let batch: PutItem[] = [];
    let files = 0;
    let bytes = 0;
    for await (const page of pages) {
      for (const item of page) {
        batch.push(item);
        if (item.before?.sha256 !== item.sha256) {
          files += 1;
          bytes += item.bytes;
        }
        if (files > 0 ? files >= most.files || bytes >= most.bytes : batch.length >= BATCH_LOOKS) {
          yield batch;
          batch = [];
          files = 0;
          bytes = 0;
        }
      }
    }
    if (batch.length > 0) {
      yield batch;
    }
  }

  /** Never rejects. */
  async #put(items: readonly PutItem[]): Promise<void> {
    const { place, method, conflict, sync } = this.#flow;
    const answer = await this.#pool.run({ place, method, conflict, sync, items });
    // The first that is not only the stopping of the others is the reason.
    if (answer.stop !== null && (this.#stop === null || this.#stop.code === 'aborted')) {
      this.#stop = answer.stop;
      this.#pool.stop();
    }
    try {
      await this.#hooks.settle(answer);
    } catch (error) {
      this.#fault ??= { error };
      this.#pool.stop();
    }
  }
}

/** Holds the threads where they are while a run is paused: a batch can take minutes. */
class Pause {
  readonly #pool: PutPool;
  readonly #hooks: Pick<PutFlowHooks, 'whenGoing'>;
  #asking = false;

  constructor(pool: PutPool, hooks: Pick<PutFlowHooks, 'whenGoing'>) {
    this.#pool = pool;
    this.#hooks = hooks;
  }

  /** Asks whether the run goes; until the answer comes it does not. */
  look(): void {
    if (this.#asking) {
      return;
    }
    this.#asking = true;
    this.#pool.pause();
    const go = (): void => {
      this.#asking = false;
      this.#pool.resume();
    };
    this.#hooks.whenGoing().then(go, go);
  }
}
