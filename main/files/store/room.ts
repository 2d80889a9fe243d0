/** Is the media root there, is it the one that was opened, and is there room? */
import { readFile, statfs } from 'node:fs/promises';
import { StoreError } from '../interface.ts';
import { readMarkerId } from '../library/marker.ts';
import { freeBytesOf, type RoomStats } from '../../lib/free-room.ts';
import { offline } from './store-errors.ts';
import { whenFilesAllow } from '../../lib/patience.ts';
import { type StorePaths } from '../library/store-paths.ts';

export type StatFs = (path: string) => Promise<RoomStats>;

export const systemStatFs: StatFs = (path) => statfs(path);

/** Throws StoreError `offline` when the marker cannot be read. Answers the library's id. */
export async function readRootId(paths: StorePaths): Promise<string> {
  const text = await whenFilesAllow(() => readFile(paths.marker, 'utf8')).catch((error: unknown) => {
    throw offline(paths.root, error);
  });
  const id = readMarkerId(text);
  if (id === null) {
    throw offline(paths.root);
  }
  return id;
}

/** Throws StoreError `disk_full` (its `needed` counts the reserve in) when less than `needed` + `reserve` is free. Unknown room is enough. */
export async function requireRoom(
  paths: StorePaths,
  statFs: StatFs,
  { needed, reserve }: { needed: number; reserve: number },
): Promise<void> {
  const free = await statFs(paths.root).then(freeBytesOf, () => null);
  if (free !== null && free < needed + reserve) {
    const message = `${free} bytes are free in ${paths.root}; ${needed} are needed and ${reserve} are to stay free`;
    throw new StoreError('disk_full', message, { needed: needed + reserve });
  }
}
