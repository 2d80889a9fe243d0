import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes names in a folder certain. Windows has nothing of the kind. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') {
    return;
  }
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
