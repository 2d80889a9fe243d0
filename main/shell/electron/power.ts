import type { ElectronModules } from './electron-modules.ts';
import type { ShellApp } from './shell-app.ts';

/**
 * A sync pauses before the machine sleeps, so that no transfer is cut in the middle, and goes on afterwards. On a shutdown of the system
 * the app closes first: the answer to the event is given only when everything is written.
 */
export function enablePower(
  powerMonitor: Pick<ElectronModules['powerMonitor'], 'on'>,
  app: Pick<ShellApp, 'hold' | 'release'>,
  quit: () => void,
): void {
  powerMonitor.on('suspend', () => {
    app.hold('suspended');
  });
  powerMonitor.on('resume', () => {
    app.release('suspended');
  });
  powerMonitor.on('shutdown', quit);
}
