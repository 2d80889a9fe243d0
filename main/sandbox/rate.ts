/** A token bucket per connection, as the service documents it (API facts §5). */

export interface Rate {
  /** Tokens that come back in a minute. */
  readonly perMinute: number;
  /** Tokens that can be saved up. */
  readonly burst: number;
}

export class Bucket {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #tokens = new Map<string, { tokens: number; at: number }>();

  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Takes a token if there is one; `waitSeconds` is null then, else how long until the next. Reset is in seconds from now. */
  take(connection: string): { headers: Record<string, string>; waitSeconds: number | null } {
    const { perMinute, burst } = this.#rate;
    const now = this.#now();
    const last = this.#tokens.get(connection) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, last.tokens + ((now - last.at) * perMinute) / 60_000);
    const granted = tokens >= 1;
    const left = granted ? tokens - 1 : tokens;
    this.#tokens.set(connection, { tokens: left, at: now });
    const headers = {
      'x-ratelimit-limit': String(burst),
      'x-ratelimit-remaining': String(Math.floor(left)),
      'x-ratelimit-reset': String(Math.ceil(((burst - left) * 60) / perMinute)),
    };
    return { headers, waitSeconds: granted ? null : Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute)) };
  }
}
