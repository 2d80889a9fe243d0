/**
 * How long a link lives when it does not say: learnt from links that were refused. Pure; one for each media host.
 * The shortest age at which a link was refused bounds the lifetime from above; the longest at which one worked bounds it from below.
 */
export class LinkLifetime {
  #shortestRefused = Number.POSITIVE_INFINITY;
  #longestUsed = 0;

  /** A link of this age (ms since it was listed) was accepted. */
  noteUsed(ageMs: number): void {
    this.#longestUsed = Math.max(this.#longestUsed, ageMs);
    if (this.#longestUsed >= this.#shortestRefused) {
      // One refusal was not about age, or the service gives longer links now.
      this.#shortestRefused = Number.POSITIVE_INFINITY;
    }
  }

  /** A link of this age was refused, and a fresh one worked. */
  noteRefused(ageMs: number): void {
    if (ageMs > this.#longestUsed) {
      this.#shortestRefused = Math.min(this.#shortestRefused, ageMs);
    }
  }

  /**
   * When a link listed at `fetchedAt` is expected to end; `stated` is what the link itself says. Null = not known. A link that says it
   * ended before it was listed means that this machine's clock is wrong: its word is not used.
   */
  expiryOf(fetchedAt: number, stated: number | null): number | null {
    if (stated !== null && stated > fetchedAt) {
      return stated;
    }
    return Number.isFinite(this.#shortestRefused) ? fetchedAt + this.#shortestRefused : null;
  }
}
