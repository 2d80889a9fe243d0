import type { ElectronModules, MenuItemConstructorOptions } from './electron-modules.ts';
import { WORDS } from './words.ts';

/** A key press as the page would get it from the keyboard. */
export interface KeyStroke {
  readonly keyCode: string;
  readonly modifiers: readonly ('control' | 'meta' | 'alt' | 'shift')[];
}

export interface MenuActions {
  /** Goes to a place of the screens by its hash route. */
  readonly goTo: (route: string) => void;
  /** Presses a key of the screens' keyboard map, for commands that have no place. */
  readonly press: (stroke: KeyStroke) => void;
  readonly openLibrary: () => void;
  readonly openLog: () => void;
}

/**
 * The native menu as data. Accelerators are those of the screens' keyboard map (`renderer/src/lib/keyboard.ts`). They are shown only:
 * the page itself hears the keys (`registerAccelerator: false`), so that a key has one meaning and a dialog of the page can hold it back.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  devTools: boolean,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const words = WORDS.menu;
  const mac = platform === 'darwin';
  const mod = mac ? 'meta' : 'control';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const place = (label: string, route: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
    click: () => {
      actions.goTo(route);
    },
  });
  const key = (label: string, accelerator: string | null, stroke: KeyStroke): MenuItemConstructorOptions => ({
    label,
    ...(accelerator !== null && { accelerator, registerAccelerator: false }),
    click: () => {
      actions.press(stroke);
    },
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
      { label: words.openLibrary, click: actions.openLibrary },
      key(words.pause, 'CommandOrControl+.', { keyCode: '.', modifiers: [mod] }),
      separator,
      ...(mac ? [{ role: 'close' } as const] : [settings, separator, { role: 'quit' } as const]),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: words.view,
    submenu: [
      place(words.allMedia, '#/media'),
      place(words.activity, '#/activity', 'CommandOrControl+J'),
      place(words.library, '#/library'),
      separator,
      key(words.back, 'Alt+Left', { keyCode: 'Left', modifiers: ['alt'] }),
      key(words.palette, 'CommandOrControl+K', { keyCode: 'k', modifiers: [mod] }),
      key(words.sidebar, 'CommandOrControl+B', { keyCode: 'b', modifiers: [mod] }),
      // No accelerator: macOS would take a lone letter from whoever types it.
      key(words.blur, null, { keyCode: 'b', modifiers: [] }),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(devTools ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: words.help,
    submenu: [
      place(words.shortcuts, '#/settings/shortcuts'),
      { label: words.openLog, click: actions.openLog },
      ...(mac ? [] : [separator, { role: 'about' } as const]),
    ],
  };
  return [
    ...(mac ? [appMenu] : []),
    file,
    { role: 'editMenu', label: words.edit },
    view,
    { role: 'windowMenu', label: words.window },
    help,
  ];
}

/** Puts the menu up; the one that Electron brings (with reload, developer tools and its own links) is gone with it. */
export function enableMenu(Menu: ElectronModules['Menu'], template: MenuItemConstructorOptions[]): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
