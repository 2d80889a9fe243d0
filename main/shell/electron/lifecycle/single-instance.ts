import type { ElectronModules } from '../electron-modules.ts';
import { HIDDEN } from '../system/login-item.ts';

export interface SingleInstancePorts {
  readonly app: Pick<ElectronModules['app'], 'requestSingleInstanceLock' | 'on'>;
  /** Brings the window to the front; called when a second start was turned away, unless that start wanted no window. */
  readonly focus: () => void;
}

/**
 * One Chatkeep a user: a library has one writer. False means that another one runs and was told to come to the front; this one must
 * end at once, without opening anything.
 */
export function takeSingleInstance(ports: SingleInstancePorts): boolean {
  if (!ports.app.requestSingleInstanceLock()) {
    return false;
  }
  ports.app.on('second-instance', (_event, argv) => {
    if (!argv.includes(HIDDEN)) {
      ports.focus();
    }
  });
  return true;
}
