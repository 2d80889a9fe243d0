import { canStartAtLogin } from './system/login-item.ts';
import type { AppSurroundings } from './shell-app.ts';
import type { StartPorts } from './start.ts';
import { createSystem } from './system/system.ts';
import type { MainWindow } from './window/main-window.ts';

/** What this shell offers to the app, once Electron is ready. `tray`: whether the desktop shows tray icons. */
export function surround(ports: StartPorts, window: MainWindow, tray: boolean): AppSurroundings {
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
