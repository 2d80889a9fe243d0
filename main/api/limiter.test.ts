import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimiter, createLimiterRegistry, type Limiter, type Priority } from './limiter.ts';
import type { RateHeaders } from './rate-headers.ts';
import { createTestClock, turn } from './testing/test-server.ts';

const said = (parts: Partial<RateHeaders>): RateHeaders => ({
  retryAfterMs: null,
  remaining: null,
  resetMs: null,
  ...parts,
});

/** Takes a turn, notes it in `order` and gives the place back at once. */
function queue(
  limiter: Limiter,
  order: string[],
  name: string,
  priority: Priority = 'list',
  chat: number | null = null,
): Promise<void> {
  return limiter.acquire({ priority, chat }).then((release) => {
    order.push(name);
    release();
  });
}

describe('the budget', () => {
  it('grants the documented burst of 90 at once and then one request a second', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: null, clock });
    const order: string[] = [];
    const all = Array.from({ length: 93 }, (_, index) => queue(limiter, order, String(index)));
    await turn();
    expect(order).toHaveLength(90);
    await clock.advance(1000);
    expect(order).toHaveLength(91);
    await clock.advance(2000);
    expect(order).toHaveLength(93);
    await Promise.all(all);
  });

  it('never grants more than burst plus refill, whatever is asked when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 120 }),
        fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 40 }),
        async (rate, gaps) => {
          const clock = createTestClock('manual');
          const limiter = createLimiter({ ratePerMinute: rate, clock });
          const order: string[] = [];
          let passed = 0;
          for (const gap of gaps) {
            void queue(limiter, order, 'x').catch(() => undefined);
            void queue(limiter, order, 'x').catch(() => undefined);
            await clock.advance(gap);
            await turn();
            passed += gap;
            expect(order.length).toBeLessThanOrEqual(
              Math.max(1, Math.floor(rate * 1.5)) + Math.ceil((passed * rate) / 60_000),
            );
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has none at rate 0', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: 0, clock });
    const order: string[] = [];
    await Promise.all(Array.from({ length: 500 }, (_, index) => queue(limiter, order, String(index))));
    expect(order).toHaveLength(500);
    expect(clock.slept).toEqual([]);
  });

  it('is corrected downwards by what the service says remains', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: 60, clock });
    limiter.observe(said({ remaining: 2, resetMs: 60_000 }));
    const order: string[] = [];
    const all = [1, 2, 3].map((name) => queue(limiter, order, String(name)));
    await turn();
    expect(order).toEqual(['1', '2']);
    await clock.advance(1000);
    await Promise.all(all);
  });

  it('waits for the reset at nothing remaining, once the service has shown that it counts in windows', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: 60, clock });
    limiter.observe(said({ remaining: 0, resetMs: 30_000 }));
    expect(limiter.waitingUntil()).toBeNull();
    limiter.pause(1000);
    limiter.observe(said({ remaining: 0, resetMs: 30_000 }));
    const order: string[] = [];
    const waiting = queue(limiter, order, 'a');
    expect(limiter.waitingUntil()).toBe(clock.now() + 30_000);
    await clock.advance(29_999);
    expect(order).toEqual([]);
    await clock.advance(1);
    await waiting;
  });

  it('tells those who wait until when', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: 60, clock });
    limiter.pause(5000);
    const told: number[] = [];
    const waiting = limiter.acquire({ priority: 'list', chat: 1, onWait: (until) => told.push(until) });
    limiter.pause(8000);
    await clock.advance(8000);
    (await waiting)();
    expect(told).toEqual([1_800_000_005_000, 1_800_000_008_000]);
    expect(limiter.waitingUntil()).toBeNull();
  });

  it('pauses no longer than meant when the clock is set back an hour', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: 60, clock });
    limiter.pause(5000);
    clock.set(clock.now() - 3_600_000);
    const order: string[] = [];
    const waiting = queue(limiter, order, 'a');
    await clock.advance(5000);
    await waiting;
    expect(order).toEqual(['a']);
  });
});

describe('the queue', () => {
  it('serves refreshes before lists before re-checks, chats in turn, and each chat in order', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: 0, maxInFlight: 1, clock });
    const release = await limiter.acquire({ priority: 'list', chat: null });
    const order: string[] = [];
    const all = [
      queue(limiter, order, 're1', 'recheck', 1),
      queue(limiter, order, 'a1', 'list', 1),
      queue(limiter, order, 'a2', 'list', 1),
      queue(limiter, order, 'a3', 'list', 1),
      queue(limiter, order, 'b1', 'list', 2),
      queue(limiter, order, 'b2', 'list', 2),
      queue(limiter, order, 'f1', 'refresh', 9),
    ];
    release();
    await Promise.all(all);
    expect(order).toEqual(['f1', 'a1', 'b1', 'a2', 'b2', 'a3', 're1']);
  });

  it('lets no more in than allowed at once, and takes a place back only once', async () => {
    const limiter = createLimiter({ ratePerMinute: 0, clock: createTestClock('manual') });
    const first = await limiter.acquire({ priority: 'list', chat: null });
    const second = await limiter.acquire({ priority: 'list', chat: null });
    const order: string[] = [];
    const third = limiter.acquire({ priority: 'list', chat: null }).then((release) => {
      order.push('third');
      return release;
    });
    const fourth = queue(limiter, order, 'fourth');
    await turn();
    expect(order).toEqual([]);
    first();
    first();
    const releaseThird = await third;
    await turn();
    expect(order).toEqual(['third']);
    second();
    await fourth;
    releaseThird();
  });

  it('is left at once by a caller who is cancelled, and nobody else loses a turn', async () => {
    const clock = createTestClock('manual');
    const limiter = createLimiter({ ratePerMinute: 60, clock });
    limiter.pause(10_000);
    const stop = new AbortController();
    const order: string[] = [];
    const left = limiter.acquire({ priority: 'refresh', chat: 1, signal: stop.signal });
    const stays = queue(limiter, order, 'stays');
    stop.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    await expect(limiter.acquire({ priority: 'list', chat: 1, signal: stop.signal })).rejects.toThrow('enough');
    await clock.advance(10_000);
    await stays;
    expect(order).toEqual(['stays']);
    expect(clock.sleepers()).toBe(0);
  });
});

describe('the registry', () => {
  it('gives one limiter for each connection and a new one when its settings change', () => {
    const registry = createLimiterRegistry(createTestClock('manual'));
    const one = registry.limiterFor('a', { ratePerMinute: 60 });
    expect(registry.limiterFor('a', { ratePerMinute: 60 })).toBe(one);
    expect(registry.limiterFor('b', { ratePerMinute: 60 })).not.toBe(one);
    expect(registry.limiterFor('a', { ratePerMinute: 0 })).not.toBe(one);
  });
});
