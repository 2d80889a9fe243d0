/** Small files on their way to the disk: those that come while others are written go to a thread together. */
import { type StoredBlob } from '../interface.ts';
import { fromWire } from './store-errors.ts';
import { type BytesToStore } from './store-jobs.ts';
import { type StorePool } from './store-pool.ts';

/** One batch is written while another is synced; more files wait, so that the next batch is larger. */
const BATCHES_AT_ONCE = 2;
/** In one batch at most: the first of them waits for the last. */
const BATCH_FILES = 128;
const BATCH_BYTES = 16 * 1024 * 1024;

interface Waiting {
  readonly file: BytesToStore;
  readonly resolve: (blob: StoredBlob) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers files into batches for the pool. `put` takes the file's memory over, and rejects with StoreError. */
export class Gathering {
  readonly #pool: Pick<StorePool, 'run'>;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(pool: Pick<StorePool, 'run'>) {
    this.#pool = pool;
  }

  put(file: BytesToStore): Promise<StoredBlob> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ file, resolve, reject });
      if (!this.#scheduled && this.#underWay < BATCHES_AT_ONCE) {
        this.#scheduled = true;
        // Files that come in the same moment go together.
        setImmediate(() => {
          this.#scheduled = false;
          this.#sendAll();
        });
      }
    });
  }

  #sendAll(): void {
    while (this.#waiting.length > 0 && this.#underWay < BATCHES_AT_ONCE) {
      this.#underWay += 1;
      void this.#send(this.#next()).finally(() => {
        this.#underWay -= 1;
        this.#sendAll();
      });
    }
  }

  #next(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ file }, index) => {
      bytes += file.bytes.byteLength;
      return index > 0 && (index >= BATCH_FILES || bytes > BATCH_BYTES);
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const files = batch.map(({ file }) => file);
    try {
      const outcomes = await this.#pool.run(
        { kind: 'batch', files },
        { transfer: files.map(({ bytes }) => bytes.buffer) },
      );
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome?.ok === true) {
          resolve(outcome.value);
        } else {
          reject(outcome === undefined ? new Error('no outcome') : fromWire(outcome.error));
        }
      }
    } catch (error) {
      batch.forEach(({ reject }) => {
        reject(error);
      });
    }
  }
}
