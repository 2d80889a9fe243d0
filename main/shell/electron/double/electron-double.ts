/**
 * A double of the `electron` module, so that main process, preload and screens run unchanged where Electron's binary cannot be had. With a
 * browser each window is a page of a real Chromium; without one, windows only answer their loads.
 *
 * What it cannot show: Electron's own sandbox, fuses, native menus, dialogs, tray and keystores as they look and behave on a system; the
 * custom scheme itself (see origin-server.ts); structured clones (see worlds.ts). Those are checked on real Electron only.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserWindowConstructorOptions } from 'electron';
import type { Browser } from 'playwright-core';
import type { ElectronModules } from '../electron-modules.ts';
import { AppDouble } from './app.ts';
import { BrowserWindowDouble } from './browser-window.ts';
import { IpcMainDouble } from './ipc-main.ts';
import { serveOrigin } from './origin-server.ts';
import { PageDriver, type PageListener } from './page-driver.ts';
import { SessionDouble } from './session.ts';
import {
  DialogDouble,
  MenuDouble,
  NotificationDouble,
  SafeStorageDouble,
  ScreenDouble,
  ShellDouble,
  TrayDouble,
} from './small-modules.ts';
import { WebContentsDouble } from './web-contents.ts';

export interface ElectronDouble {
  /** For the code under test. */
  readonly electron: ElectronModules;
  readonly app: AppDouble;
  readonly dialog: DialogDouble;
  readonly shell: ShellDouble;
  readonly safeStorage: SafeStorageDouble;
  readonly ipcMain: IpcMainDouble;
  readonly powerMonitor: EventEmitter;
  readonly screen: ScreenDouble;
  readonly nativeTheme: { shouldUseDarkColors: boolean; themeSource: string };
  readonly net: { online: boolean; isOnline(): boolean };
  readonly defaultSession: SessionDouble;
  session(partition: string): SessionDouble;
  /** The application menu, tray icons and notifications so far. */
  readonly menu: () => MenuDouble | null;
  readonly trays: readonly TrayDouble[];
  readonly notifications: readonly NotificationDouble[];
  readonly windows: ReadonlySet<BrowserWindowDouble>;
  /** Closes windows, pages and servers; not the browser. */
  close(): Promise<void>;
}

export function createElectronDouble(options: { readonly browser?: Browser } = {}): ElectronDouble {
  const app = new AppDouble();
  const ipcMain = new IpcMainDouble();
  const sessions = new Map<string, SessionDouble>();
  const isReady = (): boolean => app.ready;
  const session = (partition: string): SessionDouble => {
    const known = sessions.get(partition) ?? new SessionDouble(isReady);
    sessions.set(partition, known);
    return known;
  };
  const defaultSession = session('');
  const makeContents = (window: BrowserWindowConstructorOptions): WebContentsDouble => {
    const own = session(window.webPreferences?.partition ?? '');
    const { browser } = options;
    const contents = new WebContentsDouble({
      session: own,
      ipcMain,
      openDriver: browser === undefined ? null : (listener) => openPage(browser, own, window, listener),
    });
    app.emit('web-contents-created', {}, contents);
    return contents;
  };
  class Window extends BrowserWindowDouble {
    constructor(windowOptions: BrowserWindowConstructorOptions = {}) {
      super(windowOptions, {
        makeContents,
        opened: (window) => {
          app.windows.add(window);
        },
        closed: (window) => {
          app.windows.delete(window);
          if (app.windows.size === 0) {
            app.lastWindowClosed();
          }
        },
      });
    }
  }
  const made = {
    app,
    ipcMain,
    dialog: new DialogDouble(),
    shell: new ShellDouble(),
    safeStorage: new SafeStorageDouble(),
    powerMonitor: new EventEmitter(),
    screen: new ScreenDouble(),
    nativeTheme: { shouldUseDarkColors: false, themeSource: 'system' },
    net: {
      online: true,
      isOnline(): boolean {
        return this.online;
      },
    },
  };
  // Classes of their own for each double: what they remember is not shared between tests.
  class OwnMenu extends MenuDouble {}
  class OwnTray extends TrayDouble {}
  class OwnNotification extends NotificationDouble {}
  OwnMenu.shown = null;
  OwnTray.made = [];
  OwnNotification.shown = [];
  const modules = {
    ...made,
    BrowserWindow: Window,
    Menu: OwnMenu,
    Tray: OwnTray,
    Notification: OwnNotification,
    crashReporter: { start: () => undefined },
    nativeImage: { createFromPath: (path: string) => ({ path }) },
    protocol: defaultSession.protocol,
    session: { defaultSession, fromPartition: session },
  };
  return {
    ...made,
    // The one place where the double is taken for the real thing: it has the members that `main/shell/electron` uses.
    electron: modules as unknown as ElectronModules,
    defaultSession,
    session,
    menu: () => OwnMenu.shown,
    get trays() {
      return OwnTray.made;
    },
    get notifications() {
      return OwnNotification.shown;
    },
    windows: app.windows,
    close: async () => {
      for (const window of [...app.windows]) {
        window.close();
        await window.gone;
      }
      for (const each of sessions.values()) {
        await each.server?.close();
      }
    },
  };
}

async function openPage(
  browser: Browser,
  session: SessionDouble,
  options: BrowserWindowConstructorOptions,
  listener: PageListener,
): Promise<PageDriver> {
  session.server ??= await serveOrigin((request) => session.protocol.answer(request));
  const { server } = session;
  const preload = options.webPreferences?.preload;
  return await PageDriver.open({
    browser,
    preload: preload === undefined ? '' : readFileSync(preload, 'utf8'),
    size: { width: options.width ?? 800, height: options.height ?? 600 },
    toBrowser: (url) => server.toBrowser(url),
    fromBrowser: (url) => server.fromBrowser(url),
    listener,
  });
}
