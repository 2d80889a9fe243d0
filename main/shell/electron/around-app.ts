import type { Settings } from '../../contract/shapes.ts';
import { enablePower } from './system/power.ts';
import { keepAwake } from './status/awake.ts';
import { enableNotifications } from './status/notifications.ts';
import { enableTaskbar } from './status/taskbar.ts';
import { enableTray } from './status/tray.ts';
import { applyLoginItem, canStartAtLogin } from './system/login-item.ts';
import { enableNetwork } from './system/network.ts';
import type { ElectronModules } from './electron-modules.ts';
import type { Log, ShellApp } from './shell-app.ts';
import { enableUpdateChecks, type Updates } from './updates/updater.ts';
import type { MainWindow } from './window/main-window.ts';

export interface AroundPorts {
  readonly electron: ElectronModules;
  readonly process: Pick<NodeJS.Process, 'on' | 'platform' | 'versions' | 'pid' | 'kill'>;
  readonly trayIcon: string;
  readonly log: Log;
  readonly now: () => number;
  /** Calls its second argument in intervals; answers the stop. */
  readonly every: (ms: number, look: () => void) => () => void;
}

/** The parts around an open app: power, network, tray, notifications and the look-out for updates. */
export class AroundApp {
  readonly #ports: AroundPorts;
  readonly #window: MainWindow;
  readonly #stops: (() => void)[] = [];
  #settings: Settings | null = null;
  #hasTray = false;

  constructor(ports: AroundPorts, window: MainWindow) {
    this.#ports = ports;
    this.#window = window;
  }

  /** As last heard; null until an app is open. */
  get settings(): Settings | null {
    return this.#settings;
  }

  get hasTray(): boolean {
    return this.#hasTray;
  }

  /** Resolves once the settings apply. `updates`: undefined = nobody looks for newer versions. */
  async enable(app: ShellApp, updates: Updates | undefined): Promise<void> {
    const { electron, process, log, now, every, trayIcon } = this.#ports;
    const { app: host, nativeTheme } = electron;
    const window = this.#window;
    const quit = (): void => host.quit();
    const show = (): void => {
      window.show().catch((error: unknown) => log('showing the window failed', { error }));
    };
    const apply = (next: Settings): void => {
      this.#settings = next;
      nativeTheme.themeSource = next.theme;
      if (canStartAtLogin(process.platform, host.isPackaged)) {
        applyLoginItem(host, next.startAtLogin);
      }
    };
    enablePower(electron.powerMonitor, app, quit);
    this.#stops.push(
      app.subscribe('settings.changed', apply),
      enableNetwork({ net: electron.net, app, every }),
      enableTaskbar(app, () => window.current),
      enableNotifications({
        Notification: electron.Notification,
        app,
        wanted: () => this.#settings?.notifications === true,
        focused: () => window.current?.isFocused() === true,
        show,
      }),
      keepAwake(electron.powerSaveBlocker, app),
    );
    const { Tray, Menu, nativeImage } = electron;
    const removeTray = enableTray({ Tray, Menu, nativeImage, app, icon: trayIcon, show, quit, log });
    if (removeTray !== null) {
      this.#hasTray = true;
      this.#stops.push(removeTray);
    }
    const answer = await app.call('settings.get', {}, new AbortController().signal);
    if (answer.ok) {
      apply(answer.value);
    }
    if (updates !== undefined) {
      const wanted = (): boolean => this.#settings?.lookForUpdates === true;
      this.#stops.push(enableUpdateChecks({ app, updates, wanted, now, every }));
    }
  }

  /** Takes this down too when `disable` is called. */
  also(stop: () => void): void {
    this.#stops.push(stop);
  }

  disable(): void {
    this.#hasTray = false;
    this.#stops.splice(0).forEach((stop) => stop());
  }
}
