import type { ElectronModules } from './electron-modules.ts';
import type { ShellApp } from './shell-app.ts';

/**
 * Holds a sync while the system has no network at all, instead of letting every file use up its tries. Electron announces no change of
 * `online` in the main process, so the state is looked at in intervals. A service on this machine (a stand-in) is not held:
 * `enabled` says whether a network is needed.
 *
 * @param every calls its argument in intervals; answers the stop
 */
export function enableNetwork(
  net: Pick<ElectronModules['net'], 'isOnline'>,
  app: Pick<ShellApp, 'hold' | 'release'>,
  enabled: () => boolean,
  every: (look: () => void) => () => void,
): () => void {
  let held = false;
  return every(() => {
    const offline = enabled() && !net.isOnline();
    if (offline !== held) {
      held = offline;
      if (offline) {
        app.hold('offline');
      } else {
        app.release('offline');
      }
    }
  });
}
