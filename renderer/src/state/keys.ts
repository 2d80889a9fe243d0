import { isShortcut, isTyping, type ShortcutId } from '../lib/keyboard.ts';
import type { AppModel } from './app-model.svelte.ts';

/** The commands that work everywhere. Letters are left alone while the person types. */
const COMMANDS: Partial<Record<ShortcutId, (app: AppModel) => void>> = {
  palette: (app) => {
    app.palette = !app.palette;
  },
  search: () => {
    document.getElementById('search')?.focus();
  },
  shortcuts: (app) => {
    app.shortcuts = true;
  },
  blur: (app) => {
    app.toggleHidden();
  },
  sidebar: (app) => {
    toggleSidebar(app);
  },
  settings: (app) => {
    app.router.go({ place: 'settings', section: 'accounts' });
  },
  activity: (app) => {
    app.router.go({ place: 'activity' });
  },
  pause: (app) => {
    if (app.sync !== null && app.sync.state !== 'idle') {
      void app.togglePause();
    }
  },
  back: (app) => {
    app.router.back();
  },
  undo: (app) => {
    void app.undo.undo();
  },
  redo: (app) => {
    void app.undo.redo();
  },
  tilesCompact: (app) => {
    void app.change({ tileSize: 'compact' });
  },
  tilesNormal: (app) => {
    void app.change({ tileSize: 'normal' });
  },
  tilesLarge: (app) => {
    void app.change({ tileSize: 'large' });
  },
};

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
  if (id !== undefined && !own) {
    event.preventDefault();
    COMMANDS[id]?.(app);
  }
}
