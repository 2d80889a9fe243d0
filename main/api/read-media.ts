/** One media item of a message: its kind, its state and the addresses worth fetching (API facts §3, §6). */
import { z } from 'zod';
import { MEDIA_KINDS, type MediaKind, type MediaState, type Variant } from '../contract/model.ts';
import type { ListedFile, ListedMedia } from '../lib/model.ts';
import { isLoopbackHost } from './api-base.ts';
import { amount, anything, flag, id, pixels, text, time } from './schemas.ts';
import { readUrlExpiry } from './url-expiry.ts';

const fileObject = z
  .object({
    url: text,
    width: pixels,
    height: pixels,
    sources: z
      .array(z.object({ url: text, width: pixels, height: pixels }).catch({ url: null, width: null, height: null }))
      .nullish()
      .catch(null),
    options: z
      .array(z.object({ url: text }).catch({ url: null }))
      .nullish()
      .catch(null),
  })
  .nullish()
  .catch(null);
type FileObject = z.infer<typeof fileObject>;

/** `full`, `thumb`, `preview`, `squarePreview` may each be null, missing or an object (API facts §3); `drm` is upstream's. */
const files = z
  .object({ full: fileObject, thumb: fileObject, preview: fileObject, squarePreview: fileObject, drm: anything })
  .nullish()
  .catch(null);

const mediaItem = z.object({
  id,
  type: text,
  canView: flag,
  hasError: flag,
  isReady: flag,
  createdAt: time,
  duration: amount,
  files,
});
type MediaObject = z.infer<typeof mediaItem>;

/** Facts of the message that hold for all its media. */
export interface MessageContext {
  readonly isMediaReady: boolean | null;
  readonly teasers: ReadonlySet<number>;
}

/** Null when the item has no usable id: then nothing can be kept of it but its raw JSON. */
export function readMedia(value: unknown, context: MessageContext): ListedMedia | null {
  const parsed = mediaItem.safeParse(value);
  if (!parsed.success || parsed.data.id === null) {
    return null;
  }
  const item = parsed.data;
  const kind = toKind(item.type);
  const files = item.files ?? {};
  const full = firstUrl('full', [files.full?.url, ...(files.full?.sources ?? []).map((source) => source.url)]);
  const thumb = firstUrl('thumb', [files.thumb?.url]);
  const state = toState(item, kind, context, full);
  // Addresses are many and most full files are offered: a preview is read only where it is wanted.
  const preview = state === 'viewable' ? null : firstPreview(files);
  const offered = state === 'viewable' ? [full, thumb] : [preview, thumb];
  return {
    id: parsed.data.id,
    kind,
    kindRaw: item.type ?? '',
    state: state === 'locked' && offered.some((file) => file !== null) ? 'preview' : state,
    durationMs: item.duration === null || item.duration <= 0 ? null : Math.round(item.duration * 1000),
    ...toSize(files.full ?? null),
    createdAt: item.createdAt,
    teaser: context.teasers.has(parsed.data.id),
    files: offered.filter((file) => file !== null),
  };
}

/**
 * The state of an item, most telling sign first.
 * - protected: it may be seen but not had: a `drm` block instead of a plain URL, or, the block being no part of the documented answer, a
 *   video, gif or audio that is ready and viewable without any URL. A picture is never protected, so the same signs on one mean "not yet".
 * - notReady: the service says so, or the URL leads to an upload still in work.
 * - viewable: `canView` is not false and there is a URL. The flag alone or the URL alone is not enough.
 * - locked: closed; where there is something to show for it, the caller says `preview`.
 */
function toState(item: MediaObject, kind: MediaKind, context: MessageContext, full: ListedFile | null): MediaState {
  const drm = item.files?.drm;
  if (item.canView !== false && full === null && drm !== undefined && drm !== null) {
    return 'protected';
  }
  // `isMediaReady` speaks of all media of the message together; an item that is ready and has its URL need not wait for its neighbours.
  const waitsForMessage =
    context.isMediaReady === false && (item.isReady !== true || (item.canView === true && full === null));
  const isUnfinished = item.isReady === false || item.hasError === true || waitsForMessage;
  if (isUnfinished || (full !== null && isUpload(full.url))) {
    return 'notReady';
  }
  if (item.canView !== false && full !== null) {
    return 'viewable';
  }
  if (item.canView === true) {
    return kind === 'photo' || kind === 'other' ? 'notReady' : 'protected';
  }
  return 'locked';
}

function firstPreview(files: NonNullable<MediaObject['files']>): ListedFile | null {
  const options = (files.preview?.options ?? []).map((option) => option.url);
  return firstUrl('preview', [files.preview?.url, ...options, files.squarePreview?.url]);
}

function toKind(type: string | null): MediaKind {
  return MEDIA_KINDS.find((kind) => kind === type) ?? 'other';
}

/** Of the full file, or of its first source that says; null where unknown. `size` is not read: upstream always says 0. */
function toSize(full: NonNullable<FileObject> | null): { width: number | null; height: number | null } {
  const measured = [full, ...(full?.sources ?? [])].find(
    (file) => file !== null && file.width !== null && file.height !== null,
  );
  return { width: measured?.width ?? null, height: measured?.height ?? null };
}

function firstUrl(variant: Variant, urls: readonly (string | null | undefined)[]): ListedFile | null {
  for (const text of urls) {
    const file = typeof text === 'string' ? toFile(variant, text) : null;
    if (file !== null) {
      return file;
    }
  }
  return null;
}

/** Only an address that may be fetched at all: https, or plain http to this machine, without credentials inside. */
function toFile(variant: Variant, text: string): ListedFile | null {
  if (text.length > 8192 || !URL.canParse(text)) {
    return null;
  }
  const url = new URL(text);
  const isWeb = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!isWeb || url.username !== '' || url.password !== '') {
    return null;
  }
  return { variant, url: text, expiresAt: readUrlExpiry(url) };
}

/** Files still being processed are served from addresses with "upload" in them (API facts §3). The query is left out: signatures are random text. */
function isUpload(url: string): boolean {
  const query = url.indexOf('?');
  return (query < 0 ? url : url.slice(0, query)).includes('upload');
}
