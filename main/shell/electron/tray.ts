import type { SyncStatus } from '../../contract/shapes.ts';
import type { ElectronModules } from './electron-modules.ts';
import type { ShellApp } from './shell-app.ts';
import { trayWords } from './sync-signs.ts';
import { WORDS } from './words.ts';

export interface TrayPorts extends Pick<ElectronModules, 'Tray' | 'Menu' | 'nativeImage'> {
  readonly app: Pick<ShellApp, 'subscribe' | 'call'>;
  /** Absolute path of the icon; `…Template.png` on a Mac, so that it follows the menu bar's colours. */
  readonly icon: string;
  readonly show: () => void;
  readonly quit: () => void;
}

/**
 * The sync's state beside the clock, with the few things one wants without the window. Answers null where the desktop has no tray: some
 * Linux desktops throw, and a missing icon must not end the app.
 */
export function enableTray(ports: TrayPorts): (() => void) | null {
  const { Tray, Menu, nativeImage, app, icon, show, quit } = ports;
  let tray: InstanceType<typeof Tray>;
  try {
    tray = new Tray(nativeImage.createFromPath(icon));
  } catch {
    return null;
  }
  const menu = Menu.buildFromTemplate([
    { label: WORDS.tray.open, click: show },
    { type: 'separator' },
    { label: WORDS.tray.quit, click: quit },
  ]);
  tray.setToolTip(WORDS.tray.idle);
  tray.setContextMenu(menu);
  tray.on('click', show);
  let words: string = WORDS.tray.idle;
  const stop = app.subscribe('sync.progress', (status: SyncStatus) => {
    const now = trayWords(status);
    if (now !== words) {
      words = now;
      tray.setToolTip(now);
    }
  });
  return () => {
    stop();
    tray.destroy();
  };
}
