import { mediaUrl, thumbHeightFor, thumbUrl } from '../../../main/contract/media-url.ts';
import type { MediaEntry } from '../../../main/contract/shapes.ts';

type Named = Pick<MediaEntry, 'accountId' | 'id'>;

/** Addresses of small pictures and of stored files. */
export class MediaSource {
  readonly #pixelRatio: () => number;

  constructor(pixelRatio: () => number) {
    this.#pixelRatio = pixelRatio;
  }

  /** A small picture, sharp at `cssHeight`. */
  thumb({ accountId, id }: Named, cssHeight: number): string {
    return thumbUrl(accountId, id, thumbHeightFor(cssHeight, this.#pixelRatio()));
  }

  /** The stored file. */
  file({ accountId, id }: Named): string {
    return mediaUrl(accountId, id, 'full');
  }

  /** Whether the stored file can be read at all: it may be away with its drive. Of a file that cannot be shown. */
  async canRead(item: Named): Promise<boolean> {
    const answer = await fetch(this.file(item), { method: 'HEAD' }).catch(() => null);
    return answer?.ok === true;
  }
}
