import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../contract/shapes.ts';
import { AppError } from '../../lib/app-error.ts';
import { APP_ID } from '../../lib/identity.ts';
import { describeApp } from './menus/about-panel.ts';
import { APP_PAGE, FATAL_PAGE } from './protocol/app-origin.ts';
import { enableAppProtocol, registerAppScheme } from './protocol/app-protocol.ts';
import { keepAwake } from './status/awake.ts';
import type { ElectronModules } from './electron-modules.ts';
import { openLink } from './security/external-links.ts';
import { fatalPage, waitPage, type FatalWords } from './window/fatal-page.ts';
import { enableIpc } from './protocol/ipc.ts';
import { applyLoginItem, canStartAtLogin, startsHidden } from './system/login-item.ts';
import { MainWindow } from './window/main-window.ts';
import { NativeMenus } from './menus/native-menus.ts';
import { blockNavigation } from './security/navigation.ts';
import { enableNetwork } from './system/network.ts';
import { enableNotifications } from './status/notifications.ts';
import { blockRemoteContent, denyPermissions } from './security/permissions.ts';
import { enableOpenLinks } from './lifecycle/open-links.ts';
import { enablePower } from './system/power.ts';
import { enableProcessFaults } from './lifecycle/process-faults.ts';
import { enableOrderlyQuit, followThreads, quitIntoUpdate } from './lifecycle/quit.ts';
import { openElectronSecrets, type ElectronSecrets } from './keys/secrets.ts';
import type { Log, ShellApp } from './shell-app.ts';
import { takeSingleInstance } from './lifecycle/single-instance.ts';
import { askAboutClosing, Stay, wantsToStay } from './lifecycle/stay.ts';
import { createSystem, type ShellSystem } from './system/system.ts';
import { enableTaskbar } from './status/taskbar.ts';
import { enableTray } from './status/tray.ts';
import { Waits } from './lifecycle/waits.ts';
import { WORDS } from './words.ts';
import type { SecretStore } from '../../lib/secret-store.ts';
import { enableUpdateChecks, type Updates, type UpdatesPorts } from './updates/updater.ts';

/** A session in memory: nothing that a page shows is written to a browser cache. */
const PARTITION = 'chatkeep';

/** The app as the shell gets it: calls and events, and the answers to `app://`. */
export interface OpenedApp {
  readonly app: ShellApp;
  /** Pages, media and thumbnails with their headers. */
  readonly answer: (request: Request) => Promise<Response>;
}

/** The functions that this shell offers to the app. */
export interface AppSurroundings {
  readonly system: ShellSystem;
  readonly secrets: ElectronSecrets;
  readonly locale: string;
  readonly versions: readonly { readonly name: string; readonly version: string }[];
  readonly canStartAtLogin: boolean;
  readonly canStayInTray: boolean;
  readonly canNotify: boolean;
  readonly updates?: Updates;
  /** To be told, in a line for people, what opening the library waits for. */
  readonly onWait?: (line: string) => void;
}

export interface StartPorts {
  readonly electron: ElectronModules;
  readonly process: Pick<NodeJS.Process, 'on' | 'platform' | 'versions' | 'pid' | 'kill'>;
  /** Absolute path of the preload script. */
  readonly preload: string;
  readonly trayIcon: string;
  /** The `chatkeep:` link of this start; left out or null without one. */
  readonly link?: string | null;
  /** Of this start, without the program's own name; left out: none. */
  readonly args?: readonly string[];
  /** Whether the desktop shows tray icons at this moment; left out: never. */
  readonly trayIsShown?: () => Promise<boolean>;
  readonly configDir: string;
  /** Where keys go on systems without a keystore, after asking. */
  readonly secretFile: SecretStore;
  readonly openApp: (surroundings: AppSurroundings) => Promise<OpenedApp>;
  /** Left out: nobody looks for newer versions. */
  readonly openUpdates?: (quitInto: UpdatesPorts['quitInto']) => Promise<Updates>;
  readonly log: Log;
  readonly now: () => number;
  /** Calls its second argument in intervals; answers the stop. */
  readonly every: (ms: number, look: () => void) => () => void;
}

export interface RunningShell {
  readonly window: MainWindow;
}

/**
 * Electron from start to quit: what must come before `ready`, then session, app, window, then what stands around the window. Null when
 * another Chatkeep runs already and was brought to the front. Composition only; each part is a module of its own.
 */
export async function startElectron(ports: StartPorts): Promise<RunningShell | null> {
  const { electron, process, log, now } = ports;
  const { app: host, dialog, shell } = electron;
  const { args = [], trayIsShown = () => Promise.resolve(false) } = ports;
  enableProcessFaults({ process, dialog, app: host, log });

  // Names the app to Windows: its notifications and its place in the taskbar belong to the shortcut of this name.
  if (process.platform === 'win32') {
    host.setAppUserModelId(APP_ID);
  }
  // Before `ready`, in this order: the lock is taken in the folder that is set here.
  // Electron takes only folders that exist.
  const browserDir = join(ports.configDir, 'electron');
  try {
    mkdirSync(browserDir, { recursive: true, mode: 0o700 });
    accessSync(browserDir, constants.W_OK);
  } catch (error) {
    log('the folder of settings cannot be written', { error });
    dialog.showErrorBox(WORDS.profile.title, WORDS.profile.message(ports.configDir));
    host.exit(1);
    return null;
  }
  host.setPath('userData', browserDir);
  // Beside the log, for the person alone: a report may hold anything that was in memory.
  host.setPath('crashDumps', join(ports.configDir, 'logs', 'crashes'));
  electron.crashReporter.start({ uploadToServer: false });
  host.enableSandbox();
  registerAppScheme(electron.protocol);
  const window: MainWindow = new MainWindow({
    BrowserWindow: electron.BrowserWindow,
    screen: electron.screen,
    nativeTheme: electron.nativeTheme,
    preload: ports.preload,
    partition: PARTITION,
    statePath: join(ports.configDir, 'window.json'),
    now,
    log,
    onCrash: (again) => {
      state.fatal = crashWords(again);
    },
    // A Mac's app goes on without windows by itself, and its icon in the dock leads back.
    holdsClose: () => process.platform !== 'darwin' && state.hasTray && stay.holds(),
  });
  const failed = (what: string) => (error: unknown) => {
    log(`${what} failed`, { error });
  };
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
  const state: ShellState = {
    opened: null,
    opening: Promise.resolve(),
    settings: null,
    hasTray: false,
    fatal: crashWords(false),
    disable: [],
  };
  const stay: Stay = new Stay({
    settings: () => state.settings,
    trayIsShown,
    ask: () => askAboutClosing(dialog, window.current),
    remember: (closing) => {
      state.opened?.app.call('settings.set', { closing }, never()).catch(failed('keeping the answer'));
    },
    hide: () => {
      window.current?.hide();
    },
    close: () => {
      window.current?.close();
    },
    onFault: failed('closing the window'),
  });
  host.on('before-quit', () => {
    stay.letGo();
  });
  blockNavigation({
    app: host,
    log,
    onLink: (url) => {
      openLink({ shell, dialog, log }, url).catch(failed('opening a link'));
    },
  });
  const shutdown = async (): Promise<void> => {
    stay.letGo();
    // A library that is just being opened is opened first, to be closed in order.
    await state.opening;
    state.disable.splice(0).forEach((each) => {
      each();
    });
    await state.opened?.app.shutdown();
    await window.settled();
  };
  enableOrderlyQuit({
    app: host,
    log,
    shutdown,
    endThreads: followThreads(process),
    kill: () => {
      process.kill(process.pid, 'SIGKILL');
    },
  });

  await host.whenReady();
  const session = electron.session.fromPartition(PARTITION, { cache: false });
  denyPermissions(session, log);
  blockRemoteContent(session, log);
  const updates = await ports.openUpdates?.((install) => {
    // Never rejects.
    void quitIntoUpdate({ app: host, shutdown, log }, install);
  });
  const waits = new Waits();
  const around = surround(ports, window, await trayIsShown());
  const menus = new NativeMenus({
    app: host,
    Menu: electron.Menu,
    dialog,
    platform: process.platform,
    window,
    pickFolder: (title) => around.system.pickFolder(title, null),
    log,
  });
  describeApp(host, process.platform, around.versions);
  const surroundings = {
    ...around,
    onWait: (line: string) => {
      waits.tell(line);
    },
    ...(updates !== undefined && { updates }),
  };

  /** The app, opened once; a failed try shows its words and may be repeated from the page. */
  const once = oneAtATime(async () => {
    if (state.opened !== null) {
      return;
    }
    try {
      state.opened = await ports.openApp(surroundings);
      await enableAround(ports, window, state.opened.app, state, updates);
      state.disable.push(await menus.follow(state.opened.app));
    } catch (error) {
      log('the app does not open', { error });
      state.fatal = startWords(error);
    } finally {
      waits.end();
    }
  });
  const openOnce = (): Promise<void> => (state.opening = once());
  enableAppProtocol({
    protocol: session.protocol,
    onFault: failed('answering a request'),
    answer: async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === new URL(FATAL_PAGE).pathname) {
        return fatalPage(state.fatal);
      }
      if (pathname === PAGE_PATH) {
        await Promise.race([openOnce(), waits.began]);
        if (state.opened === null && waits.line !== null) {
          return waitPage({ title: WORDS.wait.title, message: waits.line, hint: WORDS.wait.hint });
        }
      }
      return state.opened === null ? fatalPage(state.fatal) : await state.opened.answer(request);
    },
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
    await openOnce();
    // Nobody would find a window that never came, where neither dock nor tray leads to it.
    const reachable = process.platform === 'darwin' || (state.hasTray && (await trayIsShown()));
    if (!reachable || !wantsToStay(state.settings)) {
      await window.show();
    }
  } else {
    // The app opens while the window does: neither waits for the other.
    await Promise.all([openOnce(), place === null ? window.show() : window.goTo(place)]);
  }
  host.on('second-instance', (_event, argv) => {
    menus.openByArguments(argv);
  });
  menus.openByArguments(args);
  return { window };
}

interface ShellState {
  opened: OpenedApp | null;
  /** Ends, without a fault, when the last try to open has. */
  opening: Promise<void>;
  /** As last heard; null until the app is open. */
  settings: Settings | null;
  hasTray: boolean;
  fatal: FatalWords;
  readonly disable: (() => void)[];
}

function surround(ports: StartPorts, window: MainWindow, tray: boolean): Omit<AppSurroundings, 'onWait'> {
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
    secrets: openElectronSecrets({
      safeStorage: electron.safeStorage,
      platform: process.platform,
      dir: ports.configDir,
      file: ports.secretFile,
      now: ports.now,
      askForFile: async () => {
        const { response } = await dialog.showMessageBox({
          type: 'warning',
          message: WORDS.keystore.title,
          detail: WORDS.keystore.detail,
          buttons: [WORDS.keystore.keep, WORDS.keystore.cancel],
          defaultId: 1,
          cancelId: 1,
          noLink: true,
        });
        return response === 0;
      },
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

/** Starts the parts that need an open app: IPC, power, network and sync indicators. Resolves once the settings apply. */
async function enableAround(
  ports: StartPorts,
  window: MainWindow,
  app: ShellApp,
  state: ShellState,
  updates: Updates | undefined,
): Promise<void> {
  const { electron, process, log } = ports;
  const { app: host, nativeTheme } = electron;
  const apply = (next: Settings): void => {
    state.settings = next;
    nativeTheme.themeSource = next.theme;
    if (canStartAtLogin(process.platform, host.isPackaged)) {
      applyLoginItem(host, next.startAtLogin);
    }
  };
  const show = (): void => {
    window.show().catch((error: unknown) => {
      log('showing the window failed', { error });
    });
  };
  enablePower(electron.powerMonitor, app, () => {
    host.quit();
  });
  state.disable.push(
    enableIpc({ ipcMain: electron.ipcMain, app, ownWindows: window.ownContents, log }),
    app.subscribe('settings.changed', apply),
    enableNetwork({ net: electron.net, app, every: ports.every }),
    enableTaskbar(app, () => window.current),
    enableNotifications({
      Notification: electron.Notification,
      app,
      wanted: () => state.settings?.notifications === true,
      focused: () => window.current?.isFocused() === true,
      show,
    }),
    keepAwake(electron.powerSaveBlocker, app),
  );
  const removeTray = enableTray({
    Tray: electron.Tray,
    Menu: electron.Menu,
    nativeImage: electron.nativeImage,
    app,
    icon: ports.trayIcon,
    show,
    quit: () => {
      host.quit();
    },
    log,
  });
  if (removeTray !== null) {
    state.hasTray = true;
    state.disable.push(removeTray);
  }
  const answer = await app.call('settings.get', {}, never());
  if (answer.ok) {
    apply(answer.value);
  }
  if (updates !== undefined) {
    state.disable.push(
      enableUpdateChecks({
        app,
        updates,
        wanted: () => state.settings?.lookForUpdates === true,
        now: ports.now,
        every: ports.every,
      }),
    );
  }
}

const never = (): AbortSignal => new AbortController().signal;

/** Calls that come while one runs share its end. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
}

const PAGE_PATH = new URL(APP_PAGE).pathname;
const retry = { label: WORDS.fatal.retry, href: PAGE_PATH };

function startWords(error: unknown): FatalWords {
  return error instanceof AppError
    ? { title: WORDS.fatal.title, message: error.message, hint: error.hint, action: retry }
    : { title: WORDS.fatal.title, message: 'An unexpected fault.', hint: 'The log says more.', action: retry };
}

function crashWords(again: boolean): FatalWords {
  const action = again ? null : { label: WORDS.crash.reload, href: PAGE_PATH };
  return { title: WORDS.crash.title, message: WORDS.crash.message, hint: again ? WORDS.crash.again : '', action };
}
