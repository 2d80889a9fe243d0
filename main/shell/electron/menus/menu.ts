import type { ElectronModules, MenuItemConstructorOptions } from '../electron-modules.ts';
import type { KeyStroke } from '../window/main-window.ts';
import { WORDS } from '../words.ts';

export interface MenuActions {
  /** Goes to a place of the screens by its hash route. */
  readonly goTo: (route: string) => void;
  /** Presses a key of the screens' keyboard map, for commands that have no place. */
  readonly press: (stroke: KeyStroke) => void;
  readonly openFolder: (folder: 'library' | 'log') => void;
  readonly openRecent: (path: string) => void;
  readonly openOther: () => void;
  readonly forgetRecent: () => void;
}

export interface MenuFacts {
  readonly platform: NodeJS.Platform;
  /** Reload and developer tools: for a checkout, not for people. */
  readonly devTools: boolean;
  /** Folders of libraries opened before, the last one first. */
  readonly recent: readonly string[];
}

const separator: MenuItemConstructorOptions = { type: 'separator' };
/** In labels of menus `&` marks the letter to press. */
const plain = (text: string): string => text.replaceAll('&', '&&');

/**
 * The native menu as data. Accelerators are those of the screens' keyboard map (`renderer/src/lib/keyboard.ts`). They are shown only:
 * the page itself hears the keys (`registerAccelerator: false`), so that a key has one meaning and a dialog of the page can hold it back.
 */
export function menuTemplate(facts: MenuFacts, actions: MenuActions): MenuItemConstructorOptions[] {
  const { platform, devTools } = facts;
  const words = WORDS.menu;
  const mac = platform === 'darwin';
  const mod = mac ? 'meta' : 'control';
  const place = (label: string, route: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
    click: () => actions.goTo(route),
  });
  const key = (label: string, accelerator: string | null, stroke: KeyStroke): MenuItemConstructorOptions => ({
    label,
    ...(accelerator !== null && { accelerator, registerAccelerator: false }),
    click: () => actions.press(stroke),
  });
  const settings = place(words.settings, '#/settings/accounts', 'CommandOrControl+,');
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    label: WORDS.name,
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: words.file,
    submenu: [
      { label: words.openOther, click: actions.openOther },
      { label: words.recent, submenu: [...recentItems(facts.recent, actions), separator, clearItem(facts, actions)] },
      separator,
      {
        label: words.openLibrary,
        click: () => actions.openFolder('library'),
      },
      key(words.pause, 'CommandOrControl+.', { keyCode: '.', modifiers: [mod] }),
      separator,
      ...(mac ? [{ role: 'close' } as const] : [settings, separator, { role: 'quit' } as const]),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: words.view,
    submenu: [
      key(words.sidebar, 'CommandOrControl+B', { keyCode: 'b', modifiers: [mod] }),
      // No accelerator: macOS would take a lone letter from whoever types it.
      key(words.blur, null, { keyCode: 'b', modifiers: [] }),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      // The key that has a plus on it, pressed without Shift.
      { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false, acceleratorWorksWhenHidden: true },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(devTools ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
    ],
  };
  const go: MenuItemConstructorOptions = {
    label: words.go,
    submenu: [
      key(words.back, 'Alt+Left', { keyCode: 'Left', modifiers: ['alt'] }),
      separator,
      place(words.allMedia, '#/media'),
      place(words.activity, '#/activity', 'CommandOrControl+J'),
      place(words.library, '#/library'),
      place(words.trash, '#/trash'),
      separator,
      key(words.search, null, { keyCode: '/', modifiers: [] }),
      key(words.palette, 'CommandOrControl+K', { keyCode: 'k', modifiers: [mod] }),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: words.help,
    submenu: [
      place(words.shortcuts, '#/settings/shortcuts'),
      {
        label: words.openLog,
        click: () => actions.openFolder('log'),
      },
      separator,
      place(words.licences, '#/settings/about'),
      ...(mac ? [] : [{ role: 'about', label: words.about } as const]),
    ],
  };
  return [
    ...(mac ? [appMenu] : []),
    file,
    { role: 'editMenu', label: words.edit },
    view,
    go,
    { role: 'windowMenu', label: words.window },
    help,
  ];
}

/** An item a library: the menu of recent ones, and the menu of the icon in a Mac's dock. */
export function recentItems(
  paths: readonly string[],
  actions: Pick<MenuActions, 'openRecent'>,
): MenuItemConstructorOptions[] {
  return paths.length === 0
    ? [{ label: WORDS.menu.noRecent, enabled: false }]
    : paths.map((path) => ({
        label: plain(path),
        click: () => actions.openRecent(path),
      }));
}

const clearItem = ({ recent }: MenuFacts, actions: MenuActions): MenuItemConstructorOptions => ({
  label: WORDS.menu.forgetRecent,
  enabled: recent.length > 0,
  click: actions.forgetRecent,
});

/** Puts the menu up; the one that Electron brings (with reload, developer tools and its own links) is gone with it. */
export function enableMenu(Menu: ElectronModules['Menu'], template: MenuItemConstructorOptions[]): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
