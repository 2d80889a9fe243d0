/** Dragging files out of the window: by the system where the app may, else as a download that the browser makes at the drop. */
import { zone } from '../lib/zone.ts';
import { downloadUrl, fileNameOf } from '../../../main/contract/media-url.ts';
import type { MediaEntry } from '../../../main/contract/shapes.ts';
import type { AppModel } from '../state/app-model.svelte.ts';
import { t } from '../i18n/index.ts';
import { drop } from '../lib/drop.ts';

/** Files that one drag carries at most. */
export const MOST_DRAGGED = 200;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'image/x-icon': 'ico',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'video/x-msvideo': 'avi',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
};

/** The usual ending of a type; `bin` for what has none. The download itself carries the true name. */
export function extensionOf(mime: string | null): string {
  const [type = ''] = (mime ?? '').split(';');
  const [, sub = ''] = type.split('/');
  return EXTENSIONS[type] ?? (/^[a-z0-9]{2,5}$/.test(sub) && sub !== 'octet' ? sub : 'bin');
}

/** The data from which a browser makes a dragged file: type, name and address. */
export const downloadOf = (entry: MediaEntry, origin: string): string =>
  [
    entry.mime ?? 'application/octet-stream',
    fileNameOf({ sentAt: entry.sentAt, id: entry.id, ext: extensionOf(entry.mime) }, zone),
    `${origin}${downloadUrl(entry.accountId, entry.id)}`,
  ].join(':');

/** Begins to drag the stored ones of these items; the first stands for all where only one can be carried. */
export function dragOut(app: AppModel, event: DragEvent, entries: readonly MediaEntry[], meant: number): void {
  const stored = entries.filter(({ state }) => state === 'stored');
  const [first] = stored;
  if (first === undefined) {
    event.preventDefault();
    return;
  }
  if (app.info?.can.dragOut === true) {
    event.preventDefault();
    const refs = stored.slice(0, MOST_DRAGGED).map(({ accountId, id }) => ({ accountId, mediaId: id }));
    if (refs.length < meant) {
      app.toasts.say(t.selection.dragged(refs.length, meant));
    }
    drop(app.act('system.dragOut', { refs }));
    return;
  }
  if (event.dataTransfer !== null) {
    event.dataTransfer.effectAllowed = 'copy';
    event.dataTransfer.setData('DownloadURL', downloadOf(first, location.origin));
    event.dataTransfer.setData('text/uri-list', `${location.origin}${downloadUrl(first.accountId, first.id)}`);
    if (meant > 1) {
      app.toasts.say(t.selection.dragged(1, meant));
    }
  }
}
