/** Errors of a target: whether one ends the run or concerns one file, and the words for it. */
import { existsSync } from 'node:fs';
import { AppError, errorText } from '../../lib/app-error.ts';
import { examineFault, FAULT_WORDS, faultOf, type FaultReason } from '../../lib/fs-fault.ts';

/** Of the library `damaged`, `missing` and `unreadable`; all others are of the target. */
export type PutReason = 'exists' | 'damaged' | 'missing' | 'outside' | 'unreadable' | FaultReason;

/** The reasons that end a run early. */
export type PutStop = 'aborted' | 'full' | 'unwritable' | 'target_gone' | 'library_gone' | 'io';

/** How a fault is told from a target that is gone. */
export interface TargetSigns {
  /** A file that is there as long as the target is. */
  readonly sign: string;
  /** A folder of ours on the same file system for what is half written. */
  readonly temp: string;
}

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
export function targetFault(error: unknown, { sign, temp }: TargetSigns, bytes: number): StopRun | ItemFault {
  if (error instanceof StopRun || error instanceof ItemFault) {
    return error;
  }
  const message = errorText(error);
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

export function unwritable(dir: string, cause: unknown): AppError {
  if (faultOf(cause).reason === 'full') {
    return noRoom(dir, cause);
  }
  return new AppError(
    'usage',
    `The target folder cannot be written: ${dir}`,
    'Check its permissions and its drive, or name another with --to.',
    { cause },
  );
}

function noRoom(dir: string, cause?: unknown): AppError {
  return new AppError(
    'disk_full',
    `The target has no room left: ${dir}`,
    'Free some space there, then run the same command again to go on.',
    { cause },
  );
}

export function interrupted(cause?: unknown): AppError {
  return new AppError('interrupted', 'Interrupted; nothing is lost.', 'Run the same command again to go on.', {
    cause,
  });
}

/** The words for an error of the target where there is no item to go on without: its papers, a zip. */
export function targetError(error: unknown, place: TargetSigns, dir: string): AppError {
  const fault = targetFault(error, place, 0);
  return fault instanceof StopRun ? stopError(fault.code, fault.message, dir) : stopError('io', errorText(error), dir);
}

/** The words for what ended a run. */
export function stopError(code: PutStop, message: string, dir: string): AppError {
  switch (code) {
    case 'aborted':
      return interrupted();
    case 'full':
      return noRoom(dir);
    case 'unwritable':
      return new AppError(
        'target_unusable',
        `The target folder cannot be written any more: ${dir}`,
        'Check its permissions and its drive, then run the same command again to go on.',
      );
    case 'target_gone':
      return new AppError(
        'target_unusable',
        `The target folder is gone: ${dir}`,
        'Connect its drive, then run the same command again to go on.',
      );
    case 'library_gone':
      return new AppError(
        'media_offline',
        'The library folder cannot be read.',
        'Connect its drive, then run the same command again to go on.',
      );
    case 'io':
      return new AppError(
        'target_unusable',
        `Writing to ${dir} failed: ${message}`,
        'Check the drive, then run the same command again to go on.',
      );
  }
}
