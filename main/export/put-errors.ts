import { existsSync } from 'node:fs';
import { examineFault, FAULT_WORDS } from '../lib/fs-fault.ts';
import type { PutPlace, PutReason, PutStop } from './put-jobs.ts';

/** Ends a run; what was done until then stays. */
export class StopRun extends Error {
  readonly code: PutStop;

  constructor(code: PutStop, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StopRun';
    this.code = code;
  }
}

/** One file cannot be put into the target; the others can. */
export class ItemFault extends Error {
  readonly reason: PutReason;

  constructor(reason: PutReason, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = 'ItemFault';
    this.reason = reason;
  }
}

/**
 * Whether an error of the target ends the run or concerns one file.
 *
 * @param bytes length of that file
 */
export function targetFault(
  error: unknown,
  { sign, temp }: Pick<PutPlace, 'sign' | 'temp'>,
  bytes: number,
): StopRun | ItemFault {
  if (error instanceof StopRun || error instanceof ItemFault) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  const stop = (code: PutStop, words = message): StopRun => new StopRun(code, words, { cause: error });
  if (!existsSync(sign)) {
    return stop('target_gone');
  }
  const { of, reason, folder } = examineFault(error, bytes);
  switch (of) {
    case 'drive':
      return stop(reason === 'full' ? 'full' : reason === 'read_only' ? 'unwritable' : 'io');
    case 'machine':
      return stop('io', FAULT_WORDS[reason]);
    default:
      // Every file is written there first.
      return folder === temp && of === 'folder' ? stop('unwritable') : new ItemFault(reason, { cause: error });
  }
}
