/** From what the file system says to what the store says. */
import { accessSync, constants } from 'node:fs';
import { FAULT_WORDS, examineFault, type FsFault } from '../../lib/fs-fault.ts';
import { StoreError } from '../interface.ts';
import type { StorePaths } from '../library/store-paths.ts';
import { errorText } from '../../lib/app-error.ts';

/** Whether the marker can be read now; a vanished drive often leaves its empty mount point behind, so the folder alone proves nothing. */
export function markerReadable(marker: string): boolean {
  try {
    accessSync(marker, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

export function offline(root: string, cause?: unknown): StoreError {
  return new StoreError('offline', `the media folder ${root} cannot be used now`, { cause });
}

/** Without this, writing to the empty mount point of an unplugged drive would quietly fill the wrong disk. Throws StoreError `offline`. */
export function requireMarker(paths: { readonly root: string; readonly marker: string }): void {
  if (!markerReadable(paths.marker)) {
    throw offline(paths.root);
  }
}

/** Any error → StoreError. `needed`: bytes that the failed write wanted. */
export function toStoreError(error: unknown, paths: StorePaths, needed: number): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  if (!markerReadable(paths.marker)) {
    return offline(paths.root, error);
  }
  const fault = examineFault(error, needed);
  switch (fault.of) {
    case 'drive':
      return fault.reason === 'full'
        ? new StoreError('disk_full', `no room left in ${paths.root}`, { cause: error, needed })
        : refusing('unwritable', paths.root, fault, error);
    case 'folder':
      if (fault.folder !== null) {
        // Every file passes through the first three.
        const isShared = [paths.root, paths.files, paths.parts].includes(fault.folder);
        return refusing(isShared ? 'unwritable' : 'folder', fault.folder, fault, error);
      }
      break;
    default:
      break;
  }
  const what = errorText(error);
  return new StoreError('io', `the store failed: ${what}`, { cause: error });
}

function refusing(code: 'folder' | 'unwritable', path: string, { reason }: FsFault, cause: unknown): StoreError {
  return new StoreError(code, `${path} cannot be written: ${FAULT_WORDS[reason]}`, { cause, folder: { path, reason } });
}

export function aborted(cause?: unknown): StoreError {
  return new StoreError('aborted', 'stopped before the file was whole', { cause });
}

/** How an error travels from the worker; classes do not survive the crossing. */
export type StoreErrorFacts = Pick<StoreError, 'code' | 'message' | 'needed' | 'folder'>;

export function toWire({ code, message, needed, folder }: StoreError): StoreErrorFacts {
  return { code, message, needed, folder };
}

export function fromWire({ code, message, needed, folder }: StoreErrorFacts): StoreError {
  return new StoreError(code, message, { ...(needed !== null && { needed }), ...(folder !== null && { folder }) });
}
