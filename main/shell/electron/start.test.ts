/** The shell from start to quit, against the double without a browser. */
import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { APP_PAGE } from './app-origin.ts';
import { createElectronDouble, type ElectronDouble } from './double/electron-double.ts';
import { FakeApp } from './double/fake-app.ts';
import { Updates } from './updater.ts';
import { startElectron, type OpenedApp, type RunningShell, type StartPorts } from './start.ts';

let configDir: string;
let double: ElectronDouble;
let app: FakeApp;
let opened: number;
let process: EventEmitter;
let shell: RunningShell | null;

beforeEach(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'chatkeep-start-'));
  double = createElectronDouble();
  app = new FakeApp();
  opened = 0;
  process = new EventEmitter();
  shell = null;
});
afterEach(async () => {
  await double.close();
  await shell?.window.settled();
  await rm(configDir, { recursive: true });
});

const answer = (request: Request): Promise<Response> => Promise.resolve(new Response(`page of ${request.url}`));

const start = async (change: Partial<StartPorts> = {}): Promise<RunningShell | null> => {
  const started = await startElectron({
    electron: double.electron,
    process: Object.assign(process, { platform: 'linux', versions: globalThis.process.versions }) as never,
    preload: '/preload.cjs',
    trayIcon: '/tray.png',
    configDir,
    secretFile: {
      get: () => Promise.resolve(null),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      backend: () => 'a file',
    },
    openApp: () => {
      opened += 1;
      return Promise.resolve({ app, answer } satisfies OpenedApp);
    },
    log: () => undefined,
    now: () => 0,
    every: () => () => undefined,
    ...change,
  });
  shell = started ?? shell;
  return started;
};

const shownText = async (): Promise<string> => {
  const [window] = [...double.windows];
  return (await window?.webContents.lastAnswer?.clone().text()) ?? '';
};

test('what must come before ready does, and the scheme is registered in one call', async () => {
  await start();
  expect(double.app.history).toEqual([
    'setPath userData',
    'setPath crashDumps',
    'enableSandbox',
    'requestSingleInstanceLock',
    'ready',
  ]);
  expect(double.defaultSession.protocol.registrations).toBe(1);
  expect(double.defaultSession.protocol.schemes).toEqual([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
    },
  ]);
});

test('the window shows the app, opened once for start and page together', async () => {
  await start();
  expect([opened, await shownText(), [...double.windows][0]?.visible]).toEqual([1, `page of ${APP_PAGE}`, true]);
});

test('a second start opens nothing, ends, and brings the first to the front', async () => {
  const second = createElectronDouble();
  second.app.firstInstance = false;
  expect(await start({ electron: second.electron })).toBeNull();
  expect([await second.app.exited, opened, second.windows.size]).toEqual([0, 0, 0]);

  expect(await start()).not.toBeNull();
  const [window] = [...double.windows];
  Object.assign(window ?? {}, { minimized: true, focused: false });
  double.app.emit('second-instance', {}, ['--anything'], '/');
  expect([window?.minimized, window?.focused, double.windows.size]).toEqual([false, true, 1]);
});

test('an app that cannot start is a page that says why, with a way to try again', async () => {
  let locked = true;
  await start({
    openApp: () =>
      locked
        ? Promise.reject(new AppError('library_locked', 'Process 12 uses the <library>.', 'Close it.'))
        : Promise.resolve({ app, answer }),
  });
  const text = await shownText();
  expect(text).toContain('Process 12 uses the &lt;library&gt;.');
  expect(text).toContain('Close it.');
  expect(text).toContain('href="/index.html"');
  locked = false;
  await [...double.windows][0]?.webContents.loadURL(APP_PAGE);
  expect(await shownText()).toBe(`page of ${APP_PAGE}`);
});

test('while an older library is brought up to date the window says so and asks again, then shows the app', async () => {
  const done = Promise.withResolvers<OpenedApp>();
  const starting = start({
    openApp: ({ onWait }) => {
      onWait?.('Step 1 of <2>.');
      return done.promise;
    },
  });
  while (!(await shownText()).includes('Step 1')) {
    await new Promise(setImmediate);
  }
  expect(await shownText()).toContain('Step 1 of &lt;2&gt;.');
  expect(await shownText()).toContain('http-equiv="refresh"');
  done.resolve({ app, answer });
  await starting;
  await [...double.windows][0]?.webContents.loadURL(APP_PAGE);
  expect(await shownText()).toBe(`page of ${APP_PAGE}`);
});

test('a fault without words for people is not shown as it is', async () => {
  await start({ openApp: () => Promise.reject(new Error('/home/someone/secret')) });
  expect(await shownText()).toContain('An unexpected fault.');
  expect(await shownText()).not.toContain('secret');
});

test('a crashed page is loaded once with what happened, then leads back', async () => {
  await start();
  const contents = [...double.windows][0]?.webContents;
  contents?.crash();
  await new Promise(setImmediate);
  expect(await shownText()).toContain('The window stopped');
});

test('requests beside the page: our host alone, reading alone, a thrown fault is 500', async () => {
  await start({
    openApp: () =>
      Promise.resolve({
        app,
        answer: (request: Request) => {
          if (request.url.endsWith('/broken')) {
            throw new Error('broken');
          }
          return answer(request);
        },
      }),
  });
  const { protocol } = double.session('chatkeep');
  const statuses = await Promise.all(
    [
      new Request('app://chatkeep/a'),
      new Request('app://evil/a'),
      new Request('app://chatkeep/a', { method: 'POST', body: 'x' }),
      new Request('app://chatkeep/broken'),
    ].map(async (request) => (await protocol.answer(request)).status),
  );
  expect(statuses).toEqual([200, 403, 405, 500]);
});

test('theme and login item follow the settings', async () => {
  app.answers['settings.get'] = () => ({ theme: 'dark', startAtLogin: true });
  await start();
  await new Promise(setImmediate);
  expect(double.nativeTheme.themeSource).toBe('dark');
  expect(double.app.history).not.toContain('setLoginItemSettings true');
});

test('closing the window quits: the app shuts down, the place of the window is kept', async () => {
  await start();
  const [window] = [...double.windows];
  Object.assign(window ?? {}, { bounds: { x: 10, y: 20, width: 900, height: 700 } });
  window?.close();
  expect(await double.app.exited).toBe(0);
  expect(app.isShut).toBe(true);
  expect(JSON.parse(await readFile(join(configDir, 'window.json'), 'utf8'))).toEqual({
    bounds: { x: 10, y: 20, width: 900, height: 700 },
    maximized: false,
  });
});

test('a quit while the library is being opened closes it in order', async () => {
  const library = Promise.withResolvers<OpenedApp>();
  const asked = Promise.withResolvers<undefined>();
  const started = start({
    openApp: () => {
      asked.resolve(undefined);
      return library.promise;
    },
  });
  await asked.promise;
  double.electron.app.quit();
  await new Promise(setImmediate);
  library.resolve({ app, answer });
  expect(await double.app.exited).toBe(0);
  expect(app.isShut).toBe(true);
  await started;
});

test('an update is installed after the library is closed, when another start may come', async () => {
  const order: string[] = [];
  const installed = Promise.withResolvers<undefined>();
  let install: () => void = () => undefined;
  await start({
    openUpdates: (quitInto) => {
      install = () => {
        quitInto(() => {
          order.push(`shut ${String(app.isShut)}`, ...double.app.history.filter((call) => call.startsWith('release')));
          installed.resolve(undefined);
        });
      };
      return Promise.resolve(
        new Updates({
          way: 'none',
          engine: () => Promise.reject(new Error('not here')),
          feed: null,
          feedFile: '',
          fetchText: () => Promise.reject(new Error('not here')),
          quitInto,
          now: () => 0,
          log: () => undefined,
        }),
      );
    },
  });
  install();
  await installed.promise;
  expect(order).toEqual(['shut true', 'releaseSingleInstanceLock']);
});

test('Windows is told the name of the app before anything else', async () => {
  await start({
    process: Object.assign(new EventEmitter(), { platform: 'win32', versions: globalThis.process.versions }) as never,
  });
  expect(double.app.history[0]).toBe('setAppUserModelId chatkeep');
});
