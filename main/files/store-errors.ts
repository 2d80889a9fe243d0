/** From what the file system says to what the store says. */
import { accessSync, constants } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { StoreError } from './interface.ts';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);
/** Too many files are open, in this process or on the machine: that ends by itself and says nothing of the drive. */
const TOO_MANY = new Set(['EMFILE', 'ENFILE']);
const NO_WRITING = new Set(['EROFS', 'EACCES', 'EPERM']);

export function errorCode(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return null;
}

export const isTooManyFiles = (error: unknown): boolean => TOO_MANY.has(errorCode(error) ?? '');

const WAIT_MS = 25;
const MOST_WAITS = 400;

/** Tries again while too many files are open, for ten seconds at most; rejects with what `work` does. */
export async function whenFilesAllow<T>(work: () => T | Promise<T>): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTooManyFiles(error) || waits === MOST_WAITS) {
        throw error;
      }
      await setTimeout(WAIT_MS);
    }
  }
}

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

/** Any error → StoreError: no room, root gone or not writable, else `io`. `needed`: bytes the failed write wanted. */
export function toStoreError(error: unknown, context: { root: string; marker: string; needed: number }): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  const code = errorCode(error);
  if (code !== null && NO_ROOM.has(code)) {
    return new StoreError('disk_full', `no room left in ${context.root}`, { cause: error, needed: context.needed });
  }
  if ((code !== null && NO_WRITING.has(code)) || !markerReadable(context.marker)) {
    return offline(context.root, error);
  }
  const what = error instanceof Error ? error.message : String(error);
  return new StoreError('io', `the store failed: ${what}`, { cause: error });
}

export function aborted(cause?: unknown): StoreError {
  return new StoreError('aborted', 'stopped before the file was whole', { cause });
}

/** How an error travels from the worker; classes do not survive the crossing. */
export interface WireError {
  readonly code: StoreError['code'];
  readonly message: string;
  readonly needed: number | null;
}

export function toWire(error: StoreError): WireError {
  return { code: error.code, message: error.message, needed: error.needed };
}

export function fromWire(wire: WireError): StoreError {
  return new StoreError(wire.code, wire.message, wire.needed === null ? {} : { needed: wire.needed });
}
