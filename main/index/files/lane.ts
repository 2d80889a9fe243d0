import { type MediaKind, type Variant } from '../../contract/model.ts';
import { type Lane } from '../kernel/codes.ts';

/** From here on a file keeps a connection busy long enough to starve small ones. */
export const LARGE_BYTES = 8 * 1024 * 1024;

/** Which lane a file is fetched in: by its size where that is known, else by what such files usually are. */
export function laneOf(variant: Variant, kind: MediaKind, totalBytes: number | null): Lane {
  if (totalBytes !== null) {
    return totalBytes >= LARGE_BYTES ? 'large' : 'small';
  }
  return variant === 'full' && kind === 'video' ? 'large' : 'small';
}
