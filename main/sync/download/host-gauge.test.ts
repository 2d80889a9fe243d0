import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostGauge } from './host-gauge.ts';

const LIMITS = { start: 4, min: 1, max: 8 };

function note(gauge: HostGauge, event: 'ok' | 'refused' | 'broken', times: number, now: number): void {
  for (let done = 0; done < times; done += 1) {
    gauge.note(event, now);
  }
}

describe('the gauge of a host', () => {
  test('climbs by one for each two rounds that went well, up to its maximum', () => {
    const gauge = new HostGauge(LIMITS);
    note(gauge, 'ok', 7, 0);
    expect(gauge.limit(0)).toBe(4);
    note(gauge, 'ok', 1, 0);
    expect(gauge.limit(0)).toBe(5);
    note(gauge, 'ok', 200, 0);
    expect(gauge.limit(0)).toBe(8);
  });

  test('halves when the host refuses, and lets nothing through until its pause is over', () => {
    const gauge = new HostGauge(LIMITS);
    gauge.note('refused', 1_000, 5_000);
    expect(gauge.pausedUntil).toBe(6_000);
    expect(gauge.limit(5_999)).toBe(0);
    expect(gauge.limit(6_000)).toBe(2);
  });

  test('a pause is never shortened by a later, shorter one', () => {
    const gauge = new HostGauge(LIMITS);
    gauge.note('refused', 0, 60_000);
    gauge.note('refused', 10, 0);
    expect(gauge.pausedUntil).toBe(60_000);
  });

  test('counts a burst of failures once', () => {
    const gauge = new HostGauge(LIMITS);
    note(gauge, 'broken', 20, 0);
    expect(gauge.limit(0)).toBe(3);
    note(gauge, 'broken', 20, 1_000);
    expect(gauge.limit(1_000)).toBe(2);
  });

  test('starts within its limits, whatever it is told to start with', () => {
    expect(new HostGauge({ start: 6, min: 1, max: 2 }).limit(0)).toBe(2);
    expect(new HostGauge({ start: 0, min: 1, max: 0 }).limit(0)).toBe(1);
  });

  test('stays between minimum and maximum through any history, but for pauses', () => {
    const event = fc.constantFrom<'ok' | 'refused' | 'broken'>('ok', 'ok', 'ok', 'refused', 'broken');
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat({ max: 3_000 })), { maxLength: 200 }), (history) => {
        const gauge = new HostGauge(LIMITS);
        let now = 0;
        for (const [what, after] of history) {
          now += after;
          gauge.note(what, now);
          const limit = gauge.limit(Math.max(now, gauge.pausedUntil));
          expect(limit).toBeGreaterThanOrEqual(LIMITS.min);
          expect(limit).toBeLessThanOrEqual(LIMITS.max);
        }
      }),
    );
  });
});
