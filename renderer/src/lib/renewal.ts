/**
 * Work that is done again with every change: one at a time, and once more after it if changes came meanwhile. An older answer never comes
 * after a newer one, and a stream of changes never keeps an answer from coming. The work never rejects.
 */
export class Renewal {
  readonly #work: () => Promise<void>;
  #now: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves when work that was begun after this call is done. */
  again(): Promise<void> {
    if (this.#now !== null) {
      this.#next ??= this.#now.then(() => {
        this.#next = null;
        return this.again();
      });
      return this.#next;
    }
    this.#now = this.#work().then(() => {
      this.#now = null;
    });
    return this.#now;
  }
}
