import type { ElectronModules } from '../electron-modules.ts';
import type { MainWindow } from '../window/main-window.ts';
import { enableMenu, menuTemplate, recentItems, type MenuActions } from './menu.ts';
import { jumpList, RecentLibraries } from './recent-libraries.ts';
import type { Log, ShellApp } from '../shell-app.ts';

export interface NativeMenusPorts extends Pick<ElectronModules, 'app' | 'Menu' | 'dialog'> {
  readonly platform: NodeJS.Platform;
  readonly window: Pick<MainWindow, 'current' | 'goTo' | 'press'>;
  readonly pickFolder: (title: string) => Promise<string | null>;
  readonly log: Log;
}

/** The menu bar, the menu of the icon in a Mac's dock and the jump list of Windows: what is in them, and what each item does. */
export class NativeMenus {
  readonly #ports: NativeMenusPorts;
  readonly #actions: MenuActions;
  #app: ShellApp | null = null;
  #recent: RecentLibraries | null = null;

  constructor(ports: NativeMenusPorts) {
    this.#ports = ports;
    this.#actions = {
      goTo: (route) => this.#run(ports.window.goTo(route)),
      press: (stroke) => ports.window.press(stroke),
      openFolder: (folder) => this.#run(this.#app?.call('system.openFolder', { folder }, new AbortController().signal)),
      openRecent: (path) => this.#run(this.#recent?.open(path)),
      openOther: () => this.#run(this.#recent?.openOther()),
      forgetRecent: () => this.#run(this.#recent?.forget(null)),
    };
  }

  draw(recent: readonly string[]): void {
    const { app, Menu, platform } = this.#ports;
    enableMenu(Menu, menuTemplate({ platform, devTools: !app.isPackaged, recent }, this.#actions));
    if (platform === 'darwin') {
      app.dock?.setMenu(Menu.buildFromTemplate(recentItems(recent, this.#actions)));
    } else if (platform === 'win32') {
      app.setJumpList(jumpList(recent, app.getPath('exe')));
    }
  }

  /** From now on its commands reach this app, and the recent libraries are those it opens. Answers the stop. */
  async follow(app: ShellApp): Promise<() => void> {
    const { dialog, window, pickFolder, log } = this.#ports;
    this.#app = app;
    this.#recent = new RecentLibraries({
      app,
      dialog,
      window: () => window.current,
      pickFolder,
      showLibrary: () => this.#actions.goTo('#/media'),
      draw: (paths) => this.draw(paths),
      log,
    });
    return await this.#recent.follow();
  }

  /** The recent library that a start, or a refused second start, names. */
  openByArguments(args: readonly string[]): void {
    this.#run(this.#recent?.openByArguments(args));
  }

  #run(work: Promise<unknown> | undefined): void {
    work?.catch((error: unknown) => this.#ports.log('a command of a menu failed', { error }));
  }
}
