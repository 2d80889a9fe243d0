import { mediaUrl, thumbHeightFor, thumbUrl } from '../../../main/contract/media-url.ts';
import type { MediaEntry } from '../../../main/contract/shapes.ts';

/** Where pictures and files come from: the app's own addresses, or painted ones beside the in-memory bridge. */
export interface MediaSource {
  /** A small picture, sharp at `cssHeight`. */
  thumb(
    entry: {
      readonly accountId: number;
      readonly id: number;
      readonly width?: number | null;
      readonly height?: number | null;
    },
    cssHeight: number,
  ): string;
  /** The stored file. */
  file(entry: MediaEntry): string;
  /** Whether `file` can be given to a player; false only where there is no real file behind the item. */
  playable(entry: MediaEntry): boolean;
}

export const storedMedia = (pixelRatio: () => number): MediaSource => ({
  thumb: (entry, cssHeight) => thumbUrl(entry.accountId, entry.id, thumbHeightFor(cssHeight, pixelRatio())),
  file: (entry) => mediaUrl(entry.accountId, entry.id, 'full'),
  playable: () => true,
});
