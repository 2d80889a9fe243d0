/**
 * How many transfers a media host gets at once: climbs while throughput grows, backs off on refusals, resets and stalls.
 * Pure arithmetic on what happened; one gauge per host.
 */
export interface GaugeLimits {
  readonly start: number;
  readonly min: number;
  readonly max: number;
}

export type GaugeEvent = 'ok' | 'refused' | 'broken';

export class HostGauge {
  readonly #limits: GaugeLimits;
  #limit: number;
  #okSinceChange = 0;
  #pausedUntil = 0;
  #cooldownUntil = 0;

  constructor(limits: GaugeLimits) {
    this.#limits = limits;
    this.#limit = Math.max(limits.min, Math.min(limits.start, limits.max));
  }

  /** Transfers allowed at once, at `now` (epoch ms); 0 while the host has asked for a pause. */
  limit(now: number): number {
    return now < this.#pausedUntil ? 0 : Math.floor(this.#limit);
  }

  /** Until when the host asked to be left alone; 0 = it did not. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /**
   * `ok`: a transfer ended well. `refused`: 429 or 503; `retryAfterMs` is the host's word. `broken`: reset or stall.
   * A burst of failures counts once: after backing off, the gauge ignores further ones for a second.
   */
  note(event: GaugeEvent, now: number, retryAfterMs: number | null = null): void {
    switch (event) {
      case 'ok':
        this.#okSinceChange += 1;
        if (this.#okSinceChange >= this.#limit * 2 && this.#limit < this.#limits.max) {
          this.#limit = Math.min(this.#limits.max, this.#limit + 1);
          this.#okSinceChange = 0;
        }
        return;
      case 'refused':
        this.#pausedUntil = Math.max(this.#pausedUntil, now + (retryAfterMs ?? 1_000));
        this.#backOff(now, 0.5);
        return;
      case 'broken':
        this.#backOff(now, 0.75);
        return;
    }
  }

  #backOff(now: number, factor: number): void {
    if (now < this.#cooldownUntil) {
      return;
    }
    this.#limit = Math.max(this.#limits.min, this.#limit * factor);
    this.#okSinceChange = 0;
    this.#cooldownUntil = now + 1_000;
  }
}
