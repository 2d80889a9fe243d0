/** The keyboard map: every shortcut of the app stands here once; the sheet behind `?` is drawn from it. */
import { logicalKey } from './direction.ts';

export const SHORTCUTS = {
  palette: { keys: 'mod+k', group: 'everywhere' },
  search: { keys: '/', group: 'everywhere' },
  find: { keys: 'mod+f', group: 'everywhere' },
  shortcuts: { keys: '?', group: 'everywhere' },
  blur: { keys: 'b', group: 'everywhere' },
  menu: { keys: 'shift+F10', group: 'everywhere' },
  sidebar: { keys: 'mod+b', group: 'everywhere' },
  settings: { keys: 'mod+,', group: 'everywhere' },
  activity: { keys: 'mod+j', group: 'everywhere' },
  pause: { keys: 'mod+.', group: 'everywhere' },
  back: { keys: 'alt+ArrowLeft', group: 'everywhere' },
  undo: { keys: 'mod+z', group: 'everywhere' },
  redo: { keys: 'mod+shift+z', group: 'everywhere' },
  move: { keys: 'Arrows', group: 'media' },
  open: { keys: 'Enter', group: 'media' },
  month: { keys: 'PageUp PageDown', group: 'media' },
  newest: { keys: 'Home', group: 'media' },
  oldest: { keys: 'End', group: 'media' },
  goToDate: { keys: 'g', group: 'media' },
  view: { keys: 'v', group: 'media' },
  zoomOut: { keys: '-', group: 'media' },
  zoomIn: { keys: '=', group: 'media' },
  tilesCompact: { keys: '1', group: 'media' },
  tilesNormal: { keys: '2', group: 'media' },
  tilesLarge: { keys: '3', group: 'media' },
  select: { keys: 'Space', group: 'selection' },
  selectRange: { keys: 'shift+Arrows', group: 'selection' },
  selectDay: { keys: 'd', group: 'selection' },
  selectAll: { keys: 'mod+a', group: 'selection' },
  unselect: { keys: 'Escape', group: 'selection' },
  favourite: { keys: 'f', group: 'selection' },
  label: { keys: 'l', group: 'selection' },
  export: { keys: 'e', group: 'selection' },
  remove: { keys: 'Delete', group: 'selection' },
  newer: { keys: 'ArrowLeft', group: 'viewer' },
  older: { keys: 'ArrowRight', group: 'viewer' },
  play: { keys: 'Space', group: 'viewer' },
  zoom: { keys: 'z', group: 'viewer' },
  slideshow: { keys: 's', group: 'viewer' },
  fullScreen: { keys: 'alt+Enter', group: 'viewer' },
  info: { keys: 'i', group: 'viewer' },
  conversation: { keys: 'c', group: 'viewer' },
  heart: { keys: 'f', group: 'viewer' },
  copy: { keys: 'mod+c', group: 'viewer' },
  folder: { keys: 'o', group: 'viewer' },
  close: { keys: 'Escape', group: 'viewer' },
  findNewer: { keys: 'shift+F3', group: 'conversation' },
  findOlder: { keys: 'F3', group: 'conversation' },
} as const satisfies Record<string, { keys: string; group: ShortcutGroup }>;

export type ShortcutId = keyof typeof SHORTCUTS;
export const SHORTCUT_GROUPS = ['everywhere', 'media', 'selection', 'viewer', 'conversation'] as const;
export type ShortcutGroup = (typeof SHORTCUT_GROUPS)[number];

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Whether a key press is a shortcut. `mod` is Command on a Mac and Control elsewhere. Without `mod`, Shift counts only through the character it makes. */
export function isShortcut(press: KeyPress, id: ShortcutId, mac: boolean): boolean {
  const parts = SHORTCUTS[id].keys.split('+');
  const key = logicalKey(parts.at(-1) ?? '');
  const mod = parts.includes('mod');
  const alt = parts.includes('alt');
  const pressedMod = mac ? press.metaKey : press.ctrlKey;
  const otherMod = mac ? press.ctrlKey : press.metaKey;
  return (
    pressedMod === mod &&
    !otherMod &&
    (!mod || press.shiftKey === parts.includes('shift')) &&
    press.altKey === alt &&
    (key === 'Space' ? press.key === ' ' : press.key.toLowerCase() === key.toLowerCase())
  );
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  Enter: '↵',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Arrows: '← → ↑ ↓',
};

/** The keys as a person reads them: `⌘ K`, `Ctrl K`. */
export function shownKeys(id: ShortcutId, mac: boolean): string {
  return SHORTCUTS[id].keys
    .split(/[+ ]/)
    .map((part) => {
      if (part === 'mod') {
        return mac ? '⌘' : 'Ctrl';
      }
      if (part === 'shift') {
        return mac ? '⇧' : 'Shift';
      }
      if (part === 'alt') {
        return mac ? '⌥' : 'Alt';
      }
      const key = logicalKey(part);
      return SYMBOLS[key] ?? (part.length === 1 ? part.toUpperCase() : part);
    })
    .join(' ');
}

/** Whether a press belongs to what the person types in, or to a menu that is open, so that single letters are no commands. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('input:not([type=checkbox], [type=radio], [type=range]), textarea, select') ||
    target.closest('[role=menu], [role=listbox]') !== null);
