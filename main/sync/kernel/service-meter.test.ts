import { expect, test, vi } from 'vitest';
import { ServiceMeter } from './service-meter.ts';
import { FakeClock } from '../testing/fake-clock.ts';

test('waits are added up, the one that is on counted so far', () => {
  const clock = new FakeClock(0);
  const meter = new ServiceMeter(clock);
  meter.noteWait({ until: 5_000, reason: 'rate' });
  clock.advance(2_000);
  expect(meter.waitedMs).toBe(2_000);
  expect(meter.wait).toEqual({ until: 5_000, reason: 'rate' });
  clock.advance(3_000);
  meter.noteWait(null);
  clock.advance(60_000);
  expect(meter.waitedMs).toBe(5_000);
  expect(meter.wait).toBeNull();
});

test('a wait that is told again is not counted twice', () => {
  const clock = new FakeClock(0);
  const meter = new ServiceMeter(clock);
  meter.noteWait({ until: 1_000, reason: 'rate' });
  clock.advance(1_000);
  meter.noteWait({ until: 3_000, reason: 'backoff' });
  clock.advance(2_000);
  meter.noteWait(null);
  expect(meter.waitedMs).toBe(3_000);
});

test('a clock that is set back takes nothing away', () => {
  const clock = new FakeClock(10_000);
  const meter = new ServiceMeter(clock);
  meter.noteWait({ until: 20_000, reason: 'rate' });
  clock.advance(-8_000);
  expect(meter.waitedMs).toBe(0);
  meter.noteWait(null);
  expect(meter.waitedMs).toBe(0);
});

test('whoever listens hears of each beginning and end', () => {
  const meter = new ServiceMeter(new FakeClock());
  const heard = vi.fn();
  meter.onChange = heard;
  meter.noteWait({ until: 1, reason: 'rate' });
  meter.noteWait(null);
  expect(heard).toHaveBeenCalledTimes(2);
});
