/**
 * The addresses of media and thumbnails, the same in every shell: absolute paths on the page's own origin. Ids only: neither a path of the
 * disk nor a hash ever stands in a URL, so a URL proves nothing and opens nothing but what the index knows.
 */
import type { Zone } from './time-zone.ts';
import { VARIANTS, type Variant } from './model.ts';

/** Heights in which thumbnails are made, CSS pixels × device pixel ratio rounded up to the next. */
export const THUMB_HEIGHTS = [160, 320, 640] as const;
export type ThumbHeight = (typeof THUMB_HEIGHTS)[number];

export type MediaUrl =
  | { readonly kind: 'media'; readonly accountId: number; readonly mediaId: number; readonly variant: Variant }
  | { readonly kind: 'thumb'; readonly accountId: number; readonly mediaId: number; readonly height: ThumbHeight };

/** The file itself. Answers byte ranges; 404 when it is not stored. */
export const mediaUrl = (accountId: number, mediaId: number, variant: Variant): string =>
  `/media/${String(accountId)}/${String(mediaId)}/${variant}`;

/** The file of an item as a download, under the name that `fileNameOf` tells. */
export const downloadUrl = (accountId: number, mediaId: number): string =>
  `${mediaUrl(accountId, mediaId, 'full')}?download`;

/** Name of a single file outside of the library, as the flat layout of exports gives it: `2025-06-03 142205 123.jpg`, in a zone. */
export function fileNameOf(
  item: { readonly sentAt: number; readonly id: number; readonly ext: string },
  zone: Zone,
): string {
  const [day = '', time = ''] = new Date(zone.wallOf(item.sentAt)).toISOString().split('T');
  return `${day} ${time.slice(0, 8).replaceAll(':', '')} ${String(item.id)}.${item.ext}`;
}

/** A small picture of a photo, video or gif; 404 where there is none (audio, nothing stored). */
export const thumbUrl = (accountId: number, mediaId: number, height: ThumbHeight): string =>
  `/thumb/${String(accountId)}/${String(mediaId)}/${String(height)}`;

/** The smallest thumbnail that is not blurred at `cssHeight` on a screen of `pixelRatio`; the largest when none is. */
export function thumbHeightFor(cssHeight: number, pixelRatio: number): ThumbHeight {
  const wanted = cssHeight * pixelRatio;
  return THUMB_HEIGHTS.find((height) => height >= wanted) ?? 640;
}

const ID = /^[1-9]\d{0,15}$/;

function readId(text: string | undefined): number | null {
  if (text === undefined || !ID.test(text)) {
    return null;
  }
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : null;
}

const isVariant = (text: string | undefined): text is Variant => VARIANTS.some((variant) => variant === text);

/** Reads the path of a URL (no origin, no query). Null for anything that is not exactly one of the two forms. */
export function parseMediaUrl(path: string): MediaUrl | null {
  const [empty, kind, account, media, last, ...rest] = path.split('/');
  const accountId = readId(account);
  const mediaId = readId(media);
  if (empty !== '' || rest.length > 0 || accountId === null || mediaId === null) {
    return null;
  }
  if (kind === 'media') {
    return isVariant(last) ? { kind, accountId, mediaId, variant: last } : null;
  }
  if (kind === 'thumb') {
    const height = THUMB_HEIGHTS.find((known) => String(known) === last);
    return height === undefined ? null : { kind, accountId, mediaId, height };
  }
  return null;
}
