import { expect, test } from 'vitest';
import { Immersion } from './immersion.svelte.ts';

/** A clock that is moved by hand. */
function handClock() {
  let waiting: { ms: number; run: () => void } | null = null;
  return {
    later: (ms: number, run: () => void) => {
      const mine = { ms, run };
      waiting = mine;
      return () => {
        waiting = waiting === mine ? null : waiting;
      };
    },
    pass: (): number | null => {
      const due = waiting;
      waiting = null;
      due?.run();
      return due?.ms ?? null;
    },
  };
}

test('controls go after three seconds without movement, come back with it, and go again', () => {
  const clock = handClock();
  const immersion = new Immersion(clock.later);
  immersion.stir();
  expect(clock.pass()).toBeNull();
  immersion.enter();
  expect(immersion.awake).toBe(true);
  expect(clock.pass()).toBe(3000);
  expect(immersion.awake).toBe(false);
  immersion.stir();
  expect(immersion.awake).toBe(true);
  clock.pass();
  expect(immersion.awake).toBe(false);
  immersion.leave();
  expect([immersion.on, immersion.awake, clock.pass()]).toEqual([false, true, null]);
});
