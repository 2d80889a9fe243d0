/** Deleting for good: the only place that removes a stored file. */
import { rm } from 'node:fs/promises';
import { THUMB_HEIGHTS } from '../contract/media-url.ts';
import { requireMarker } from './store-errors.ts';
import { blobPath, thumbPath, type StorePaths } from './store-paths.ts';

/**
 * Removes one stored file and the pictures made of it; what is not there is no error. The pictures go first: a kill in between leaves the
 * file, which a check finds. Throws when the media root is away, and TypeError on what is not the name of a stored file.
 */
export async function discardBlob(
  paths: StorePaths,
  blob: { readonly sha256: string; readonly ext: string },
): Promise<void> {
  const { file } = blobPath(paths, blob.sha256, blob.ext);
  requireMarker(paths);
  for (const height of THUMB_HEIGHTS) {
    await rm(thumbPath(paths, blob.sha256, height).file, { force: true });
  }
  await rm(file, { force: true });
}
