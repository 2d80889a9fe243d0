/** A link listed within this time is not answered by listing its page again: it is tried again as it is. Ms. */
export const YOUNG_MS = 60_000;
/** So many in a row, with no link that worked in between, are the rule. */
const IN_A_ROW = 10;

/** When a link was listed, epoch ms, and what it says about its end; null = it does not say. */
export interface LinkTimes {
  readonly urlFetchedAt: number;
  readonly urlExpiresAt: number | null;
}

/**
 * Learns from one media host how long links without an expiry live, and whether new links work. Pure. The shortest
 * age at which a link was refused bounds the lifetime from above; the longest at which one worked bounds it from below.
 */
export class HostLinks {
  #shortestRefused = Number.POSITIVE_INFINITY;
  #longestUsed = 0;
  /** Given up after another try, in a row. */
  #givenUp = 0;
  #newGivenUp = 0;

  /** True once the host has refused new links as a rule; a run asks it for nothing more then. */
  get refusesNew(): boolean {
    return this.#newGivenUp >= IN_A_ROW;
  }

  /** A link of this age (ms since it was listed) was accepted. */
  noteUsed(ageMs: number): void {
    this.#givenUp = 0;
    this.#newGivenUp = 0;
    this.#longestUsed = Math.max(this.#longestUsed, ageMs);
    if (this.#longestUsed >= this.#shortestRefused) {
      // One refusal was not about age, or the service gives longer links now.
      this.#shortestRefused = Number.POSITIVE_INFINITY;
    }
  }

  /** A link of this age was refused, and a new one worked. */
  noteRefused(ageMs: number): void {
    if (ageMs > this.#longestUsed && ageMs >= YOUNG_MS) {
      this.#shortestRefused = Math.min(this.#shortestRefused, ageMs);
    }
  }

  /**
   * A file's link was given up after `refusals` of it. One refusal alone does not show that another try is refused too. `isNew`: the page
   * was listed again for the file, after the link before was given up.
   */
  noteGivenUp(refusals: number, isNew: boolean): void {
    this.#givenUp += refusals > 1 ? 1 : 0;
    this.#newGivenUp += isNew ? 1 : 0;
  }

  /** When a link is expected to end, epoch ms; null = not known. A link that ended before it was listed shows that this machine's clock is wrong: its word is not used. */
  expiryOf({ urlFetchedAt, urlExpiresAt }: LinkTimes): number | null {
    if (urlExpiresAt !== null && urlExpiresAt > urlFetchedAt) {
      return urlExpiresAt;
    }
    return Number.isFinite(this.#shortestRefused) ? urlFetchedAt + this.#shortestRefused : null;
  }

  /** True when nothing needs to be asked to know that the link has ended. A young link is tried whatever it says. */
  hasEnded(link: LinkTimes, now: number): boolean {
    const expiry = this.expiryOf(link);
    return expiry !== null && expiry <= now && now - link.urlFetchedAt >= YOUNG_MS;
  }

  /**
   * True when a refused link is worth another try: it is young, says that it goes on, older ones have worked, or it is the file's last link
   * in this run (`isLast`): the wait for a slow host can make it old before its first try. Not while no refused link of this host works at
   * a later try.
   */
  mayWork(link: LinkTimes, now: number, isLast = false): boolean {
    if (this.#givenUp >= IN_A_ROW) {
      return false;
    }
    if (isLast) {
      return true;
    }
    const age = now - link.urlFetchedAt;
    const expiry = this.expiryOf(link);
    return expiry === null ? age < YOUNG_MS || age <= this.#longestUsed : expiry > now;
  }
}
