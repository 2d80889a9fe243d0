/**
 * The few members of the `electron` module that unit tests of single functions need: each remembers what was asked of it and answers as the
 * test scripted. How Electron behaves is asserted on the real thing, in `renderer/e2e/electron/`.
 */
import { EventEmitter } from 'node:events';
import type { ElectronModules } from '../../electron-modules.ts';
import { AppDouble } from './app.ts';
import { DialogDouble, MenuDouble, NotificationDouble, ShellDouble, TrayDouble } from './small-modules.ts';

export interface ElectronDouble {
  /** For the code under test. */
  readonly electron: ElectronModules;
  readonly app: AppDouble;
  readonly dialog: DialogDouble;
  readonly shell: ShellDouble;
  readonly powerMonitor: EventEmitter;
  readonly net: { online: boolean; isOnline(): boolean };
  /** Tray icons and notifications so far. */
  readonly trays: readonly TrayDouble[];
  readonly notifications: readonly NotificationDouble[];
}

export function createElectronDouble(): ElectronDouble {
  const made = {
    app: new AppDouble(),
    dialog: new DialogDouble(),
    shell: new ShellDouble(),
    powerMonitor: new EventEmitter(),
    net: {
      online: true,
      isOnline(): boolean {
        return this.online;
      },
    },
  };
  // Classes of their own for each double: what they remember is not shared between tests.
  class OwnTray extends TrayDouble {}
  class OwnNotification extends NotificationDouble {}
  OwnTray.made = [];
  OwnNotification.shown = [];
  const modules = {
    ...made,
    Menu: MenuDouble,
    Tray: OwnTray,
    Notification: OwnNotification,
    crashReporter: { start: () => undefined },
    nativeImage: { createFromPath: (path: string) => ({ path }) },
  };
  return {
    ...made,
    // The one place where the double is taken for the real thing: it has the members that unit tests use.
    electron: modules as unknown as ElectronModules,
    trays: OwnTray.made,
    notifications: OwnNotification.shown,
  };
}
