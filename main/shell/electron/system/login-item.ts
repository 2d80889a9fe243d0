import type { ElectronModules } from '../electron-modules.ts';

/** Among the arguments of a start: no window until somebody asks for it. */
export const HIDDEN = '--hidden';

/** Electron keeps login items on Windows and macOS; on Linux the desktop's own autostart settings do, so no switch is shown there. */
export const canStartAtLogin = (platform: NodeJS.Platform, packaged: boolean): boolean =>
  packaged && (platform === 'darwin' || platform === 'win32');

/** Whether this start should show no window: begun by a login item. Windows passes its arguments, macOS tells by itself. */
export const startsHidden = (
  platform: NodeJS.Platform,
  args: readonly string[],
  app: Pick<ElectronModules['app'], 'getLoginItemSettings'>,
): boolean => args.includes(HIDDEN) || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);

/** Makes the system start Chatkeep with the session, hidden, or not. Only changes what differs: macOS tells the person about each change. */
export function applyLoginItem(
  app: Pick<ElectronModules['app'], 'getLoginItemSettings' | 'setLoginItemSettings'>,
  startAtLogin: boolean,
): void {
  const args = [HIDDEN];
  if (app.getLoginItemSettings({ args }).openAtLogin !== startAtLogin) {
    app.setLoginItemSettings({ openAtLogin: startAtLogin, args });
  }
}
