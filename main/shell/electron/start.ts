import { join } from 'node:path';
import { APP_ID } from '../../lib/identity.ts';
import { AroundApp, type AroundPorts } from './around-app.ts';
import { enableOpenLinks } from './lifecycle/open-links.ts';
import { Opening } from './lifecycle/opening.ts';
import { enableProcessFaults } from './lifecycle/process-faults.ts';
import { useProfileFolder } from './lifecycle/profile-folder.ts';
import { enableOrderlyQuit, followThreads, quitIntoUpdate } from './lifecycle/quit.ts';
import { takeSingleInstance } from './lifecycle/single-instance.ts';
import { askAboutClosing, Stay, wantsToStay } from './lifecycle/stay.ts';
import { describeApp } from './menus/about-panel.ts';
import { NativeMenus } from './menus/native-menus.ts';
import { enableAppProtocol, registerAppScheme } from './protocol/app-protocol.ts';
import { enableIpc } from './protocol/ipc.ts';
import { openLink } from './security/external-links.ts';
import { blockNavigation } from './security/navigation.ts';
import { blockRemoteContent, denyPermissions } from './security/permissions.ts';
import type { OpenedApp } from './shell-app.ts';
import { surround, type AppSurroundings } from './surroundings.ts';
import { startsHidden } from './system/login-item.ts';
import type { Updates, UpdatesPorts } from './updates/updater.ts';
import { MainWindow } from './window/main-window.ts';

/** A session in memory: nothing that a page shows is written to a browser cache. */
const PARTITION = 'chatkeep';

export interface StartPorts extends AroundPorts {
  /** Absolute path of the preload script. */
  readonly preload: string;
  /** The `chatkeep:` link of this start; left out or null without one. */
  readonly link?: string | null;
  /** Of this start, without the program's own name; left out: none. */
  readonly args?: readonly string[];
  /** Whether the desktop shows tray icons at this moment; left out: never. */
  readonly trayIsShown?: () => Promise<boolean>;
  readonly configDir: string;
  /** Answers a file of the pages. */
  readonly answerStatic: (request: Request) => Promise<Response>;
  readonly openApp: (surroundings: AppSurroundings) => Promise<OpenedApp>;
  /** Left out: nobody looks for newer versions. */
  readonly openUpdates?: (quitInto: UpdatesPorts['quitInto']) => Promise<Updates>;
}

export interface RunningShell {
  readonly window: MainWindow;
}

/**
 * Electron from start to quit: what must come before `ready`, then session, app, window, then what stands around the window. Null when
 * another Chatkeep runs already and was brought to the front. Composition only; each part is a module of its own.
 */
export async function startElectron(ports: StartPorts): Promise<RunningShell | null> {
  const { electron, process, log, now, configDir } = ports;
  const { app: host, dialog, shell } = electron;
  const { args = [], trayIsShown = () => Promise.resolve(false) } = ports;
  enableProcessFaults({ process, dialog, app: host, log });

  // Names the app to Windows: its notifications and its place in the taskbar belong to the shortcut of this name.
  if (process.platform === 'win32') {
    host.setAppUserModelId(APP_ID);
  }
  if (
    !useProfileFolder({
      app: host,
      dialog,
      crashReporter: electron.crashReporter,
      configDir,
      platform: process.platform,
      log,
    })
  ) {
    host.exit(1);
    return null;
  }
  host.enableSandbox();
  registerAppScheme(electron.protocol);
  const failed = (what: string) => (error: unknown) => log(`${what} failed`, { error });
  const opening: Opening = new Opening({
    log,
    open: (onWait) => ports.openApp({ ...surroundings, onWait }),
    follow: async (app) => {
      await around.enable(app, updates);
      around.also(await menus.follow(app));
    },
    answerStatic: ports.answerStatic,
    reload: () => {
      window.turnTo('same').catch(failed('showing what is waited for'));
    },
    showFatal: () => {
      window.turnTo('fatal').catch(failed('showing what went wrong'));
    },
    leave: () => around.disable(),
    stopCalls: () => stopIpc(),
  });
  const window: MainWindow = new MainWindow({
    BrowserWindow: electron.BrowserWindow,
    screen: electron.screen,
    nativeTheme: electron.nativeTheme,
    preload: ports.preload,
    partition: PARTITION,
    statePath: join(configDir, 'window.json'),
    now,
    log,
    worthShowing: () => opening.worthShowing(),
    onCrash: (again) => opening.crashed(again),
    // A Mac's app goes on without windows by itself, and its icon in the dock leads back.
    holdsClose: () => process.platform !== 'darwin' && around.hasTray && stay.holds(),
  });
  const { ipcMain } = electron;
  const stopIpc = enableIpc({ ipcMain, app: opening.later, ownWindows: window.ownContents, log });
  const around: AroundApp = new AroundApp(ports, window);
  const showWindow = (): void => {
    window.show().catch(failed('showing the window'));
  };
  if (!takeSingleInstance({ app: host, focus: showWindow })) {
    host.quit();
    return null;
  }
  const firstPlace = enableOpenLinks({
    app: host,
    first: ports.link ?? null,
    goTo: (route) => {
      window.goTo(route).catch(failed('going to a place'));
    },
    log,
  });
  // Asked while Electron gets ready: the answer takes a program of its own, and the app opens with it.
  const tray = trayIsShown();
  const stay: Stay = new Stay({
    settings: () => around.settings,
    trayIsShown,
    ask: () => askAboutClosing(dialog, window.current),
    remember: (closing) => {
      opening.app?.call('settings.set', { closing }, new AbortController().signal).catch(failed('keeping the answer'));
    },
    hide: () => window.current?.hide(),
    close: () => window.current?.close(),
    onFault: failed('closing the window'),
  });
  host.on('before-quit', () => stay.letGo());
  blockNavigation({
    app: host,
    log,
    onLink: (url) => {
      openLink({ shell, dialog, log }, url).catch(failed('opening a link'));
    },
  });
  const shutdown = async (): Promise<void> => {
    stay.letGo();
    await opening.close();
    await window.settled();
  };
  enableOrderlyQuit({
    app: host,
    log,
    shutdown,
    endThreads: followThreads(process),
    kill: () => process.kill(process.pid, 'SIGKILL'),
  });

  await host.whenReady();
  const session = electron.session.fromPartition(PARTITION, { cache: false });
  denyPermissions(session, log);
  blockRemoteContent(session, log);
  const updates = await ports.openUpdates?.((install) => {
    // Never rejects.
    void quitIntoUpdate({ app: host, shutdown, log }, install);
  });
  const surroundings: AppSurroundings = {
    ...surround(ports, window, await tray),
    ...(updates !== undefined && { updates }),
  };
  const menus = new NativeMenus({
    app: host,
    Menu: electron.Menu,
    dialog,
    platform: process.platform,
    window,
    pickFolder: (title) => surroundings.system.pickFolder(title, null),
    log,
  });
  describeApp(host, process.platform, surroundings.versions);
  enableAppProtocol({
    protocol: session.protocol,
    onFault: failed('answering a request'),
    answer: (request) => opening.answer(request),
  });
  menus.draw([]);
  host.on('activate', showWindow);
  host.on('window-all-closed', () => {
    if (process.platform !== 'darwin') {
      host.quit();
    }
  });
  const place = firstPlace();
  if (place === null && startsHidden(process.platform, args, host)) {
    await opening.once();
    // Nobody would find a window that never came, where neither dock nor tray leads to it.
    const reachable = process.platform === 'darwin' || (around.hasTray && (await trayIsShown()));
    if (!reachable || !wantsToStay(around.settings)) {
      await window.show();
    }
  } else {
    // The app opens while the window does: neither waits for the other.
    await Promise.all([opening.once(), place === null ? window.show() : window.goTo(place)]);
  }
  host.on('second-instance', (_event, argv) => menus.openByArguments(argv));
  menus.openByArguments(args);
  return { window };
}
