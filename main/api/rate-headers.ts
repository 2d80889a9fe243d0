/** Reads what a service says about waiting. Names and units are not documented (API facts §5), so everything is read defensively. */

export type HeaderBag = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface RateHeaders {
  /** `Retry-After` (seconds or date) in ms from now. */
  readonly retryAfterMs: number | null;
  /** Requests left before the service refuses. */
  readonly remaining: number | null;
  /** Ms from now until the service's count starts again. */
  readonly resetMs: number | null;
}

/** No header makes the client wait longer than this. */
export const LONGEST_RETRY_AFTER_MS = 60 * 60_000;
const LONGEST_RESET_MS = 10 * 60_000;

/**
 * @param now local epoch ms; dates are compared with the answer's own `Date` header where there is one, so that a wrong local clock does no harm
 */
export function readRateHeaders(headers: HeaderBag, now: number): RateHeaders {
  const serverNow = readDate(one(headers, 'date')) ?? now;
  const reset = number(one(headers, 'x-ratelimit-reset') ?? one(headers, 'ratelimit-reset'));
  const resetAfter = number(one(headers, 'x-ratelimit-reset-after'));
  return {
    retryAfterMs: readRetryAfter(one(headers, 'retry-after'), serverNow),
    remaining: toCount(number(one(headers, 'x-ratelimit-remaining') ?? one(headers, 'ratelimit-remaining'))),
    resetMs: toResetMs(resetAfter ?? reset, serverNow),
  };
}

/** `Retry-After` in ms, at most an hour; null when absent or nonsense. */
export function readRetryAfter(text: string | null, now: number): number | null {
  if (text === null) {
    return null;
  }
  const seconds = number(text);
  if (seconds !== null) {
    return clamp(seconds * 1000, LONGEST_RETRY_AFTER_MS);
  }
  const date = readDate(text);
  return date === null ? null : clamp(date - now, LONGEST_RETRY_AFTER_MS);
}

/** Epoch milliseconds, epoch seconds or seconds from now: told apart by size. */
function toResetMs(value: number | null, now: number): number | null {
  if (value === null) {
    return null;
  }
  if (value >= 1e11) {
    return clamp(value - now, LONGEST_RESET_MS);
  }
  return clamp(value >= 1e9 ? value * 1000 - now : value * 1000, LONGEST_RESET_MS);
}

function clamp(ms: number, longest: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), longest);
}

function toCount(value: number | null): number | null {
  return value === null ? null : Math.floor(value);
}

function number(text: string | null): number | null {
  return text !== null && /^\s*\d{1,16}(\.\d{1,9})?\s*$/.test(text) ? Number(text) : null;
}

/** Only HTTP dates: `Date.parse` alone would take almost any word with a digit. */
function readDate(text: string | null): number | null {
  if (text === null || !/^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)) {
    return null;
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function one(headers: HeaderBag, name: string): string | null {
  const value = headers[name];
  if (value === undefined) {
    return null;
  }
  return typeof value === 'string' ? value : (value[0] ?? null);
}
