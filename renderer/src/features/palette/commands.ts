import Bookmark from '@lucide/svelte/icons/bookmark';
import BookmarkPlus from '@lucide/svelte/icons/bookmark-plus';
import EyeOff from '@lucide/svelte/icons/eye-off';
import FolderOutput from '@lucide/svelte/icons/folder-output';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import Heart from '@lucide/svelte/icons/heart';
import History from '@lucide/svelte/icons/rotate-ccw-clock';
import Images from '@lucide/svelte/icons/images';
import CalendarDays from '@lucide/svelte/icons/calendar-days';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import List from '@lucide/svelte/icons/list';
import Trash2 from '@lucide/svelte/icons/trash';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Maximize from '@lucide/svelte/icons/maximize';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Monitor from '@lucide/svelte/icons/monitor';
import PanelLeft from '@lucide/svelte/icons/panel-left';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import Presentation from '@lucide/svelte/icons/presentation';
import Redo2 from '@lucide/svelte/icons/redo-2';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings';
import Tag from '@lucide/svelte/icons/tag';
import Undo2 from '@lucide/svelte/icons/undo-2';
import type { Component } from 'svelte';
import { FAVOURITE } from '../../../../main/contract/browse-shapes.ts';
import type { AppModel } from '../../state/app-model.svelte.ts';
import { findHere, toggleSidebar } from '../../state/keys.ts';
import { t } from '../../i18n/index.ts';
import { drop } from '../../lib/drop.ts';
import { isFiltered, labelled, NO_FILTER } from '../../lib/filter.ts';
import type { ShortcutId } from '../../lib/keyboard.ts';
import { askToDelete, removeMedia } from '../../media/media-actions.ts';
import {
  ALL_MEDIA,
  CHANGES,
  chatMedia,
  SETTINGS_SECTIONS,
  TRASH,
  type MediaView,
  type Route,
} from '../../lib/route.ts';
import { askSearch, openSearch } from '../../state/searches.ts';
import { foldName } from '../../lib/fold-name.ts';
import { exportOfPlace, exportOfSelection } from '../../state/export-place.ts';

/** A line of the palette. Without an icon it is a chat and has its picture. */
export interface Offer {
  readonly id: string;
  readonly label: string;
  /** Words of the person, shown as such after the label. */
  readonly quoted?: string;
  readonly icon?: Component<{ size?: number }>;
  readonly accountId?: number;
  readonly mediaId?: number | null;
  readonly note?: string;
  readonly shortcut?: ShortcutId;
  /** Id of what has the focus afterwards; without it, what had it before. */
  readonly focus?: string;
  readonly run: () => void;
}

/** Those offers that are possible now. */
const possible = (...offers: readonly (Offer | false | null)[]): Offer[] =>
  offers.filter((offer) => offer !== false && offer !== null);

/** Where a name matches: the words in their order of letters, accents and case aside. Null = it does not. */
export function nameHit(name: string, words: string): { readonly start: number; readonly end: number } | null {
  const folded = foldName(name);
  const start = folded.indexOf(foldName(words));
  if (start < 0) {
    return null;
  }
  // Folding may change the length of a name; then it matches but nothing is marked.
  return folded.length === name.length ? { start, end: start + foldName(words).length } : { start: 0, end: 0 };
}

async function emptyTrash(app: AppModel): Promise<void> {
  const summary = await app.act('trash.summary', {});
  if (summary !== null && summary.count > 0) {
    askToDelete(app, { which: null, within: null, count: summary.count, bytes: summary.bytes });
  } else if (summary !== null) {
    app.toasts.say(t.trash.none);
  }
}

type Icon = NonNullable<Offer['icon']>;

/** A command: what it does, and what may be said or done beside. */
const offer = (
  id: string,
  label: string,
  icon: Icon,
  run: () => void,
  more: Pick<Offer, 'shortcut' | 'note' | 'focus' | 'quoted'> = {},
): Offer => ({ id, label, icon, run, ...more });

/** Taking the last step back, and making it again. */
function stepCommands({ undo: steps }: AppModel): Offer[] {
  const { last, next } = steps;
  const noted = (shortcut: ShortcutId, text: string) => ({ shortcut, note: t.undo.step(text) });
  return possible(
    last && offer('undo', t.undo.undo, Undo2, () => drop(steps.undo()), noted('undo', last.text)),
    next && offer('redo', t.undo.redo, Redo2, () => drop(steps.redo()), noted('redo', next.text)),
  );
}

/** The commands for the opened item. */
function viewerCommands({ viewer }: AppModel): Offer[] {
  const of = (shortcut: ShortcutId) => ({ shortcut, focus: 'viewer' });
  return viewer === null
    ? []
    : [
        offer('slideshow', t.viewer.slideshow, Presentation, viewer.slideshow, of('slideshow')),
        offer('full-screen', t.viewer.fullScreen, Maximize, viewer.fullScreen, of('fullScreen')),
      ];
}

/** The commands for the chat that is shown. */
function chatCommands(app: AppModel): Offer[] {
  const { route } = app.router;
  if (route.place === 'conversation') {
    const find = (): void => app.router.replace({ ...route, find: '' });
    return [offer('find', t.find.name, Search, find, { shortcut: 'find', focus: 'find' })];
  }
  return route.place === 'media' && route.chat !== null
    ? [offer('find', t.find.name, Search, () => findHere(app), { shortcut: 'find', focus: 'search' })]
    : [];
}

/** The commands for the media view that is shown. */
function viewCommands(app: AppModel): Offer[] {
  const { route } = app.router;
  if (route.place !== 'media') {
    return [];
  }
  const to = (view: MediaView) => () => app.router.go({ ...route, item: null, view });
  return possible(
    route.view === 'list'
      ? offer('view', t.menu.openTimeline, LayoutGrid, to('grid'), { shortcut: 'view' })
      : offer('view', t.menu.openList, List, to('list'), { shortcut: 'view' }),
    route.view === 'grid' &&
      offer('overview', t.timeline.overview, CalendarDays, to('months'), { shortcut: 'zoomOut' }),
    isFiltered(route.filter) && offer('save-search', t.searches.save, BookmarkPlus, () => askSearch(app, route)),
  );
}

/** The commands for the sync: it runs and can be paused, or can be begun. */
function syncCommand(app: AppModel): Offer {
  if (app.sync === null || app.sync.state === 'idle') {
    return offer('sync', t.sync.startAll, RefreshCw, () => drop(app.startSync([])));
  }
  const paused = app.sync.state === 'paused';
  const [label, icon] = paused ? [t.sync.resume, Play] : [t.sync.pause, Pause];
  return offer('pause', label, icon, () => drop(app.togglePause()), { shortcut: 'pause' });
}

/** What can be done now. */
function actionsOf(app: AppModel): Offer[] {
  const { selection } = app;
  const blurring = app.hidden ? t.top.unblur : t.top.blur;
  return possible(
    ...[exportOfSelection(app), exportOfPlace(app)].map(
      (each, index) => each && offer(`export-${String(index)}`, each.label, FolderOutput, each.run),
    ),
    syncCommand(app),
    selection?.empty === false &&
      offer('remove', t.palette.removeSelection, Trash2, () => drop(removeMedia(app, selection.request())), {
        shortcut: 'remove',
      }),
    offer('empty-trash', t.palette.emptyTrash, Trash2, () => drop(emptyTrash(app))),
    offer('blur', blurring, EyeOff, () => app.toggleHidden(), { shortcut: 'blur' }),
    offer('sidebar', t.shortcuts.sidebar, PanelLeft, () => toggleSidebar(app), { shortcut: 'sidebar' }),
    offer('verify', t.verify.title, ShieldCheck, () => drop(app.exports.verify.ask(null))),
    offer('shortcuts', t.shortcuts.shortcuts, Keyboard, () => (app.shortcuts = true), { shortcut: 'shortcuts' }),
    ...stepCommands(app),
    ...viewCommands(app),
    ...chatCommands(app),
    ...viewerCommands(app),
    ...(['system', 'light', 'dark'] as const)
      .filter((theme) => theme !== app.settings.theme)
      .map((theme) =>
        offer(`theme-${theme}`, t.palette.theme(t.settings[theme]), Monitor, () => drop(app.change({ theme }))),
      ),
  );
}

function placesOf(app: AppModel): Offer[] {
  const place = (id: string, label: string, icon: Icon, route: Route, shortcut?: ShortcutId): Offer =>
    offer(id, label, icon, () => app.router.go(route), shortcut === undefined ? {} : { shortcut });
  return [
    place('all', t.sidebar.allMedia, Images, ALL_MEDIA),
    place('favourites', t.sidebar.favourites, Heart, { ...ALL_MEDIA, filter: labelled(FAVOURITE) }),
    ...app.labels.labels.map(({ id, name }) =>
      place(`label-${String(id)}`, name, Tag, { ...ALL_MEDIA, filter: labelled(id) }),
    ),
    place('activity', t.activity.title, RefreshCw, { place: 'activity' }, 'activity'),
    place('changes', t.changes.title, History, CHANGES),
    place('library', t.library.title, HardDrive, { place: 'library' }),
    place('trash', t.trash.title, Trash2, TRASH),
    ...SETTINGS_SECTIONS.map((section, index) => {
      const route = { place: 'settings', section } as const;
      return index === 0
        ? place(`settings-${section}`, t.settings.title, Settings, route, 'settings')
        : place(`settings-${section}`, `${t.settings.title}: ${t.sections[section]}`, Settings, route);
    }),
  ];
}

export interface OfferGroup {
  readonly name: string;
  readonly offers: readonly Offer[];
}

const MOST_CHATS = 6;

/** The palette's results for a query: chats, searches, actions, places. Empty groups are left out. */
export function offersOf(app: AppModel, words: string): OfferGroup[] {
  const fits = (label: string): boolean => words === '' || nameHit(label, words) !== null;
  const chats = app.chats
    .filter((chat) => fits(app.chatName(chat, chat.id)))
    .slice(0, words === '' ? 4 : MOST_CHATS)
    .map((chat) => ({
      id: `chat-${String(chat.accountId)}-${String(chat.id)}`,
      label: app.chatName(chat, chat.id),
      accountId: chat.accountId,
      mediaId: chat.coverMediaId,
      note: t.common.items(chat.media),
      run: () => app.router.go(chatMedia({ accountId: chat.accountId, chatId: chat.id })),
    }));
  const withText = { ...ALL_MEDIA, filter: { ...NO_FILTER, text: words } };
  const searches = possible(
    words !== '' &&
      offer(
        'search-messages',
        t.palette.messagesWith,
        MessageSquare,
        () => app.router.go({ place: 'search', text: words, chat: null }),
        { quoted: words },
      ),
    words !== '' &&
      offer('search-media', t.palette.mediaWith, Images, () => app.router.go(withText), { quoted: words }),
  );
  const kept = app.searches
    .filter((search) => fits(search.name))
    .slice(0, MOST_CHATS)
    .map((search) => offer(`kept-${String(search.id)}`, search.name, Bookmark, () => openSearch(app, search)));
  const fitting = (offers: readonly Offer[]): Offer[] => offers.filter(({ label }) => fits(label));
  return [
    { name: t.palette.chats, offers: chats },
    { name: t.searches.title, offers: kept },
    { name: t.palette.places, offers: fitting(placesOf(app)) },
    { name: t.palette.actions, offers: fitting(actionsOf(app)) },
    { name: t.palette.search, offers: searches },
  ].filter((group) => group.offers.length > 0);
}
