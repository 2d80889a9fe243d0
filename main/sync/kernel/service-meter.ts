import type { Clock } from '../../lib/clock.ts';

/** A timer may fire a little before its time. */
const TIMER_SLACK_MS = 100;

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

  /** Null: a wait is over. Another one that has longer to go stays: several requests may wait at once. */
  noteWait(wait: { readonly until: number; readonly reason: 'rate' | 'backoff' } | null): void {
    const now = this.#clock.now();
    if (wait === null && this.#wait !== null && this.#wait.until > now + TIMER_SLACK_MS) {
      return;
    }
    if (this.#waitSince !== null) {
      this.#waitedMs += Math.max(0, now - this.#waitSince);
    }
    this.#waitSince = wait === null ? null : now;
    this.#wait = wait;
    this.onChange();
  }

  /** The wait that is on now, or null. */
  get wait(): { readonly until: number; readonly reason: 'rate' | 'backoff' } | null {
    return this.#wait !== null && this.#wait.until > this.#clock.now() ? this.#wait : null;
  }

  get waitedMs(): number {
    if (this.#waitSince === null || this.#wait === null) {
      return this.#waitedMs;
    }
    return this.#waitedMs + Math.max(0, Math.min(this.#clock.now(), this.#wait.until) - this.#waitSince);
  }
}
