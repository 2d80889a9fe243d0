import { systemClock, type Clock } from '../clock.ts';

/** A clock that runs `factor` times as fast as the system's: waits of minutes pass in moments, in order. For tests and soaks. */
export function scaledClock(factor: number): Clock {
  const begun = Date.now();
  return {
    now: () => Math.floor(begun + (Date.now() - begun) * factor),
    sleep: (ms, signal) => systemClock.sleep(Math.ceil(ms / factor), signal),
  };
}
