/**
 * One request budget for each connection (API facts §5: token bucket, 60 a minute, burst 90), shared by everything that asks through it.
 * A wait is a wait, never a failure: callers queue fairly and can leave the queue at any time.
 */
import { type Clock, systemClock } from '../lib/clock.ts';
import type { RateHeaders } from './rate-headers.ts';

/** Most urgent first: links about to die, new pages, re-walks of old ground. */
const PRIORITIES = ['refresh', 'list', 'recheck'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface LimiterOptions {
  /** Requests a minute; 0 = none; null = the documented default. */
  readonly ratePerMinute: number | null;
  /** Requests at once; default 2. */
  readonly maxInFlight?: number;
  readonly clock?: Clock;
}

interface AcquireOptions {
  readonly priority: Priority;
  /** Turns go round between chats; null = no chat. */
  readonly chat: number | null;
  readonly signal?: AbortSignal | undefined;
  /** Epoch ms at which the next turn is due, while the budget (not another request) is what is waited for. */
  readonly onWait?: ((until: number) => void) | undefined;
}

export interface Limiter {
  /** Resolves when it is the caller's turn; the result gives the place back. Rejects with the signal's reason when aborted. */
  acquire(options: AcquireOptions): Promise<() => void>;
  /** Corrects the budget by what an answer said. */
  observe(headers: RateHeaders): void;
  /** Nobody gets a turn for `ms` from now on (a longer pause already set stays). */
  pause(ms: number): void;
  /** Epoch ms until which nobody gets a turn; null when not waiting. */
  waitingUntil(): number | null;
}

const DEFAULT_RATE = 60;
const BURST_SHARE = 1.5;

interface Waiter {
  readonly options: AcquireOptions;
  readonly resolve: (release: () => void) => void;
  told: number;
}

/** A limiter for one connection. */
export function createLimiter(options: LimiterOptions): Limiter {
  const clock = options.clock ?? systemClock;
  const maxInFlight = options.maxInFlight ?? 2;
  const rate = options.ratePerMinute ?? DEFAULT_RATE;
  const burst = Math.max(1, Math.floor(rate * BURST_SHARE));
  const queue = createTurns<Waiter>();
  let tokens = burst;
  let at = clock.now();
  let pausedUntil = 0;
  let inFlight = 0;
  let remaining: number | null = null;
  /** The service refused although its count should have come back by the documented refill: it counts in windows, so their ends are waited for. */
  let isWindowed = rate === 0;
  let alarm: { readonly due: number; readonly stop: AbortController } | null = null;

  /** Brings tokens up to date. A clock set back must neither stop the refill nor prolong a pause beyond its length. */
  function refresh(): number {
    const now = clock.now();
    if (now < at) {
      pausedUntil = pausedUntil > at ? now + (pausedUntil - at) : 0;
    } else {
      tokens = Math.min(burst, tokens + ((now - at) * rate) / 60_000);
    }
    at = now;
    return now;
  }

  /** Epoch ms of the next turn that the budget allows; at most `now` when it is now. */
  function due(now: number): number {
    const token = rate === 0 || tokens >= 1 ? now : now + Math.ceil(((1 - tokens) * 60_000) / rate);
    return Math.max(token, pausedUntil);
  }

  function setAlarm(when: number, now: number): void {
    if (alarm?.due === when) {
      return;
    }
    alarm?.stop.abort();
    const stop = new AbortController();
    const mine = { due: when, stop };
    alarm = mine;
    clock.sleep(when - now, stop.signal).then(
      () => {
        if (alarm === mine) {
          alarm = null;
          pump();
        }
      },
      () => undefined,
    );
  }

  function clearAlarm(): void {
    alarm?.stop.abort();
    alarm = null;
  }

  function pump(): void {
    while (queue.size() > 0 && inFlight < maxInFlight) {
      const now = refresh();
      const next = due(now);
      if (next > now) {
        setAlarm(next, now);
        queue.each((waiter) => {
          if (waiter.told !== next) {
            waiter.told = next;
            waiter.options.onWait?.(next);
          }
        });
        return;
      }
      const waiter = queue.take();
      if (waiter === null) {
        break;
      }
      tokens = Math.max(0, tokens - 1);
      inFlight += 1;
      waiter.resolve(releaseOnce());
    }
    clearAlarm();
  }

  function releaseOnce(): () => void {
    let held = true;
    return () => {
      if (held) {
        held = false;
        inFlight -= 1;
        pump();
      }
    };
  }

  return {
    acquire: (ask) =>
      new Promise((resolve, reject) => {
        const { signal } = ask;
        if (signal?.aborted === true) {
          reject(abortReason(signal));
          return;
        }
        const onAbort = (): void => {
          queue.remove(waiter);
          if (signal !== undefined) {
            reject(abortReason(signal));
          }
          pump();
        };
        const waiter: Waiter = {
          options: ask,
          told: 0,
          resolve: (release) => {
            signal?.removeEventListener('abort', onAbort);
            resolve(release);
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.add(ask.priority, ask.chat, waiter);
        pump();
      }),
    observe: (headers) => {
      refresh();
      remaining = headers.remaining;
      if (remaining === null) {
        return;
      }
      tokens = Math.min(tokens, remaining);
      if (remaining === 0 && headers.resetMs !== null && isWindowed) {
        pausedUntil = Math.max(pausedUntil, at + headers.resetMs);
      }
      pump();
    },
    pause: (ms) => {
      const now = refresh();
      isWindowed ||= remaining === 0;
      pausedUntil = Math.max(pausedUntil, now + ms);
      pump();
    },
    waitingUntil: () => {
      const now = refresh();
      const next = due(now);
      return queue.size() > 0 && next > now ? next : null;
    },
  };
}

export interface LimiterRegistry {
  /** The one limiter of a connection at an API origin; made at first use with these options. */
  limiterFor(connection: string, options: Omit<LimiterOptions, 'clock'>): Limiter;
}

/** Holds one limiter for each connection, so that every client of a connection shares its budget. */
export function createLimiterRegistry(clock: Clock = systemClock): LimiterRegistry {
  const limiters = new Map<string, { readonly limiter: Limiter; readonly made: string }>();
  return {
    limiterFor: (connection, options) => {
      const made = `${options.ratePerMinute ?? 'default'}/${options.maxInFlight ?? 'default'}`;
      const known = limiters.get(connection);
      if (known?.made === made) {
        return known.limiter;
      }
      const limiter = createLimiter({ ...options, clock });
      limiters.set(connection, { limiter, made });
      return limiter;
    },
  };
}

/** First in, first out for each chat; chats take turns; a more urgent class goes first. */
interface Turns<T> {
  add(priority: Priority, chat: number | null, item: T): void;
  take(): T | null;
  remove(item: T): void;
  each(visit: (item: T) => void): void;
  size(): number;
}

function createTurns<T>(): Turns<T> {
  const lines = PRIORITIES.map(() => new Map<number | null, T[]>());
  let count = 0;
  return {
    add: (priority, chat, item) => {
      const line = lines[PRIORITIES.indexOf(priority)];
      const waiting = line?.get(chat);
      if (waiting === undefined) {
        line?.set(chat, [item]);
      } else {
        waiting.push(item);
      }
      count += 1;
    },
    take: () => {
      for (const line of lines) {
        for (const [chat, waiting] of line) {
          const item = waiting.shift();
          // A Map goes through its keys in order of insertion: putting the chat back last makes the round.
          line.delete(chat);
          if (waiting.length > 0) {
            line.set(chat, waiting);
          }
          if (item !== undefined) {
            count -= 1;
            return item;
          }
        }
      }
      return null;
    },
    remove: (item) => {
      for (const line of lines) {
        for (const [chat, waiting] of line) {
          const index = waiting.indexOf(item);
          if (index >= 0) {
            waiting.splice(index, 1);
            count -= 1;
            if (waiting.length === 0) {
              line.delete(chat);
            }
            return;
          }
        }
      }
    },
    each: (visit) => {
      for (const line of lines) {
        for (const waiting of line.values()) {
          waiting.forEach(visit);
        }
      }
    },
    size: () => count,
  };
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
