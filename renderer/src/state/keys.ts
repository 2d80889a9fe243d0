import { isShortcut, isTyping, type ShortcutId } from '../lib/keyboard.ts';
import type { AppModel } from './app-model.svelte.ts';

/** The commands that work everywhere. Letters are left alone while the person types. */
const COMMANDS: Partial<Record<ShortcutId, (app: AppModel) => void>> = {
  palette: (app) => (app.palette = !app.palette),
  search: () => document.getElementById('search')?.focus(),
  find: (app) => findHere(app),
  shortcuts: (app) => (app.shortcuts = true),
  blur: (app) => app.toggleHidden(),
  sidebar: (app) => toggleSidebar(app),
  settings: (app) => app.router.go({ place: 'settings', section: 'accounts' }),
  activity: (app) => app.router.go({ place: 'activity' }),
  pause: (app) => {
    if (app.sync !== null && app.sync.state !== 'idle') {
      void app.togglePause();
    }
  },
  back: (app) => app.router.back(),
  undo: (app) => void app.undo.undo(),
  redo: (app) => void app.undo.redo(),
  tilesCompact: (app) => void app.change({ tileSize: 'compact' }),
  tilesNormal: (app) => void app.change({ tileSize: 'normal' }),
  tilesLarge: (app) => void app.change({ tileSize: 'large' }),
};

/** Searches what is shown: a chat's own messages, else all. A conversation has a search of its own. */
export function findHere(app: AppModel): void {
  const { route } = app.router;
  if (route.place === 'media' && route.chat !== null) {
    app.router.go({ place: 'search', text: '', chat: route.chat });
  }
  const field = document.getElementById('search');
  if (field instanceof HTMLInputElement) {
    field.select();
  }
}

export function toggleSidebar(app: AppModel): void {
  if (app.narrow) {
    app.drawer = !app.drawer;
  } else {
    app.sidebar = !app.sidebar;
  }
}

const isId = (text: string): text is ShortcutId => Object.hasOwn(COMMANDS, text);

const isOver = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role=dialog], [role=menu]') !== null;

export function pressKey(app: AppModel, event: KeyboardEvent): void {
  if (
    event.defaultPrevented ||
    (isTyping(event.target) && !event.ctrlKey && !event.metaKey) ||
    app.info?.state !== 'ready'
  ) {
    return;
  }
  const id = Object.keys(COMMANDS)
    .filter(isId)
    .find((each) => isShortcut(event, each, app.mac));
  // A field takes its own words back, and a dialog hides what would change.
  const own = (id === 'undo' || id === 'redo') && (isTyping(event.target) || isOver(event.target));
  const { route } = app.router;
  const covered = id === 'find' && (app.covered || route.place === 'conversation' || app.viewer !== null);
  if (id !== undefined && !own && !covered) {
    event.preventDefault();
    COMMANDS[id]?.(app);
  }
}
