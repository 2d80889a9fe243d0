/** Searches that are kept: what is shown as a filter of the app, and back as a place. */
import { EVERYTHING, type MediaFilter, type SavedSearch } from '../../../main/contract/shapes.ts';
import type { AppModel } from './app-model.svelte.ts';
import { removeKept } from './labels.ts';
import { t } from '../i18n/index.ts';
import { drop } from '../lib/drop.ts';
import { fromMediaFilter, toMediaFilter } from '../lib/filter.ts';
import { ALL_MEDIA, type MediaRoute } from '../lib/route.ts';

/** The place that a kept search stands for. */
export const routeOf = (search: Pick<SavedSearch, 'filter' | 'order'>): MediaRoute => ({
  ...ALL_MEDIA,
  filter: fromMediaFilter(search.filter),
  order: search.order,
  view: search.order === null ? 'grid' : 'list',
});

/** The filter of a place as the app wants it: within its chat, else within the account that is shown. */
export const filterOf = (app: AppModel, route: Pick<MediaRoute, 'chat' | 'filter'>): MediaFilter =>
  toMediaFilter(route.filter, route.chat?.accountId ?? app.account?.id ?? null, route.chat?.chatId ?? null);

/** The same however it was written: for finding which kept search is shown. */
const spelled = (filter: MediaFilter): string =>
  JSON.stringify(Object.entries({ ...EVERYTHING, ...filter }).sort(([a], [b]) => a.localeCompare(b)));

/** The kept search whose filter and order are shown; null when none is. */
export function shownSearch(app: AppModel, route: MediaRoute): SavedSearch | null {
  const wanted = spelled(filterOf(app, route));
  const order = JSON.stringify(route.order);
  return app.searches.find((each) => spelled(each.filter) === wanted && JSON.stringify(each.order) === order) ?? null;
}

export function openSearch(app: AppModel, search: SavedSearch): void {
  const { accountId } = search.filter;
  if (accountId !== null && accountId !== app.account?.id) {
    app.chosenAccount = accountId;
    drop(app.loadChats());
  }
  app.router.go(routeOf(search));
}

/** Asks for a name and keeps what is shown under it. */
export function askSearch(app: AppModel, route: MediaRoute): void {
  app.prompt = {
    title: t.searches.save,
    text: t.searches.saveText,
    label: t.searches.name,
    value: route.filter.text ?? '',
    most: 100,
    save: async (name) => {
      const filter = filterOf(app, route);
      const saved = await app.act('searches.save', { id: null, name, filter, order: route.order });
      if (saved !== null) {
        app.toasts.say(t.searches.saved(name));
      }
      return saved !== null;
    },
  };
}

export function askSearchName(app: AppModel, { id, name: old }: SavedSearch): void {
  app.prompt = {
    title: t.menu.rename,
    label: t.searches.name,
    value: old,
    most: 100,
    save: (name) => app.did('searches.rename', { id, name }),
  };
}

export const removeSearch = (app: AppModel, { id, name }: SavedSearch): Promise<void> =>
  removeKept(app, t.searches.removed(name), ['searches.remove', 'searches.restore'], id);
