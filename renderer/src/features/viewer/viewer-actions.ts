/** What can be done with the opened item, by key, button or menu. */
import { FAVOURITE } from '../../../../main/contract/browse-shapes.ts';
import type { MediaEntry } from '../../../../main/contract/shapes.ts';
import { drop } from '../../lib/drop.ts';
import { isShortcut, type ShortcutId } from '../../lib/keyboard.ts';
import { chatMessages } from '../../lib/route.ts';
import { copyMedia, isCopyable, mediaMenu, nameOf, openLabels, removeMedia } from '../../media/media-actions.ts';
import type { AppModel } from '../../state/app-model.svelte.ts';
import type { MenuSpec } from '../../state/context-menu.ts';
import { applyLabel, selectionOfOne } from '../../state/labels.ts';
import type { Immersion } from './immersion.svelte.ts';
import type { Slideshow } from './slideshow.svelte.ts';
import type { ViewerModel } from './viewer-model.svelte.ts';

/** Each has its key and, where there is room, its button. */
export const VIEWER_KEYS = [
  'close',
  'play',
  'info',
  'conversation',
  'heart',
  'copy',
  'folder',
  'zoom',
  'slideshow',
  'fullScreen',
  'export',
  'remove',
  'label',
] as const satisfies readonly ShortcutId[];

export type ViewerCommand = (typeof VIEWER_KEYS)[number];

/** Each is called only when it can be done; otherwise it does nothing. */
export type ViewerCommands = Readonly<Record<ViewerCommand, () => void>>;

/** The command that a key stands for. Null: none. */
export const commandOf = (event: KeyboardEvent, mac: boolean): ViewerCommand | null =>
  VIEWER_KEYS.find((id) => isShortcut(event, id, mac)) ?? null;

/** The viewer, as its actions see it. */
export interface ViewerPlace {
  readonly model: ViewerModel;
  readonly immersion: Immersion;
  readonly slideshow: Slideshow;
  readonly favourite: () => boolean;
  /** The item is not in the library. */
  readonly gone: () => boolean;
  readonly show: (entry: MediaEntry) => void;
  readonly close: () => void;
  readonly info: () => void;
  readonly zoom: () => void;
}

export interface ViewerActions {
  readonly label: (id: number, on: boolean) => void;
  readonly menuOf: (entry: MediaEntry) => MenuSpec;
  /** Shows the picture alone, or everything again. */
  readonly immerse: (on: boolean) => void;
  readonly commands: ViewerCommands;
}

export function viewerActions(app: AppModel, viewer: ViewerPlace): ViewerActions {
  const { model, immersion, slideshow, favourite, show } = viewer;

  function label(id: number, on: boolean): void {
    if (model.entry !== null) {
      drop(applyLabel(app, selectionOfOne(model.entry), id, on));
    }
  }

  async function remove(): Promise<void> {
    const gone = model.entry;
    if (gone === null) {
      return;
    }
    const follow = (): void => {
      // The viewer may have been left, or have gone on, meanwhile.
      const { route: now } = app.router;
      if (now.place === 'media' && now.item?.mediaId === gone.id) {
        const next = model.older ?? model.newer;
        model.forget(gone);
        if (next === null) {
          viewer.close();
        } else {
          show(next);
        }
      }
    };
    await removeMedia(app, selectionOfOne(gone), { then: follow });
  }

  /** On the whole screen where that can be had: the page as a whole, so that menus and messages are seen too. */
  function immerse(on: boolean): void {
    if (on) {
      immersion.enter();
      document.documentElement.requestFullscreen().catch(() => undefined);
    } else {
      slideshow.stop();
      immersion.leave();
      if (document.fullscreenElement !== null) {
        drop(document.exitFullscreen());
      }
    }
    // The buttons of the bar are others now: the one that had the focus may be gone.
    document.getElementById('viewer')?.focus();
  }

  /** Does something with the opened item, if there is one. */
  const withEntry = (run: (entry: MediaEntry) => void) => (): void => {
    if (model.entry !== null) {
      run(model.entry);
    }
  };

  return {
    label,
    immerse,
    menuOf: (of) =>
      mediaMenu(app, {
        entry: { ...of, favourite: favourite() },
        selected: null,
        placeLabels: model.item?.labels ?? [],
        onopen: null,
        select: null,
        onlabel: label,
        onremove: () => drop(remove()),
      }),
    commands: {
      close: () => {
        if (immersion.on) {
          immerse(false);
        } else {
          viewer.close();
        }
      },
      play: () => document.querySelector<HTMLElement>('#viewer [data-play]')?.click(),
      info: viewer.info,
      zoom: viewer.zoom,
      conversation: withEntry(({ accountId, chatId, messageId }) =>
        app.router.go(chatMessages({ accountId, chatId }, messageId)),
      ),
      heart: () => label(FAVOURITE, !favourite()),
      copy: withEntry((entry) => {
        if (isCopyable(entry)) {
          drop(copyMedia(app, entry));
        }
      }),
      folder: withEntry(({ accountId, id, state }) => {
        if (state === 'stored' && app.info?.can.showInFolder === true) {
          drop(app.act('system.showInFolder', { accountId, mediaId: id }));
        }
      }),
      slideshow: () => {
        if (slideshow.on) {
          slideshow.stop();
        } else if (!viewer.gone()) {
          slideshow.start();
          if (!immersion.on) {
            immerse(true);
          }
        }
      },
      fullScreen: () => {
        if (!viewer.gone()) {
          immerse(!immersion.on);
        }
      },
      export: withEntry((entry) => app.openExport(selectionOfOne(entry), { title: nameOf(app, entry) })),
      remove: () => drop(remove()),
      label: withEntry(() => {
        const at = document.getElementById('add-label') ?? document.querySelector('#viewer header .more');
        at?.scrollIntoView({ block: 'nearest' });
        openLabels(app, at, model.item?.labels ?? [], label);
      }),
    },
  };
}
