import { Refusal } from '../kernel/refusal.ts';

/** Lets no write of an index begin while it is shut, and knows when those that had begun have ended. */
export class WriteGate {
  #reason: string | null = null;
  readonly #pending = new Set<Promise<unknown>>();

  /** The same calls, each through the gate: refused as `busy` while it is shut. */
  guard<Writes extends object>(writes: Writes): Writes {
    return new Proxy(writes, {
      get: (target, name): unknown => {
        const call: unknown = Reflect.get(target, name);
        return typeof call === 'function'
          ? (...input: unknown[]) => this.#pass(() => Reflect.apply(call, target, input))
          : call;
      },
    });
  }

  /** Resolves when no write is under way. `reason`: what a person is told meanwhile. */
  async shut(reason: string): Promise<void> {
    this.#reason = reason;
    await Promise.allSettled(this.#pending);
  }

  open(): void {
    this.#reason = null;
  }

  #pass(write: () => unknown): Promise<unknown> {
    if (this.#reason !== null) {
      return Promise.reject(new Refusal('busy', this.#reason, 'Try again in a moment.'));
    }
    const work = Promise.resolve(write());
    this.#pending.add(work);
    const end = (): void => {
      this.#pending.delete(work);
    };
    work.then(end, end);
    return work;
  }
}
