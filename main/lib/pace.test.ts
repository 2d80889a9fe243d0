import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Coalescer, RateMeter } from './pace.ts';

describe('a rate', () => {
  test('is nothing before two points in time are known', () => {
    const meter = new RateMeter(10_000);
    expect(meter.perSecond()).toBe(0);
    meter.note(1_000, 5);
    expect(meter.perSecond()).toBe(0);
    meter.note(1_000, 50);
    expect(meter.perSecond()).toBe(0);
  });

  test('is that of the last seconds, not of the whole run', () => {
    const meter = new RateMeter(10_000);
    for (let second = 0; second <= 60; second += 1) {
      meter.note(second * 1_000, second <= 30 ? second * 100 : 3_000 + (second - 30) * 10);
    }
    expect(meter.perSecond()).toBe(10);
  });

  test('goes down while nothing comes', () => {
    const meter = new RateMeter(10_000);
    meter.note(0, 0);
    meter.note(1_000, 100);
    expect(meter.perSecond()).toBe(100);
    meter.note(5_000, 100);
    expect(meter.perSecond()).toBe(20);
  });

  test('is never taken over time that runs backwards', () => {
    const meter = new RateMeter(10_000);
    meter.note(5_000, 10);
    meter.note(1_000, 20);
    expect(meter.perSecond()).toBe(0);
  });
});

describe('a coalescer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('tells once for many pokes, and again only for new ones', () => {
    const emit = vi.fn();
    const coalescer = new Coalescer(250, emit);
    for (let poke = 0; poke < 1_000; poke += 1) {
      coalescer.poke();
    }
    expect(emit).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(250);
    expect(emit).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10_000);
    expect(emit).toHaveBeenCalledTimes(1);
    coalescer.poke();
    vi.advanceTimersByTime(250);
    expect(emit).toHaveBeenCalledTimes(2);
  });

  test('tells at most four times in a second at 250 ms, however often it is poked', () => {
    const emit = vi.fn();
    const coalescer = new Coalescer(250, emit);
    for (let ms = 0; ms < 10_000; ms += 10) {
      coalescer.poke();
      vi.advanceTimersByTime(10);
    }
    expect(emit.mock.calls.length).toBeLessThanOrEqual(40);
    expect(emit.mock.calls.length).toBeGreaterThanOrEqual(38);
  });

  test('tells once more at the end and leaves no timer behind', () => {
    const emit = vi.fn();
    const coalescer = new Coalescer(250, emit);
    coalescer.poke();
    coalescer.end();
    expect(emit).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
