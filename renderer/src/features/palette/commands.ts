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
import { format, t } from '../../i18n/index.ts';
import { drop } from '../../lib/drop.ts';
import { isFiltered, labelled, NO_FILTER } from '../../lib/filter.ts';
import type { ShortcutId } from '../../lib/keyboard.ts';
import { askToDelete, removeMedia } from '../../media/media-actions.ts';
import { ALL_MEDIA, CHANGES, chatMedia, SETTINGS_SECTIONS, TRASH } from '../../lib/route.ts';
import { askSearch, openSearch } from '../../state/searches.ts';
import { foldName } from '../../lib/fold-name.ts';
import { exportOfPlace, exportOfSelection } from '../../state/export-place.ts';

export interface AppCommand {
  readonly id: string;
  readonly group: 'places' | 'actions';
  readonly label: string;
  readonly icon: Component<{ size?: number }>;
  readonly note?: string;
  readonly shortcut?: ShortcutId;
  /** Id of what has the focus afterwards; without it, what had it before. */
  readonly focus?: string;
  readonly run: () => void;
}

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

/** Favourites and labels, which are places too. */
const labelPlaces = (app: AppModel): AppCommand[] =>
  [{ id: FAVOURITE, name: t.sidebar.favourites }, ...app.labels.labels].map(({ id, name }) => ({
    id: `label-${String(id)}`,
    group: 'places',
    label: name,
    icon: id === FAVOURITE ? Heart : Tag,
    run: () => {
      app.router.go({ ...ALL_MEDIA, filter: labelled(id) });
    },
  }));

/** Taking the last step back, and making it again. */
function stepCommands({ undo: steps }: AppModel): AppCommand[] {
  const { last, next } = steps;
  return [
    ...(last === null
      ? []
      : [
          {
            id: 'undo',
            group: 'actions' as const,
            label: t.undo.undo,
            note: t.undo.step(last.text),
            icon: Undo2,
            shortcut: 'undo' as const,
            run: () => {
              drop(steps.undo());
            },
          },
        ]),
    ...(next === null
      ? []
      : [
          {
            id: 'redo',
            group: 'actions' as const,
            label: t.undo.redo,
            note: t.undo.step(next.text),
            icon: Redo2,
            shortcut: 'redo' as const,
            run: () => {
              drop(steps.redo());
            },
          },
        ]),
  ];
}

/** The commands for the opened item. */
const viewerCommands = ({ viewer }: AppModel): AppCommand[] =>
  viewer === null
    ? []
    : [
        {
          id: 'slideshow',
          group: 'actions',
          label: t.viewer.slideshow,
          icon: Presentation,
          shortcut: 'slideshow',
          focus: 'viewer',
          run: viewer.slideshow,
        },
        {
          id: 'full-screen',
          group: 'actions',
          label: t.viewer.fullScreen,
          icon: Maximize,
          shortcut: 'fullScreen',
          focus: 'viewer',
          run: viewer.fullScreen,
        },
      ];

/** The commands for the chat that is shown. */
function chatCommands(app: AppModel): AppCommand[] {
  const { route } = app.router;
  const talk = route.place === 'conversation';
  return !talk && (route.place !== 'media' || route.chat === null)
    ? []
    : [
        {
          id: 'find',
          group: 'actions',
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
function viewCommands(app: AppModel): AppCommand[] {
  const { route } = app.router;
  if (route.place !== 'media') {
    return [];
  }
  const isGrid = route.view !== 'list';
  const view: AppCommand = {
    id: 'view',
    group: 'actions',
    label: isGrid ? t.menu.openList : t.menu.openTimeline,
    icon: isGrid ? List : LayoutGrid,
    shortcut: 'view',
    run: () => {
      app.router.go({ ...route, item: null, view: isGrid ? 'list' : 'grid' });
    },
  };
  const save: AppCommand = {
    id: 'save-search',
    group: 'actions',
    label: t.searches.save,
    icon: BookmarkPlus,
    run: () => {
      askSearch(app, route);
    },
  };
  const overview: AppCommand = {
    id: 'overview',
    group: 'actions',
    label: t.timeline.overview,
    icon: CalendarDays,
    shortcut: 'zoomOut',
    run: () => {
      app.router.go({ ...route, item: null, view: 'months' });
    },
  };
  return [view, ...(route.view === 'grid' ? [overview] : []), ...(isFiltered(route.filter) ? [save] : [])];
}

/** The commands of the palette besides chats and searches. Only those that are possible now. */
export function commandsOf(app: AppModel): AppCommand[] {
  const running = app.sync !== null && app.sync.state !== 'idle';
  const paused = app.sync?.state === 'paused';
  const actions: AppCommand[] = [
    ...[exportOfSelection(app), exportOfPlace(app)].flatMap((offer, index) =>
      offer === null
        ? []
        : [{ id: `export-${String(index)}`, group: 'actions' as const, icon: FolderOutput, ...offer }],
    ),
    running
      ? {
          id: 'pause',
          group: 'actions',
          label: paused ? t.sync.resume : t.sync.pause,
          icon: paused ? Play : Pause,
          shortcut: 'pause',
          run: () => {
            drop(app.togglePause());
          },
        }
      : {
          id: 'sync',
          group: 'actions',
          label: t.sync.startAll,
          icon: RefreshCw,
          run: () => {
            drop(app.startSync([]));
          },
        },
    ...(app.selection === null || app.selection.empty
      ? []
      : [
          {
            id: 'remove',
            group: 'actions' as const,
            label: t.palette.removeSelection,
            icon: Trash2,
            shortcut: 'remove' as const,
            run: () => {
              if (app.selection !== null) {
                drop(removeMedia(app, app.selection.request()));
              }
            },
          },
        ]),
    {
      id: 'empty-trash',
      group: 'actions',
      label: t.palette.emptyTrash,
      icon: Trash2,
      run: () => {
        drop(emptyTrash(app));
      },
    },
    {
      id: 'blur',
      group: 'actions',
      label: app.hidden ? t.top.unblur : t.top.blur,
      icon: EyeOff,
      shortcut: 'blur',
      run: () => {
        app.toggleHidden();
      },
    },
    {
      id: 'sidebar',
      group: 'actions',
      label: t.shortcuts.sidebar,
      icon: PanelLeft,
      shortcut: 'sidebar',
      run: () => {
        toggleSidebar(app);
      },
    },
    {
      id: 'verify',
      group: 'actions',
      label: t.verify.title,
      icon: ShieldCheck,
      run: () => {
        drop(app.exports.verify.ask(null));
      },
    },
    {
      id: 'shortcuts',
      group: 'actions',
      label: t.shortcuts.shortcuts,
      icon: Keyboard,
      shortcut: 'shortcuts',
      run: () => {
        app.shortcuts = true;
      },
    },
    ...stepCommands(app),
    ...viewCommands(app),
    ...chatCommands(app),
    ...viewerCommands(app),
    ...(['system', 'light', 'dark'] as const)
      .filter((theme) => theme !== app.settings.theme)
      .map((theme) => ({
        id: `theme-${theme}`,
        group: 'actions' as const,
        label: t.palette.theme(t.settings[theme]),
        icon: Monitor,
        run: () => {
          drop(app.change({ theme }));
        },
      })),
  ];
  const places: AppCommand[] = [
    {
      id: 'all',
      group: 'places',
      label: t.sidebar.allMedia,
      icon: Images,
      run: () => {
        app.router.go(ALL_MEDIA);
      },
    },
    ...labelPlaces(app),
    {
      id: 'activity',
      group: 'places',
      label: t.activity.title,
      icon: RefreshCw,
      shortcut: 'activity',
      run: () => {
        app.router.go({ place: 'activity' });
      },
    },
    {
      id: 'changes',
      group: 'places',
      label: t.changes.title,
      icon: History,
      run: () => {
        app.router.go(CHANGES);
      },
    },
    {
      id: 'library',
      group: 'places',
      label: t.library.title,
      icon: HardDrive,
      run: () => {
        app.router.go({ place: 'library' });
      },
    },
    {
      id: 'trash',
      group: 'places',
      label: t.trash.title,
      icon: Trash2,
      run: () => {
        app.router.go(TRASH);
      },
    },
    ...SETTINGS_SECTIONS.map((section, index) => ({
      id: `settings-${section}`,
      group: 'places' as const,
      label: index === 0 ? t.settings.title : `${t.settings.title}: ${t.settings.sections[section]}`,
      icon: Settings,
      ...(index === 0 ? { shortcut: 'settings' as const } : {}),
      run: () => {
        app.router.go({ place: 'settings', section });
      },
    })),
  ];
  return [...actions, ...places];
}

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
  readonly focus?: string;
  readonly run: () => void;
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
      note: t.common.items(chat.media, format.number(chat.media)),
      run: () => {
        app.router.go(chatMedia({ accountId: chat.accountId, chatId: chat.id }));
      },
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
            run: () => {
              app.router.go({ place: 'search', text: words, chat: null });
            },
          },
          {
            id: 'search-media',
            label: t.palette.mediaWith,
            quoted: words,
            icon: Images,
            run: () => {
              app.router.go({ ...ALL_MEDIA, filter: { ...NO_FILTER, text: words } });
            },
          },
        ];
  const kept: Offer[] = app.searches
    .filter((search) => fits(search.name))
    .slice(0, MOST_CHATS)
    .map((search) => ({
      id: `kept-${String(search.id)}`,
      label: search.name,
      icon: Bookmark,
      run: () => {
        openSearch(app, search);
      },
    }));
  const commands = commandsOf(app).filter((command) => fits(command.label));
  return [
    { name: t.palette.chats, offers: chats },
    { name: t.searches.title, offers: kept },
    { name: t.palette.places, offers: commands.filter((command) => command.group === 'places') },
    { name: t.palette.actions, offers: commands.filter((command) => command.group === 'actions') },
    { name: t.palette.search, offers: searches },
  ].filter((group) => group.offers.length > 0);
}
