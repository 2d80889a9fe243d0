import type { Clock } from '../../lib/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(new Error('the sleep was cut short'));
      };
      const sleeper: Sleeper = {
        at: this.#now + ms,
        wake: () => {
          end();
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) {
        onAbort();
      }
    });
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of [...this.#sleepers].sort((a, b) => a.at - b.at)) {
      if (sleeper.at <= this.#now) {
        sleeper.wake();
      }
    }
  }

  /** Goes to the time of the next sleeper and wakes it; false when nobody sleeps. */
  skip(): boolean {
    const next = [...this.#sleepers].reduce((at, sleeper) => Math.min(at, sleeper.at), Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) {
      return false;
    }
    this.advance(Math.max(0, next - this.#now));
    return true;
  }
}

/** Lets everything run that can run without time passing. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
