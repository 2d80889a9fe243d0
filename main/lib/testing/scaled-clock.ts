import { systemClock, type Clock } from '../clock.ts';

/** A clock that runs `factor` times as fast as the system's: waits of minutes pass in moments, in order. For tests and soaks. */
export function scaledClock(factor: number): Clock {
  const begun = Date.now();
  return {
    now: () => Math.floor(begun + (Date.now() - begun) * factor),
    sleep: (ms, signal) => systemClock.sleep(Math.ceil(ms / factor), signal),
  };
}

/**
 * A clock on which waiting alone is quick: a sleep takes a `factor`th of its time, and the clock is moved on to its end. Work takes as long as
 * it takes, so that no deadline passes because a machine is busy.
 */
export function skippingClock(factor: number): Clock {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  return {
    now,
    sleep: async (ms, signal) => {
      const end = now() + ms;
      await systemClock.sleep(Math.ceil(ms / factor), signal);
      ahead += Math.max(0, end - now());
    },
  };
}
