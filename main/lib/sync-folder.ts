/**
 * Makes new names in a folder certain. Throws what a failing drive answers (EIO). A file system that cannot sync folders is no fault: its names are as
 * safe as it makes them. Windows has no such call, and NTFS journals names by itself.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { faultOf } from './fs-fault.ts';
import { whenFilesAllow } from './patience.ts';

export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') {
    return;
  }
  try {
    const handle = await whenFilesAllow(() => open(path, 'r'));
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throwFault(error);
  }
}

export function syncFolderSync(path: string): void {
  if (process.platform === 'win32') {
    return;
  }
  try {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throwFault(error);
  }
}

function throwFault(error: unknown): void {
  if (faultOf(error, 'syncFolder').of !== 'nobody') {
    throw error;
  }
}
