import type { ElectronModules } from './electron-modules.ts';

/** Electron keeps login items on Windows and macOS; on Linux the desktop's own autostart settings do, so no switch is shown there. */
export const canStartAtLogin = (platform: NodeJS.Platform, packaged: boolean): boolean =>
  packaged && (platform === 'darwin' || platform === 'win32');

/** Makes the system start Chatkeep with the session, or not. Only changes what differs: macOS tells the person about each change. */
export function applyLoginItem(
  app: Pick<ElectronModules['app'], 'getLoginItemSettings' | 'setLoginItemSettings'>,
  startAtLogin: boolean,
): void {
  if (app.getLoginItemSettings().openAtLogin !== startAtLogin) {
    app.setLoginItemSettings({ openAtLogin: startAtLogin });
  }
}
