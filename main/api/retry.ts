/** Tries again what may succeed: waits are shown, end at once when cancelled, and are bounded. */
import type { Clock } from '../lib/clock.ts';
import { ApiError } from './errors.ts';
import type { Limiter, Priority } from './limiter.ts';

export interface RetryPolicy {
  /** Tries of one request for faults of the service and the network. */
  readonly tries: number;
  /** Answers "wait" (429) taken for one request before it fails; a wait is no fault, so there are more of them. */
  readonly waits: number;
  /** Back-off without word from the service: random below `baseMs` × 2^n, at most `capMs`. */
  readonly baseMs: number;
  readonly capMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { tries: 5, waits: 30, baseMs: 500, capMs: 30_000 };

export interface Wait {
  /** Epoch ms. */
  readonly until: number;
  /** `rate`: the budget or the service's own word; `backoff`: a fault before. */
  readonly reason: 'rate' | 'backoff';
  /** The try that comes after the wait, from 1. */
  readonly attempt: number;
}

export interface RetryingInput<T> {
  readonly endpoint: string;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
  /** null: no budget applies. */
  readonly limiter: Limiter | null;
  readonly priority: Priority;
  readonly chat: number | null;
  readonly onWait: ((wait: Wait | null) => void) | undefined;
  /** Sends once. */
  readonly once: () => Promise<T>;
}

/** Exponential back-off with full jitter, ms. `failures` counts from 1. */
function backoffMs(policy: Pick<RetryPolicy, 'baseMs' | 'capMs'>, failures: number, random: () => number): number {
  return Math.floor(random() * Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(failures - 1, 30)));
}

/** @throws ApiError: the last one when tries are used up, `aborted` when cancelled */
export async function retrying<T>(input: RetryingInput<T>): Promise<T> {
  const { policy, clock, signal, limiter } = input;
  let faults = 0;
  let waits = 0;
  for (;;) {
    const release = await takeTurn(input, faults + waits + 1);
    let failure: ApiError;
    try {
      return await input.once();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryable) {
        throw error;
      }
      failure = error;
    } finally {
      release();
    }
    if (failure.code === 'rate_limited') {
      waits += 1;
      if (waits > policy.waits) {
        throw failure;
      }
    } else {
      faults += 1;
      if (faults >= policy.tries) {
        throw failure;
      }
    }
    // A service that asks for no time at all and refuses again is met with back-off.
    const backoff = backoffMs(policy, faults + waits, input.random);
    const delay = failure.retryAfterMs === null || failure.retryAfterMs === 0 ? backoff : failure.retryAfterMs;
    if (limiter !== null && (failure.code === 'rate_limited' || failure.retryAfterMs !== null)) {
      // The whole connection is asked to wait, not this request alone; the wait itself is in the next turn.
      limiter.pause(delay);
      continue;
    }
    const reason = failure.code === 'rate_limited' ? 'rate' : 'backoff';
    input.onWait?.({ until: clock.now() + delay, reason, attempt: faults + waits + 1 });
    try {
      await clock.sleep(delay, signal);
    } catch {
      throw new ApiError('aborted', { endpoint: input.endpoint });
    } finally {
      input.onWait?.(null);
    }
  }
}

async function takeTurn<T>(input: RetryingInput<T>, attempt: number): Promise<() => void> {
  if (input.limiter === null) {
    return () => undefined;
  }
  let waiting = false;
  try {
    return await input.limiter.acquire({
      priority: input.priority,
      chat: input.chat,
      signal: input.signal,
      onWait: (until) => {
        waiting = true;
        input.onWait?.({ until, reason: 'rate', attempt });
      },
    });
  } catch {
    throw new ApiError('aborted', { endpoint: input.endpoint });
  } finally {
    if (waiting) {
      input.onWait?.(null);
    }
  }
}
