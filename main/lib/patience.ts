/**
 * Faults that pass by themselves. Virus scanners and search indexes open a new file for a moment, and the system refuses to move it meanwhile; open files
 * run out and come back.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { faultOf, takesFiles } from './fs-fault.ts';

/** Waits before the tries after the first, milliseconds: less than a second in all. */
const PAUSES_MS = [20, 60, 180, 540] as const;

/** Runs a rename or removal, and again after short waits while it is only held up. Throws the last error. For threads of their own: waiting blocks. */
export function patientlySync<T>(step: () => T, sleep: (ms: number) => void = sleepSync): T {
  for (const pause of PAUSES_MS) {
    try {
      return step();
    } catch (error) {
      if (!mayPass(error)) {
        throw error;
      }
      sleep(pause);
    }
  }
  return step();
}

export async function patiently<T>(
  step: () => Promise<T>,
  sleep: (ms: number) => Promise<unknown> = (ms) => wait(ms),
): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await step();
    } catch (error) {
      if (!mayPass(error)) {
        throw error;
      }
      await sleep(pause);
    }
  }
  return await step();
}

/** A folder that takes no file at all stays as it is, however long one waits. */
function mayPass(error: unknown): boolean {
  const fault = faultOf(error, 'rename');
  return fault.of === 'passing' && (fault.folder === null || takesFiles(fault.folder));
}

/** Too many files are open, in this process or on the machine: that ends by itself and says nothing of the drive. */
export const isTooManyFiles = (error: unknown): boolean => faultOf(error).reason === 'exhausted';

const FILES_WAIT_MS = 25;
const MOST_FILES_WAITS = 400;

/** Tries again while too many files are open, for ten seconds at most; rejects with what `work` does. */
export async function whenFilesAllow<T>(work: () => T | Promise<T>): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTooManyFiles(error) || waits === MOST_FILES_WAITS) {
        throw error;
      }
      await wait(FILES_WAIT_MS);
    }
  }
}

function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
