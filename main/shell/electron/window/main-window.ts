import { APP_PAGE, FATAL_PAGE } from '../protocol/app-origin.ts';
import { guardAgainstCrash } from './crash-guard.ts';
import type { BrowserWindow, ElectronModules } from '../electron-modules.ts';
import { HeldButton } from './held-button.ts';
import type { Log } from '../shell-app.ts';
import { webPreferences } from '../security/web-preferences.ts';
import { fitToScreens, loadWindowState, MIN_SIZE, saveWindowState } from './window-state.ts';
import { WORDS } from '../words.ts';

/** A key press as the page would get it from the keyboard. */
export interface KeyStroke {
  readonly keyCode: string;
  readonly modifiers: readonly ('control' | 'meta' | 'alt' | 'shift')[];
}

export interface MainWindowPorts extends Pick<ElectronModules, 'BrowserWindow' | 'screen' | 'nativeTheme'> {
  readonly preload: string;
  readonly partition: string;
  readonly statePath: string;
  readonly now: () => number;
  readonly log: Log;
  /** Resolves when the page has more to show than its background. */
  readonly worthShowing: () => Promise<void>;
  /** Hears why the fatal page is shown next. */
  readonly onCrash: (again: boolean) => void;
  /** Asked when the window is to close: true when it must stay for now. */
  readonly holdsClose: () => boolean;
}

/** The one window. Made when it is wanted, remembered when it goes. */
export class MainWindow {
  /** Ids of the web contents of our own windows; the sender check reads it. */
  readonly ownContents: ReadonlySet<number>;
  /** The left mouse button over the window. */
  readonly button = new HeldButton();
  readonly #own = new Set<number>();
  readonly #ports: MainWindowPorts;
  /** The window that is closing, or closed last. */
  #closing: BrowserWindow | null = null;
  #window: BrowserWindow | null = null;
  #opening: Promise<void> | null = null;
  /** The page that was last asked for. */
  #place = APP_PAGE;
  #saving: Promise<void> = Promise.resolve();

  constructor(ports: MainWindowPorts) {
    this.#ports = ports;
    this.ownContents = this.#own;
  }

  get current(): BrowserWindow | null {
    return this.#window;
  }

  /** Opens the window, or brings it to the front. */
  async show(): Promise<void> {
    const window = this.#window;
    if (window === null || this.#opening !== null) {
      await this.#openOnce('');
      return;
    }
    if (window.isMinimized()) {
      window.restore();
    }
    window.show();
    window.focus();
  }

  /** A place of the screens by its hash route: a new window opens there, a shown page goes there without a reload. */
  async goTo(route: string): Promise<void> {
    if (this.#window === null && this.#opening === null) {
      await this.#openOnce(route);
      return;
    }
    await this.show();
    const contents = this.#window?.webContents;
    if (contents?.getURL().split('#', 1)[0] === APP_PAGE) {
      // Electron rejects `loadURL` of another hash of the loaded page, so the page itself goes there.
      await contents.executeJavaScript(`location.hash = ${JSON.stringify(route)}; undefined`);
    } else {
      await this.#load(`${APP_PAGE}${route}`);
    }
  }

  /** A key press for the screens, as from the keyboard. */
  press(stroke: KeyStroke): void {
    const modifiers = [...stroke.modifiers];
    const contents = this.#window?.webContents;
    contents?.sendInputEvent({ type: 'keyDown', keyCode: stroke.keyCode, modifiers });
    contents?.sendInputEvent({ type: 'keyUp', keyCode: stroke.keyCode, modifiers });
  }

  /** Loads the page again, or the fatal page in its place. Nothing happens without a window. */
  async turnTo(page: 'same' | 'fatal'): Promise<void> {
    await this.#load(page === 'fatal' ? FATAL_PAGE : this.#place);
  }

  /** Resolves when the remembered place of the window is written. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  /** Calls that come while the window opens share its end. */
  #openOnce(route: string): Promise<void> {
    this.#opening ??= this.#open(route).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #open(route: string): Promise<void> {
    const {
      BrowserWindow,
      screen,
      nativeTheme,
      preload,
      partition,
      statePath,
      now,
      log,
      onCrash,
      holdsClose,
      worthShowing,
    } = this.#ports;
    const state = await loadWindowState(statePath);
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
    const window = new BrowserWindow({
      ...fitToScreens(
        state,
        [primary, ...others].map((display) => display.workArea),
      ),
      minWidth: MIN_SIZE.width,
      minHeight: MIN_SIZE.height,
      title: WORDS.name,
      // Shown when the first picture of the page is ready and there is something in it: no white flash.
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#16171a' : '#ffffff',
      webPreferences: webPreferences(preload, partition),
    });
    const contentsId = window.webContents.id;
    this.#window = window;
    this.#own.add(contentsId);
    this.button.watch(window.webContents);
    guardAgainstCrash({
      window,
      now,
      log,
      show: (again) => {
        onCrash(again);
        this.#load(FATAL_PAGE).catch((error: unknown) => log('the fatal page does not load', { error }));
      },
    });
    window.once('ready-to-show', () => {
      void worthShowing().then(() => {
        if (!window.isDestroyed()) {
          if (state.maximized) {
            window.maximize();
          }
          window.show();
        }
      });
    });
    window.on('close', (event) => {
      const last = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
      this.#saving = saveWindowState(statePath, last).catch((error: unknown) =>
        log('the place of the window was not kept', { error }),
      );
      if (holdsClose()) {
        event.preventDefault();
      } else {
        this.#closing = window;
      }
    });
    window.on('closed', () => {
      this.#own.delete(contentsId);
      this.#window = null;
    });
    await this.#load(`${APP_PAGE}${route}`);
  }

  /** A load that another one overtook is no fault, nor is one whose window closed meanwhile: Electron calls that ERR_FAILED. */
  async #load(url: string): Promise<void> {
    const window = this.#window;
    this.#place = url === FATAL_PAGE ? this.#place : url;
    try {
      await window?.loadURL(url);
    } catch (error) {
      const isOvertaken = error instanceof Error && 'code' in error && error.code === 'ERR_ABORTED';
      if (!isOvertaken && this.#closing !== window && window?.isDestroyed() !== true) {
        throw error;
      }
    }
  }
}
