import type { Clock } from '../lib/clock.ts';

/** Requests to the service and waits for it, told by the API client's hooks and read by the run that is going on. */
export class ServiceMeter {
  readonly #clock: Clock;
  requests = 0;
  #waitedMs = 0;
  #waitSince: number | null = null;
  #wait: { readonly until: number; readonly reason: 'rate' | 'backoff' } | null = null;
  /** Called when a wait begins or ends. */
  onChange: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  noteWait(wait: { readonly until: number; readonly reason: 'rate' | 'backoff' } | null): void {
    const now = this.#clock.now();
    if (this.#waitSince !== null) {
      this.#waitedMs += Math.max(0, now - this.#waitSince);
    }
    this.#waitSince = wait === null ? null : now;
    this.#wait = wait;
    this.onChange();
  }

  /** The wait that is on now, or null. */
  get wait(): { readonly until: number; readonly reason: 'rate' | 'backoff' } | null {
    return this.#wait;
  }

  get waitedMs(): number {
    return this.#waitedMs + (this.#waitSince === null ? 0 : Math.max(0, this.#clock.now() - this.#waitSince));
  }
}
