/** Keys, menus and drags on the items of a timeline or a list: on one item, or on the selection that contains it. */
import { FAVOURITE, type MediaSelection } from '../../../../main/contract/browse-shapes.ts';
import type { MediaEntry } from '../../../../main/contract/shapes.ts';
import { t } from '../../i18n/index.ts';
import { drop } from '../../lib/drop.ts';
import { dayAround } from '../../lib/filter.ts';
import { isShortcut } from '../../lib/keyboard.ts';
import type { MediaRoute } from '../../lib/route.ts';
import { spanOfTime } from '../../lib/selection.ts';
import { dragOut } from '../../media/drag-out.ts';
import { mediaMenu, nameOf, openLabels, removeMedia } from '../../media/media-actions.ts';
import type { AppModel } from '../../state/app-model.svelte.ts';
import type { MenuSpec } from '../../state/context-menu.ts';
import { applyLabel, selectionOfOne, toggleFavourite } from '../../state/labels.ts';
import type { SelectionModel } from '../../state/selection-model.svelte.ts';
import type { ListModel } from './list/list-model.svelte.ts';
import { entryAt } from './locate.ts';
import type { TimelineModel } from './timeline-model.svelte.ts';

/** Where the items are shown. */
export interface ItemPlace {
  readonly route: MediaRoute;
  readonly selection: SelectionModel;
  readonly model: TimelineModel | ListModel;
  /** The same as `model` where it is a grid. */
  readonly grid: TimelineModel | null;
}

export interface ItemActions {
  /** Puts the heart on an item or, where something is selected, on the selection; takes it off where all have it. */
  favour(entry: MediaEntry): void;
  favourSelection(): void;
  /** Puts a label on the selection, or takes it off. */
  label(id: number, on: boolean): void;
  removeSelection(): void;
  menu(target: EventTarget | null): MenuSpec | null;
  /** Letters for the focused item, or for the selection it is part of. */
  press(event: KeyboardEvent): void;
  drag(event: DragEvent): void;
}

/** `place` is asked at each action: the route, the models and the selection change under it. */
export function itemActions(app: AppModel, place: () => ItemPlace): ItemActions {
  /** The item that an element of the grid or the list stands for. */
  function entryOf(target: EventTarget | null): MediaEntry | null {
    const element = target instanceof Element ? target.closest('[role=gridcell].tile, [role=row][data-media]') : null;
    if (element === null) {
      return null;
    }
    const id = Number(element.getAttribute('data-media') ?? element.id.replace('tile-', ''));
    return (
      place()
        .model.here()
        .find((entry) => entry.id === id) ?? null
    );
  }

  /** The target of a key, a menu or a drag: the selection that contains the item, else the item alone. */
  const isMany = (entry: MediaEntry): boolean => !place().selection.empty && place().selection.has(entry);

  function label(id: number, on: boolean): void {
    const { model, selection } = place();
    if (id === FAVOURITE) {
      model.setFavourite(selection.isMeant, on);
    }
    drop(applyLabel(app, selection.request(), id, on));
  }

  /** Puts a label on the item, or on the selection it is part of. */
  function mark(entry: MediaEntry, id: number, on: boolean): void {
    if (isMany(entry)) {
      label(id, on);
      return;
    }
    if (id === FAVOURITE) {
      place().model.setFavourite((each) => each.id === entry.id, on);
    }
    drop(applyLabel(app, selectionOfOne(entry), id, on));
  }

  function favourSelection(): void {
    if (place().route.filter.labels.includes(FAVOURITE)) {
      label(FAVOURITE, false);
    } else {
      drop(toggleFavourite(app, place().selection.request()));
    }
  }

  /** `from` is the item that had the focus: the one that comes to its place takes it over. */
  function remove(request: MediaSelection, many: boolean, from: MediaEntry | null): Promise<void> {
    // The place may be left while this goes on.
    const { selection, model, grid } = place();
    const at = from === null ? null : (grid?.find(from.id) ?? null);
    const follow = async (): Promise<void> => {
      if (app.selection !== selection) {
        return;
      }
      await model.refresh();
      if (grid !== null && at !== null && app.selection === selection) {
        app.viewed = await entryAt(grid, at);
      }
    };
    return removeMedia(app, request, {
      ...(many && { chosen: selection }),
      then: () => {
        drop(follow());
      },
    });
  }

  const removeOf = (entry: MediaEntry): Promise<void> =>
    isMany(entry) ? remove(place().selection.request(), true, entry) : remove(selectionOfOne(entry), false, entry);

  return {
    label,
    favourSelection,
    favour(entry) {
      if (place().selection.empty) {
        mark(entry, FAVOURITE, !entry.favourite);
      } else {
        favourSelection();
      }
    },
    removeSelection() {
      drop(remove(place().selection.request(), true, null));
    },
    menu(target) {
      const entry = entryOf(target);
      if (entry === null) {
        return null;
      }
      const { route, selection, model } = place();
      return mediaMenu(app, {
        entry,
        selected: isMany(entry)
          ? { request: () => selection.request(), count: selection.count(model.counts?.count ?? null) }
          : null,
        placeLabels: route.filter.labels,
        onopen: () => {
          app.router.go({ ...route, item: { accountId: entry.accountId, mediaId: entry.id } });
        },
        select: {
          on: selection.has(entry),
          toggle: () => {
            selection.toggle(entry);
          },
          day: () => {
            const { from, to } = dayAround(entry.sentAt);
            selection.toggleSpan(spanOfTime(from, to));
          },
        },
        onlabel: (id, on) => {
          mark(entry, id, on);
        },
        onremove: () => {
          drop(removeOf(entry));
        },
      });
    },
    press(event) {
      const entry = event.defaultPrevented ? null : entryOf(event.target);
      if (entry === null) {
        return;
      }
      const { route, selection } = place();
      if (isShortcut(event, 'remove', app.mac)) {
        drop(removeOf(entry));
      } else if (isShortcut(event, 'export', app.mac)) {
        app.openExport(isMany(entry) ? selection.request() : selectionOfOne(entry), {
          title: isMany(entry) ? t.selection.name : nameOf(app, entry),
        });
      } else if (isShortcut(event, 'label', app.mac)) {
        openLabels(app, event.target instanceof Element ? event.target : null, route.filter.labels, (id, on) => {
          mark(entry, id, on);
        });
      } else {
        return;
      }
      event.preventDefault();
    },
    drag(event) {
      const entry = entryOf(event.target);
      if (entry !== null) {
        const { selection, model } = place();
        const many = isMany(entry);
        const others = many ? model.here().filter((each) => each.id !== entry.id && selection.has(each)) : [];
        dragOut(app, event, [entry, ...others], many ? (selection.summary?.states.stored ?? 1) : 1);
      }
    },
  };
}
