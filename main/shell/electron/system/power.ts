import type { ElectronModules } from '../electron-modules.ts';
import type { ShellApp } from '../shell-app.ts';

/**
 * A sync pauses before the machine sleeps, so that no transfer is cut in the middle, and goes on afterwards. On a shutdown of the system
 * the system is asked to wait (Linux and macOS do) while the app finishes what it writes.
 */
export function enablePower(
  powerMonitor: Pick<ElectronModules['powerMonitor'], 'on'>,
  app: Pick<ShellApp, 'hold' | 'release'>,
  quit: () => void,
): void {
  powerMonitor.on('suspend', () => app.hold('suspended'));
  powerMonitor.on('resume', () => app.release('suspended'));
  // Electron's types leave out the event that its documentation says to hold back.
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault();
    quit();
  });
}
