/** When and how the progress of a part is made certain: bytes synced, then the sidecar. One at a time, beside the transfer. */
import { type FileHandle } from 'node:fs/promises';
import { writeSidecar, type PartPaths, type Validator } from './part-file.ts';
import { addRange, sumOf, type ByteRange } from './ranges.ts';

const FIRST = 1024 * 1024;
const LARGEST = 64 * 1024 * 1024;
const INTERVAL_MS = 1000;

/**
 * After a kill the bytes behind the last checkpoint are fetched again. The distance therefore grows with what this transfer has
 * brought (an eighth, between 1 and 64 MiB), and a slow transfer gets one every second.
 */
function dueBytes(sessionBytes: number): number {
  return Math.min(LARGEST, Math.max(FIRST, sessionBytes / 8));
}

export interface Checkpoints {
  /** Bytes that were written (not synced yet); starts a checkpoint when one is due. Throws what an earlier one failed with. */
  wrote(range: ByteRange): void;
  /** Written so far, in this and earlier transfers. */
  done(): readonly ByteRange[];
  /** Makes everything written certain. */
  flush(): Promise<void>;
  /** Waits for a checkpoint under way, so that none writes behind the back of who removes or moves the part. */
  settle(): Promise<void>;
}

export function createCheckpoints(options: {
  paths: PartPaths;
  handle: FileHandle;
  validator: Validator;
  done: readonly ByteRange[];
  now: () => number;
}): Checkpoints {
  let done = options.done;
  let certain = sumOf(options.done);
  const before = certain;
  let last = options.now();
  let running: Promise<void> | null = null;
  let failure: { error: unknown } | null = null;

  const save = async (): Promise<void> => {
    const snapshot = done;
    await options.handle.datasync();
    await writeSidecar(options.paths.sidecar, { ...options.validator, done: snapshot });
    certain = sumOf(snapshot);
    last = options.now();
  };
  const start = (): void => {
    running = save()
      .catch((error: unknown) => {
        failure = { error };
      })
      .finally(() => {
        running = null;
      });
  };
  const rethrow = (): void => {
    if (failure !== null) {
      throw failure.error;
    }
  };

  return {
    wrote: (range) => {
      rethrow();
      done = addRange(done, range);
      const total = sumOf(done);
      const pending = total - certain;
      const due = pending >= dueBytes(total - before) || options.now() - last >= INTERVAL_MS;
      if (running === null && pending > 0 && due) {
        start();
      }
    },
    done: () => done,
    flush: async () => {
      await running;
      await save();
    },
    settle: async () => {
      await running;
    },
  };
}
