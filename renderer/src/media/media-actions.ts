/** Actions on media from a menu, a key or the selection bar. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Heart from '@lucide/svelte/icons/heart';
import HeartOff from '@lucide/svelte/icons/heart-off';
import Maximize2 from '@lucide/svelte/icons/maximize-2';
import MessageSquare from '@lucide/svelte/icons/message-square';
import FolderOutput from '@lucide/svelte/icons/folder-output';
import Tag from '@lucide/svelte/icons/tag';
import Trash2 from '@lucide/svelte/icons/trash';
import {
  FAVOURITE,
  type MediaRef,
  type MediaSelection,
  type TrashScope,
} from '../../../main/contract/browse-shapes.ts';
import { downloadUrl } from '../../../main/contract/media-url.ts';
import { EVERYTHING, type MediaEntry } from '../../../main/contract/shapes.ts';
import type { AppModel } from '../state/app-model.svelte.ts';
import { tidied, type MenuCommand, type MenuSpec } from '../state/context-menu.ts';
import { copyPicture } from './copy-picture.ts';
import { kindOf } from './tile-label.ts';
import { format, t } from '../i18n/index.ts';
import { drop } from '../lib/drop.ts';
import { chatMessages } from '../lib/route.ts';
import { NOTHING } from '../lib/selection.ts';
import { applyLabel, selectionOfOne } from '../state/labels.ts';
import type { SelectionModel } from '../state/selection-model.svelte.ts';

/** More than this is asked about before it is moved to the trash. */
const UNASKED = 100;
/** Owns the steps of the trash: emptying it, or bringing everything back, leaves nothing to take back. */
const TRASH = {};

/** What removing touches beside the library: a selection that ends and comes back, and what follows in the place. */
export interface RemovalPlace {
  readonly chosen?: SelectionModel;
  /** Called when it was done. */
  readonly then?: () => void;
}

/** Moves everything selected to the trash and says so. A question comes before many. */
export async function removeMedia(app: AppModel, selection: MediaSelection, place: RemovalPlace = {}): Promise<void> {
  const count = selection.spans?.length === 0 ? selection.include.length : null;
  if (count !== null && count <= UNASKED) {
    await moveToTrash(app, selection, place);
    return;
  }
  const summary = await app.act('selection.summary', { selection });
  if (summary === null) {
    return;
  }
  if (summary.count <= UNASKED) {
    await moveToTrash(app, selection, place);
    return;
  }
  app.question = {
    title: t.selection.removeMany(summary.count),
    text: t.selection.removeManyText,
    yes: t.selection.removeManyYes(summary.count),
    run: () => {
      drop(moveToTrash(app, selection, place));
    },
  };
}

async function moveToTrash(app: AppModel, selection: MediaSelection, { chosen, then }: RemovalPlace): Promise<void> {
  const before = chosen?.value;
  let undo: number | null = null;
  const remove = async (): Promise<string | null> => {
    const change = await app.act('media.remove', { selection });
    if (change === null) {
      return null;
    }
    ({ undo } = change);
    if (change.changed === 0) {
      return t.selection.unchanged;
    }
    chosen?.put(NOTHING);
    return t.selection.removed(change.changed);
  };
  const text = await remove();
  if (text === null) {
    return;
  }
  if (undo === null) {
    app.toasts.say(text);
    return;
  }
  app.undo.did({
    text,
    owner: TRASH,
    undo: async () => {
      const back = undo === null ? null : await app.act('media.restoreRemoved', { undo });
      if (back !== null && chosen !== undefined && before !== undefined && app.selection === chosen) {
        chosen.put(before);
      }
      return back === null ? null : t.selection.restored(back.restored);
    },
    redo: remove,
  });
  then?.();
}

/** Brings back the named items, or everything in a part of the trash, and says so. */
export async function bringBack(
  app: AppModel,
  refs: readonly MediaRef[] | null,
  within: TrashScope | null,
): Promise<void> {
  const restore = async (): Promise<string | null> => {
    const back = await app.act('trash.restore', { refs, ...(within !== null && { within }) });
    return back === null ? null : t.selection.restored(back.restored);
  };
  const text = await restore();
  if (text === null) {
    return;
  }
  if (refs === null) {
    app.undo.forget(TRASH);
    app.toasts.say(text);
    return;
  }
  const selection: MediaSelection = { filter: EVERYTHING, spans: [], include: refs, exclude: [] };
  app.undo.did({
    text,
    owner: TRASH,
    undo: async () => {
      const change = await app.act('media.remove', { selection });
      return change === null ? null : t.selection.removed(change.changed);
    },
    redo: restore,
  });
}

/** Asks before items of the trash are deleted for good: those named, all of a part of it, or all. */
export function askToDelete(
  app: AppModel,
  {
    which,
    within,
    count,
    bytes,
  }: {
    readonly which: readonly MediaRef[] | null;
    readonly within: TrashScope | null;
    readonly count: number;
    readonly bytes: number;
  },
): void {
  const items = t.common.items(count);
  app.question = {
    title: which === null && within === null ? t.trash.emptyTitle : t.trash.deleteTitle(items),
    text: t.trash.emptyText(items, format.bytes(bytes)),
    yes: t.trash.emptyConfirm(format.bytes(bytes)),
    run: () => {
      drop(deleteForGood(app, which, within));
    },
  };
}

/** Deletes the named items of the trash, or a part of it, for good, and says so. */
async function deleteForGood(
  app: AppModel,
  refs: readonly MediaRef[] | null,
  within: TrashScope | null,
): Promise<void> {
  const done = await app.act('trash.empty', { refs, ...(within !== null && { within }) });
  if (done !== null) {
    app.undo.forget(TRASH);
    app.toasts.say(t.trash.emptied(t.common.items(done.media), format.bytes(done.bytes)));
  }
}

export async function copyMedia(app: AppModel, entry: MediaEntry): Promise<void> {
  if (await copyPicture(app.media.file(entry))) {
    app.toasts.say(t.common.copied);
  }
}

export const isCopyable = (entry: MediaEntry): boolean => entry.kind === 'photo' && entry.state === 'stored';

function download(entry: MediaEntry): void {
  const link = document.createElement('a');
  link.href = downloadUrl(entry.accountId, entry.id);
  link.download = '';
  link.click();
}

/** The target of a menu. */
export interface MediaTarget {
  readonly entry: MediaEntry;
  /** Everything selected, when the item is part of it; null = the item alone. */
  readonly selected: { readonly request: () => MediaSelection; readonly count: number | null } | null;
  /** Labels of the place that is shown: these are taken off a selection, all others are put on. */
  readonly placeLabels: readonly number[];
  readonly onopen: (() => void) | null;
  /** Selecting, where the place can. */
  readonly select: { readonly on: boolean; readonly toggle: () => void; readonly day: () => void } | null;
  readonly onlabel: (id: number, on: boolean) => void;
  readonly onremove: () => void;
}

/** The commands for an item, or for the selection it is part of. Only what can be done now. */
export function mediaMenu(app: AppModel, target: MediaTarget): MenuSpec {
  const { entry, selected, onopen, select } = target;
  const single = selected === null;
  const favourite = single ? entry.favourite : target.placeLabels.includes(FAVOURITE);
  const stored = entry.state === 'stored';
  const request = (): MediaSelection => selected?.request() ?? selectionOfOne(entry);
  return {
    label: single ? t.menu.media : t.menu.many(selected.count ?? 0),
    parts: tidied([
      single && onopen !== null
        ? { id: 'open', label: t.menu.open, icon: Maximize2, shortcut: 'open', run: onopen }
        : null,
      single ? conversation(app, entry) : null,
      'line',
      {
        id: 'favourite',
        label: favourite ? t.menu.unfavourite : t.menu.favourite,
        icon: favourite ? HeartOff : Heart,
        shortcut: 'favourite',
        run: () => {
          target.onlabel(FAVOURITE, !favourite);
        },
      },
      {
        id: 'label',
        label: t.menu.label,
        icon: Tag,
        shortcut: 'label',
        run: () => {
          openLabels(app, null, target.placeLabels, target.onlabel);
        },
      },
      'line',
      single && isCopyable(entry)
        ? {
            id: 'copy',
            label: t.menu.copy,
            icon: Copy,
            run: () => {
              drop(copyMedia(app, entry));
            },
          }
        : null,
      single && stored ? fileCommand(app, entry) : null,
      {
        id: 'export',
        label: t.menu.export,
        icon: FolderOutput,
        shortcut: 'export',
        run: () => {
          app.openExport(request(), { title: single ? nameOf(app, entry) : t.selection.name });
        },
      },
      'line',
      select === null
        ? null
        : {
            id: 'select',
            label: select.on ? t.menu.unselect : t.menu.select,
            icon: CircleCheck,
            shortcut: 'select',
            run: select.toggle,
          },
      select === null
        ? null
        : { id: 'day', label: t.menu.selectDay, icon: CalendarCheck, shortcut: 'selectDay', run: select.day },
      'line',
      {
        id: 'remove',
        label: t.menu.remove,
        icon: Trash2,
        shortcut: 'remove',
        danger: true,
        run: target.onremove,
      },
    ]),
  };
}

/** An item in words, as the title of what is done with it. */
export const nameOf = (app: AppModel, entry: MediaEntry): string =>
  `${kindOf(entry)}, ${app.nameOf(entry.accountId, entry.chatId)}`;

const conversation = (app: AppModel, entry: MediaEntry): MenuCommand => ({
  id: 'conversation',
  label: t.menu.conversation,
  icon: MessageSquare,
  run: () => {
    app.router.go(chatMessages({ accountId: entry.accountId, chatId: entry.chatId }, entry.messageId));
  },
});

/** Where the file is: in its folder, or as a download where there is no folder to show. */
export const fileCommand = (app: AppModel, entry: MediaEntry): MenuCommand =>
  app.info?.can.showInFolder === true
    ? {
        id: 'folder',
        label: t.menu.folder,
        icon: FolderOpen,
        run: () => {
          drop(app.act('system.showInFolder', { accountId: entry.accountId, mediaId: entry.id }));
        },
      }
    : {
        id: 'download',
        label: t.menu.download,
        icon: Download,
        run: () => {
          download(entry);
        },
      };

/** Opens the box of labels at an element, or where the open menu stands. `on` are those that are taken off. */
export function openLabels(
  app: AppModel,
  at: Element | null,
  on: readonly number[],
  pick: (id: number, on: boolean) => void,
): void {
  const { menu } = app;
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  app.labelling = {
    at: at?.getBoundingClientRect() ?? new DOMRect(menu?.x, menu?.y, 0, 0),
    from: menu === null ? focused : menu.from,
    on,
    pick,
  };
}

/** A menu for an item where nothing is selected: in conversations and searches. */
export const plainMenu = (app: AppModel, entry: MediaEntry, onopen: () => void): MenuSpec =>
  mediaMenu(app, {
    entry,
    selected: null,
    placeLabels: [],
    onopen,
    select: null,
    onlabel: (id, on) => {
      drop(applyLabel(app, selectionOfOne(entry), id, on));
    },
    onremove: () => {
      drop(removeMedia(app, selectionOfOne(entry)));
    },
  });
