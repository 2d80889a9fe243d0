import { ApiError, toAppError } from '../../api/errors.ts';
import { StoreError } from '../../files/interface.ts';
import { AppError } from '../../lib/app-error.ts';

/** The words for an error that a person can act on; null for anything else, which is a bug. */
export function wordsFor(error: unknown, cancelled: boolean): AppError | null {
  if (cancelled && !(error instanceof AppError && error.code !== 'interrupted')) {
    return isCancellation(error) ? interrupted(error) : null;
  }
  if (error instanceof AppError) {
    return error;
  }
  if (error instanceof ApiError) {
    return toAppError(error);
  }
  return error instanceof StoreError ? storeWords(error) : null;
}

export function interrupted(cause?: unknown): AppError {
  return new AppError('interrupted', 'Interrupted; nothing is lost.', 'Run the same command again to go on.', {
    cause,
  });
}

function isCancellation(error: unknown): boolean {
  return (
    (error instanceof AppError && error.code === 'interrupted') ||
    ((error instanceof ApiError || error instanceof StoreError) && error.code === 'aborted') ||
    (error instanceof Error && error.name === 'AbortError')
  );
}

function storeWords(error: StoreError): AppError | null {
  switch (error.code) {
    case 'disk_full':
      return new AppError('disk_full', 'The disk is full.', 'Free some space, then run again. Nothing is lost.', {
        cause: error,
      });
    case 'offline':
      return new AppError('media_offline', error.message, 'Connect the drive, then run again. Nothing is lost.', {
        cause: error,
      });
    case 'unwritable':
    case 'folder':
      return new AppError(
        'library_unwritable',
        error.message,
        'Check the drive and who owns the folder, then run again. Nothing is lost.',
        { cause: error },
      );
    default:
      return null;
  }
}
