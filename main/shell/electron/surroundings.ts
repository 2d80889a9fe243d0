import { canStartAtLogin } from './system/login-item.ts';
import type { AroundPorts } from './around-app.ts';
import type { AppPorts, SystemPort } from '../../app/core/app-ports.ts';
import { createSystem } from './system/system.ts';
import type { MainWindow } from './window/main-window.ts';

/** What this shell offers to the app. */
export interface AppSurroundings extends Pick<
  AppPorts,
  'locale' | 'versions' | 'canStartAtLogin' | 'canStayInTray' | 'canNotify' | 'updates'
> {
  readonly system: SystemPort;
  /** To be told, in a line for people, what opening the library waits for. */
  readonly onWait?: (line: string) => void;
}

/** What this shell offers to the app, once Electron is ready. `tray`: whether the desktop shows tray icons. */
export function surround(
  ports: Pick<AroundPorts, 'electron' | 'process' | 'log'>,
  window: MainWindow,
  tray: boolean,
): AppSurroundings {
  const { electron, process, log } = ports;
  const { app: host, dialog } = electron;
  return {
    system: createSystem({
      app: host,
      shell: electron.shell,
      dialog,
      window: () => window.current,
      button: window.button,
      log,
    }),
    locale: host.getLocale(),
    versions: [
      { name: 'Electron', version: process.versions['electron'] ?? '' },
      { name: 'Chromium', version: process.versions['chrome'] ?? '' },
      { name: 'Node', version: process.versions.node },
    ],
    canStartAtLogin: canStartAtLogin(process.platform, host.isPackaged),
    canStayInTray: tray && process.platform !== 'darwin',
    canNotify: electron.Notification.isSupported(),
  };
}
