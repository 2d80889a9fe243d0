import { AppError } from '../../lib/app-error.ts';

/** SQLite's errors that a person can do something about, as such; anything else is returned as it is. */
export function explained(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    return error;
  }
  const { code } = error;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new AppError(
      'library_damaged',
      `The index is damaged: ${path}`,
      'Put a backup of the index in its place, or move it aside and sync again: everything is listed and fetched anew, and what is there is not stored twice.',
      { cause: error },
    );
  }
  if (code === 'SQLITE_FULL') {
    return new AppError(
      'disk_full',
      `No room left to write the index: ${path}`,
      'Free some disk space and try again.',
      {
        cause: error,
      },
    );
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH|IOERR)/.test(code)) {
    return new AppError(
      'library_unwritable',
      `The index cannot be opened or written: ${path} (${code})`,
      'Check that the folder exists, that its drive is connected and that you may write there.',
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new AppError(
      'library_locked',
      `The index is in use by another program: ${path}`,
      'Close the other program and try again.',
      { cause: error },
    );
  }
  return error;
}
