/**
 * The hash of a part, taken in a store thread while the part grows. The thread reads what has just been written from the system's memory, so the bytes
 * reach it without a copy between threads, in the file's order, and the end of a transfer waits for no second reading.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { type Cancel } from './disk.ts';
import { aborted } from './store-errors.ts';
import { type Progress } from './store-jobs.ts';
import { type StorePool } from './store-pool.ts';

export interface GrowingHash {
  /** The part has this many bytes without a gap, counted from its start. */
  grown(prefix: number): void;
  /** The part is whole. Resolves with its SHA-256, hex; rejects with StoreError. */
  whole(bytes: number): Promise<string>;
  /** The transfer has ended early: nothing more is read. No harm after `whole`. */
  drop(): void;
}

/** Starts to hash the file `part`, which exists. */
export function hashGrowing(pool: Pick<StorePool, 'run'>, part: string, signal: AbortSignal): GrowingHash {
  const progress: Progress = new BigInt64Array(new SharedArrayBuffer(8));
  const answer = pool.run({ kind: 'hash', part, progress }, { signal });
  // Heard by `whole`; a transfer that is cut before never asks.
  answer.catch(() => undefined);
  let ended = false;
  const tell = (value: number): void => {
    if (!ended) {
      Atomics.store(progress, 0, BigInt(value));
      Atomics.notify(progress, 0);
    }
  };
  const end = (bytes: number): void => {
    tell(-1 - bytes);
    ended = true;
  };
  return {
    grown: tell,
    whole: (bytes) => {
      end(bytes);
      return answer;
    },
    drop: () => {
      end(0);
    },
  };
}

const CHUNK = 1024 * 1024;

/** In the thread: follows the file to its end. Other jobs of the thread get their turn after each piece. */
export async function followHash(part: string, progress: Progress, cancel: Cancel): Promise<string> {
  const fd = openSync(part, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafeSlow(CHUNK);
    for (let at = 0; ;) {
      if (cancel.isCancelled()) {
        throw aborted();
      }
      const seen = Atomics.load(progress, 0);
      const prefix = Number(seen < 0n ? -1n - seen : seen);
      if (at < prefix) {
        const count = readSync(fd, chunk, 0, Math.min(CHUNK, prefix - at), at);
        if (count === 0) {
          throw new Error(`the part ends at ${at} where ${prefix} bytes were written`);
        }
        hash.update(chunk.subarray(0, count));
        at += count;
        await othersTurn();
      } else if (seen < 0n) {
        return hash.digest('hex');
      } else {
        await Atomics.waitAsync(progress, 0, seen).value;
      }
    }
  } finally {
    closeSync(fd);
  }
}
