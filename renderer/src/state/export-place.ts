/** Exporting what a place shows, and what is selected in it: the same in the top bar and in the palette. */
import type { AppModel } from './app-model.svelte.ts';
import { t } from '../i18n/index.ts';
import { isFiltered } from '../lib/filter.ts';
import { allOf, allOfChat } from './export-request.ts';
import { filterOf } from './searches.ts';

export interface PlaceExport {
  readonly label: string;
  readonly run: () => void;
}

/** Everything of the place: its chat, or what matches its filter. Null where there are no media. */
export function exportOfPlace(app: AppModel): PlaceExport | null {
  const { route } = app.router;
  if (route.place !== 'media' && route.place !== 'conversation') {
    return null;
  }
  const { chat } = route;
  const filtered = route.place === 'media' && isFiltered(route.filter);
  const title = chat === null ? t.sidebar.allMedia : app.nameOf(chat.accountId, chat.chatId);
  if (chat !== null && !filtered) {
    return { label: t.exportDialog.exportChat, run: () => app.openExport(allOfChat(chat), { title }) };
  }
  if (route.place === 'conversation') {
    return null;
  }
  const filter = filterOf(app, route);
  return {
    label: filtered ? t.exportDialog.exportMatching : t.exportDialog.exportAll,
    run: () => app.openExport(allOf(filter), { title }),
  };
}

/** The selection in the visible timeline; null = none. */
export function exportOfSelection(app: AppModel): PlaceExport | null {
  const { selection } = app;
  return selection === null || selection.empty
    ? null
    : {
        label: t.exportDialog.exportSelection,
        run: () => app.openExport(selection.request(), { title: t.exportDialog.selection }),
      };
}
