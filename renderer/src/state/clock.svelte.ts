import { createSubscriber } from 'svelte/reactivity';

/** Ticks at every whole `ms` while something on the screen shows it, and not otherwise: a timer would wake an idle machine. */
const ticks = (ms: number): (() => void) =>
  createSubscriber((update) => {
    let timer: ReturnType<typeof setTimeout>;
    const next = (): void => {
      timer = setTimeout(
        () => {
          update();
          next();
        },
        ms - (Date.now() % ms),
      );
    };
    next();
    return () => clearTimeout(timer);
  });

/** The time of day as state: countdowns follow `second`, words like "4 min ago" follow `minute`. */
export class Clock {
  readonly #second = ticks(1000);
  readonly #minute = ticks(60_000);

  get second(): number {
    this.#second();
    return Date.now();
  }

  get minute(): number {
    this.#minute();
    return Date.now();
  }
}
