import { StoreError, type Store } from '../../files/interface.ts';
import type { Clock } from '../../lib/clock.ts';

/** Room asked for ahead, so that many small files do not each ask the file system. */
const AHEAD_BYTES = 64 * 1024 * 1024;
const VALID_MS = 2_000;

/**
 * The disk reserve, checked before each file: in one question for a batch of small ones while there is plenty, file by file when it gets tight.
 */
export class DiskRoom {
  readonly #store: Pick<Store, 'ensureRoom'>;
  readonly #clock: Clock;
  #allowance = 0;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(store: Pick<Store, 'ensureRoom'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Rejects with StoreError `disk_full` (with the bytes needed) or `offline`. */
  async take(bytes: number): Promise<void> {
    if (bytes <= this.#allowance && this.#clock.now() - this.#checkedAt < VALID_MS) {
      this.#allowance -= bytes;
      return;
    }
    this.#allowance = 0;
    try {
      await this.#store.ensureRoom(bytes + AHEAD_BYTES);
      this.#allowance = AHEAD_BYTES;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'disk_full') {
        throw error;
      }
      await this.#store.ensureRoom(bytes);
    }
    this.#checkedAt = this.#clock.now();
  }
}
