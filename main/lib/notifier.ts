/**
 * Wakes one loop when something happened. Take `next()` *before* looking at the state and await it after: what happens in between is not missed.
 */
export class Notifier {
  #resolve: () => void = () => undefined;
  #promise: Promise<void>;

  constructor() {
    this.#promise = this.#arm();
  }

  next(): Promise<void> {
    return this.#promise;
  }

  notify(): void {
    const resolve = this.#resolve;
    this.#promise = this.#arm();
    resolve();
  }

  #arm(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}
