import { AppError } from '../lib/app-error.ts';
import { StopRun, targetFault } from './put-errors.ts';
import type { PutPlace, PutStop } from './put-jobs.ts';
import { noRoom } from './target.ts';

export function interrupted(cause?: unknown): AppError {
  return new AppError('interrupted', 'Interrupted; nothing is lost.', 'Run the same command again to go on.', {
    cause,
  });
}

/** The words for an error of the target where there is no item to go on without: its papers, a zip. */
export function targetError(error: unknown, place: Pick<PutPlace, 'sign' | 'temp'>, dir: string): AppError {
  const fault = targetFault(error, place, 0);
  return fault instanceof StopRun
    ? stopError(fault.code, fault.message, dir)
    : stopError('io', error instanceof Error ? error.message : String(error), dir);
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
