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
import { ALL_MEDIA, CHANGES, chatMedia, SETTINGS_SECTIONS, TRASH, type Route } from '../../lib/route.ts';
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

/** Taking the last step back, and making it again. */
function stepCommands({ undo: steps }: AppModel): Offer[] {
  const { last, next } = steps;
  return possible(
    last && {
      id: 'undo',
      label: t.undo.undo,
      note: t.undo.step(last.text),
      icon: Undo2,
      shortcut: 'undo',
      run: () => drop(steps.undo()),
    },
    next && {
      id: 'redo',
      label: t.undo.redo,
      note: t.undo.step(next.text),
      icon: Redo2,
      shortcut: 'redo',
      run: () => drop(steps.redo()),
    },
  );
}

/** The commands for the opened item. */
const viewerCommands = ({ viewer }: AppModel): Offer[] =>
  viewer === null
    ? []
    : [
        {
          id: 'slideshow',
          label: t.viewer.slideshow,
          icon: Presentation,
          shortcut: 'slideshow',
          focus: 'viewer',
          run: viewer.slideshow,
        },
        {
          id: 'full-screen',
          label: t.viewer.fullScreen,
          icon: Maximize,
          shortcut: 'fullScreen',
          focus: 'viewer',
          run: viewer.fullScreen,
        },
      ];

/** The commands for the chat that is shown. */
function chatCommands(app: AppModel): Offer[] {
  const { route } = app.router;
  const talk = route.place === 'conversation';
  return !talk && (route.place !== 'media' || route.chat === null)
    ? []
    : [
        {
          id: 'find',
          label: t.find.name,
          icon: Search,
          shortcut: 'find',
          focus: talk ? 'find' : 'search',
          run: () => {
            if (talk) {
              app.router.replace({ ...route, find: '' });
            } else {
              findHere(app);
            }
          },
        },
      ];
}

/** The commands for the media view that is shown. */
function viewCommands(app: AppModel): Offer[] {
  const { route } = app.router;
  if (route.place !== 'media') {
    return [];
  }
  const isGrid = route.view !== 'list';
  const view: Offer = {
    id: 'view',
    label: isGrid ? t.menu.openList : t.menu.openTimeline,
    icon: isGrid ? List : LayoutGrid,
    shortcut: 'view',
    run: () => app.router.go({ ...route, item: null, view: isGrid ? 'list' : 'grid' }),
  };
  const save: Offer = {
    id: 'save-search',
    label: t.searches.save,
    icon: BookmarkPlus,
    run: () => askSearch(app, route),
  };
  const overview: Offer = {
    id: 'overview',
    label: t.timeline.overview,
    icon: CalendarDays,
    shortcut: 'zoomOut',
    run: () => app.router.go({ ...route, item: null, view: 'months' }),
  };
  return possible(view, route.view === 'grid' && overview, isFiltered(route.filter) && save);
}

/** What can be done now. */
function actionsOf(app: AppModel): Offer[] {
  const running = app.sync !== null && app.sync.state !== 'idle';
  const paused = app.sync?.state === 'paused';
  return possible(
    ...[exportOfSelection(app), exportOfPlace(app)].flatMap((offer, index) =>
      offer === null ? [] : [{ id: `export-${String(index)}`, icon: FolderOutput, ...offer }],
    ),
    running
      ? {
          id: 'pause',
          label: paused ? t.sync.resume : t.sync.pause,
          icon: paused ? Play : Pause,
          shortcut: 'pause',
          run: () => drop(app.togglePause()),
        }
      : { id: 'sync', label: t.sync.startAll, icon: RefreshCw, run: () => drop(app.startSync([])) },
    app.selection?.empty === false && {
      id: 'remove',
      label: t.palette.removeSelection,
      icon: Trash2,
      shortcut: 'remove',
      run: () => {
        if (app.selection !== null) {
          drop(removeMedia(app, app.selection.request()));
        }
      },
    },
    { id: 'empty-trash', label: t.palette.emptyTrash, icon: Trash2, run: () => drop(emptyTrash(app)) },
    {
      id: 'blur',
      label: app.hidden ? t.top.unblur : t.top.blur,
      icon: EyeOff,
      shortcut: 'blur',
      run: () => app.toggleHidden(),
    },
    {
      id: 'sidebar',
      label: t.shortcuts.sidebar,
      icon: PanelLeft,
      shortcut: 'sidebar',
      run: () => toggleSidebar(app),
    },
    { id: 'verify', label: t.verify.title, icon: ShieldCheck, run: () => drop(app.exports.verify.ask(null)) },
    {
      id: 'shortcuts',
      label: t.shortcuts.shortcuts,
      icon: Keyboard,
      shortcut: 'shortcuts',
      run: () => (app.shortcuts = true),
    },
    ...stepCommands(app),
    ...viewCommands(app),
    ...chatCommands(app),
    ...viewerCommands(app),
    ...(['system', 'light', 'dark'] as const)
      .filter((theme) => theme !== app.settings.theme)
      .map((theme) => ({
        id: `theme-${theme}`,
        label: t.palette.theme(t.settings[theme]),
        icon: Monitor,
        run: () => drop(app.change({ theme })),
      })),
  );
}

function placesOf(app: AppModel): Offer[] {
  const place = (
    id: string,
    label: string,
    icon: Component<{ size?: number }>,
    route: Route,
    shortcut?: ShortcutId,
  ): Offer => ({ id, label, icon, ...(shortcut !== undefined && { shortcut }), run: () => app.router.go(route) });
  return [
    place('all', t.sidebar.allMedia, Images, ALL_MEDIA),
    ...[{ id: FAVOURITE, name: t.sidebar.favourites }, ...app.labels.labels].map(({ id, name }) =>
      place(`label-${String(id)}`, name, id === FAVOURITE ? Heart : Tag, { ...ALL_MEDIA, filter: labelled(id) }),
    ),
    place('activity', t.activity.title, RefreshCw, { place: 'activity' }, 'activity'),
    place('changes', t.changes.title, History, CHANGES),
    place('library', t.library.title, HardDrive, { place: 'library' }),
    place('trash', t.trash.title, Trash2, TRASH),
    ...SETTINGS_SECTIONS.map((section, index) =>
      place(
        `settings-${section}`,
        index === 0 ? t.settings.title : `${t.settings.title}: ${t.sections[section]}`,
        Settings,
        { place: 'settings', section },
        index === 0 ? 'settings' : undefined,
      ),
    ),
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
  const searches: Offer[] =
    words === ''
      ? []
      : [
          {
            id: 'search-messages',
            label: t.palette.messagesWith,
            quoted: words,
            icon: MessageSquare,
            run: () => app.router.go({ place: 'search', text: words, chat: null }),
          },
          {
            id: 'search-media',
            label: t.palette.mediaWith,
            quoted: words,
            icon: Images,
            run: () => app.router.go({ ...ALL_MEDIA, filter: { ...NO_FILTER, text: words } }),
          },
        ];
  const kept: Offer[] = app.searches
    .filter((search) => fits(search.name))
    .slice(0, MOST_CHATS)
    .map((search) => ({
      id: `kept-${String(search.id)}`,
      label: search.name,
      icon: Bookmark,
      run: () => openSearch(app, search),
    }));
  const fitting = (offers: readonly Offer[]): Offer[] => offers.filter(({ label }) => fits(label));
  return [
    { name: t.palette.chats, offers: chats },
    { name: t.searches.title, offers: kept },
    { name: t.palette.places, offers: fitting(placesOf(app)) },
    { name: t.palette.actions, offers: fitting(actionsOf(app)) },
    { name: t.palette.search, offers: searches },
  ].filter((group) => group.offers.length > 0);
}
