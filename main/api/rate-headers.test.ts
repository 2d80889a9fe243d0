import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_RETRY_AFTER_MS, readRateHeaders, readRetryAfter } from './rate-headers.ts';

const NOW = Date.parse('2026-01-15T10:30:00Z');

describe('Retry-After', () => {
  it('is read as seconds or as a date', () => {
    expect(readRetryAfter('7', NOW)).toBe(7000);
    expect(readRetryAfter('0.5', NOW)).toBe(500);
    expect(readRetryAfter('Thu, 15 Jan 2026 10:31:00 GMT', NOW)).toBe(60_000);
    expect(readRetryAfter('Thu, 15 Jan 2026 10:00:00 GMT', NOW)).toBe(0);
  });

  it('is ignored when it is nonsense and never longer than an hour', () => {
    expect(readRetryAfter('soon', NOW)).toBeNull();
    expect(readRetryAfter('-5', NOW)).toBeNull();
    expect(readRetryAfter('', NOW)).toBeNull();
    expect(readRetryAfter(null, NOW)).toBeNull();
    expect(readRetryAfter('999999999', NOW)).toBe(LONGEST_RETRY_AFTER_MS);
  });

  it('counts from the date of the answer, so that a wrong local clock does no harm', () => {
    const headers = { date: 'Thu, 15 Jan 2026 10:30:00 GMT', 'retry-after': 'Thu, 15 Jan 2026 10:30:09 GMT' };
    expect(readRateHeaders(headers, NOW + 86_400_000).retryAfterMs).toBe(9000);
  });
});

describe('X-RateLimit-Reset', () => {
  it.each([
    ['30', 'seconds from now'],
    [String(NOW / 1000 + 30), 'epoch seconds'],
    [String(NOW + 30_000), 'epoch milliseconds'],
  ])('%s is read as %s', (value) => {
    expect(readRateHeaders({ 'x-ratelimit-reset': value, 'x-ratelimit-remaining': '3' }, NOW)).toEqual({
      retryAfterMs: null,
      remaining: 3,
      resetMs: 30_000,
    });
  });

  it('never gives a negative, endless or broken wait, whatever the headers say', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)),
        (a, b, c) => {
          const read = readRateHeaders(
            { 'retry-after': a, 'x-ratelimit-remaining': b, 'x-ratelimit-reset': c, date: a },
            NOW,
          );
          for (const value of [read.retryAfterMs, read.resetMs, read.remaining]) {
            expect(value === null || (Number.isSafeInteger(value) && value >= 0)).toBe(true);
          }
          expect(read.resetMs ?? 0).toBeLessThanOrEqual(600_000);
        },
      ),
    );
  });
});
