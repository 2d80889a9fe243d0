/** What stands around the window: power, network, taskbar, tray, notifications, login item. */
import { expect, test } from 'vitest';
import type { SyncStatus } from '../../../contract/shapes.ts';
import { createElectronDouble } from '../testing/double/electron-double.ts';
import { preventable } from '../testing/double/app.ts';
import { FakeApp } from '../testing/fake-app.ts';
import { HeldButton } from '../window/held-button.ts';
import type { BrowserWindow } from '../electron-modules.ts';
import { applyLoginItem, canStartAtLogin } from './login-item.ts';
import { enableNetwork, needsNetwork } from './network.ts';
import { enableNotifications } from '../status/notifications.ts';
import { enablePower } from './power.ts';
import { endWords, taskbarProgress, trayWords } from '../status/sync-signs.ts';
import { enableTaskbar } from '../status/taskbar.ts';
import { createSystem } from './system.ts';
import { enableTray } from '../status/tray.ts';

const status = (change: Partial<SyncStatus>): SyncStatus => ({
  state: 'idle',
  pauseReason: null,
  runId: null,
  accountId: null,
  startedAt: null,
  scheduled: false,
  chatsTotal: 0,
  chatsDone: 0,
  pages: 0,
  messagesNew: 0,
  filesDone: 0,
  filesTotal: 0,
  filesFailed: 0,
  bytesDone: 0,
  bytesTotal: null,
  filesPerSecond: 0,
  bytesPerSecond: 0,
  secondsLeft: null,
  waits: [],
  chats: [
    { chatId: 1, name: 'A very private name', phase: 'files', pages: 1, filesDone: 1, filesTotal: 2, problem: null },
  ],
  transfers: [],
  problem: null,
  ...change,
});
const problem = { code: 'key_refused', message: 'The key of A very private name was refused.', hint: '' } as const;

test('a sync is held while the machine sleeps and goes on afterwards; a shutdown of the system quits', () => {
  const { electron, powerMonitor } = createElectronDouble();
  const app = new FakeApp();
  let quits = 0;
  enablePower(electron.powerMonitor, app, () => (quits += 1));
  powerMonitor.emit('suspend');
  powerMonitor.emit('resume');
  const shutdown = preventable({});
  powerMonitor.emit('shutdown', shutdown);
  expect(shutdown.defaultPrevented).toBe(true);
  expect([app.holds, quits]).toEqual([['hold suspended', 'release suspended'], 1]);
});

test('a sync is held once while there is no network, and goes on with it', async () => {
  const { electron, net } = createElectronDouble();
  const app = new FakeApp();
  const accounts = [
    { id: 1, sample: false, apiBase: 'https://api.ofauth.com' },
    { id: 2, sample: true, apiBase: 'http://127.0.0.1:8080' },
  ];
  app.answers['accounts.list'] = () => ({ accounts });
  let look: () => void = () => undefined;
  let timers = 0;
  enableNetwork({
    net: electron.net,
    app,
    every: (_ms, each) => {
      look = each;
      timers += 1;
      return () => (timers -= 1);
    },
  });
  const begin = async (accountId: number | null): Promise<void> => {
    app.emit('sync.progress', status({}));
    app.emit('sync.progress', status({ state: 'running', accountId }));
    await new Promise(setImmediate);
  };
  net.online = false;
  look();
  await begin(1);
  look();
  look();
  net.online = true;
  look();
  // A service on this machine needs no network.
  net.online = false;
  await begin(2);
  look();
  await begin(null);
  look();
  expect(timers).toBe(1);
  // The run ended while it was held.
  app.emit('sync.progress', status({}));
  expect(app.holds).toEqual(['hold offline', 'release offline', 'hold offline', 'release offline']);
  // Nothing wakes a machine on which no sync runs.
  expect(timers).toBe(0);
});

test.each([
  ['https://api.ofauth.com', true],
  ['https://127.example.org', true],
  ['http://127.0.0.1:8080', false],
  ['http://localhost:1', false],
  ['http://[::1]:1', false],
])('a service at %s needs a network: %s', (apiBase, needed) => {
  expect(needsNetwork({ sample: false, apiBase })).toBe(needed);
});

test('the taskbar follows the files: unknown, a share, paused, gone', () => {
  const app = new FakeApp();
  const seen: unknown[] = [];
  enableTaskbar(app, () => ({
    setProgressBar: (value, options) => {
      seen.push({ value, mode: options?.mode });
    },
  }));
  app.emit('sync.progress', status({ state: 'running' }));
  app.emit('sync.progress', status({ state: 'running', filesDone: 1, filesTotal: 4 }));
  app.emit('sync.progress', status({ state: 'paused', filesDone: 1, filesTotal: 4 }));
  app.emit('sync.progress', status({}));
  expect(seen).toEqual([
    { value: 2, mode: 'indeterminate' },
    { value: 0.25, mode: 'normal' },
    { value: 0.25, mode: 'paused' },
    { value: -1, mode: 'none' },
  ]);
  expect(taskbarProgress(status({ state: 'running', filesDone: 9, filesTotal: 4 })).value).toBe(1);
});

test('the tray says how the sync stands, and ends with the app', () => {
  const double = createElectronDouble();
  const app = new FakeApp();
  const pressed: string[] = [];
  const disable = enableTray({
    ...double.electron,
    app,
    icon: '/tray.png',
    show: () => pressed.push('show'),
    quit: () => pressed.push('quit'),
    log: () => undefined,
  });
  const [tray] = double.trays;
  app.emit('sync.progress', status({ state: 'running', filesDone: 2, filesTotal: 5 }));
  expect(tray?.toolTip).toBe('Chatkeep: 2 of 5 files');
  tray?.menu?.press('Open Chatkeep');
  tray?.menu?.press('Quit');
  disable?.();
  app.emit('sync.progress', status({ problem }));
  expect([pressed, tray?.destroyed, tray?.toolTip]).toEqual([['show', 'quit'], true, 'Chatkeep: 2 of 5 files']);
});

test('a desktop without a tray is no fault', () => {
  const { electron } = createElectronDouble();
  const Tray = function () {
    throw new Error('no tray here');
  } as unknown as typeof electron.Tray;
  expect(
    enableTray({
      ...electron,
      Tray,
      app: new FakeApp(),
      icon: '',
      show: () => undefined,
      quit: () => undefined,
      log: () => undefined,
    }),
  ).toBeNull();
});

test('a notification comes once, when a run ended and nobody looks, without a word of content', () => {
  const double = createElectronDouble();
  const app = new FakeApp();
  let wanted = true;
  let focused = false;
  let shown = 0;
  enableNotifications({
    Notification: double.electron.Notification,
    app,
    wanted: () => wanted,
    focused: () => focused,
    show: () => (shown += 1),
  });
  const run = (end: Partial<SyncStatus>): void => {
    app.emit('sync.progress', status({ state: 'running' }));
    app.emit('sync.progress', status(end));
    app.emit('sync.progress', status(end));
  };
  run({});
  run({ problem });
  run({ filesFailed: 3 });
  focused = true;
  run({});
  focused = false;
  wanted = false;
  run({});
  const bodies = double.notifications.map((each) => `${each.title}: ${each.body}`);
  expect(bodies).toHaveLength(3);
  expect(bodies.join()).not.toMatch(/private|[0-9]/);
  double.notifications[0]?.emit('click');
  expect(shown).toBe(1);
});

test('the first picture of a sync, and one that the person cancelled, are no end', () => {
  expect(endWords(null, status({}))).toBeNull();
  expect(endWords(status({ state: 'cancelling' }), status({}))).toBeNull();
  expect(trayWords(status({ problem }))).toBe('Chatkeep: needs attention');
});

test('the login item is changed only when it differs, and only where Electron keeps one', () => {
  const { electron, app } = createElectronDouble();
  applyLoginItem(electron.app, false);
  applyLoginItem(electron.app, true);
  applyLoginItem(electron.app, true);
  expect(app.history).toEqual(['setLoginItemSettings true']);
  expect([canStartAtLogin('linux', true), canStartAtLogin('darwin', true), canStartAtLogin('win32', false)]).toEqual([
    false,
    true,
    false,
  ]);
});

test('the button is held from its press to its release, by what every input says', () => {
  const button = new HeldButton();
  const held = (type: string, modifiers: string[] = []): boolean => {
    button.see({ type, modifiers });
    return button.held;
  };
  expect([
    held('mouseMove'),
    held('mouseDown', ['leftbuttondown']),
    held('mouseMove', ['shift', 'leftButtonDown']),
    held('keyDown'),
    held('mouseLeave', ['leftbuttondown']),
    // A release still names the button that it releases.
    held('mouseUp', ['leftbuttondown']),
    held('mouseDown', ['rightbuttondown']),
    held('mouseEnter', ['leftbuttondown']),
    held('mouseMove'),
  ]).toEqual([false, true, true, true, true, false, false, true, false]);
});

test('files are dragged out of the window that is there, with a picture, once for a held button', async () => {
  const { electron, app } = createElectronDouble();
  const drags: unknown[] = [];
  const window = { webContents: { startDrag: (item: unknown) => drags.push(item) } };
  let current: typeof window | null = window;
  const button = new HeldButton();
  const system = createSystem({
    app: electron.app,
    shell: electron.shell,
    dialog: electron.dialog,
    window: () => current as BrowserWindow | null,
    button,
    log: () => undefined,
  });
  const files = ['/a/one.jpg', '/a/two.mp4'];
  expect(await system.dragOut(files)).toBe(false);
  const press = (): void => {
    button.see({ type: 'mouseDown', modifiers: ['leftbuttondown'] });
  };
  press();
  expect([await system.dragOut(files), await system.dragOut(files), await system.dragOut([])]).toEqual([
    true,
    false,
    false,
  ]);
  current = null;
  press();
  expect(await system.dragOut(files)).toBe(false);
  expect(drags).toEqual([{ file: '/a/one.jpg', files: ['/a/one.jpg', '/a/two.mp4'], icon: { path: '/a/one.jpg' } }]);
  expect(app.history).toContain('getFileIcon');
});

test("the system's dialogs answer a path, or null when they were left; links are asked about", async () => {
  const { electron, dialog, shell } = createElectronDouble();
  const system = createSystem({
    app: electron.app,
    shell: electron.shell,
    dialog: electron.dialog,
    window: () => null,
    button: new HeldButton(),
    log: () => undefined,
  });
  dialog.paths.push('/a/folder', null);
  expect([await system.pickFolder('Folder', '/a'), await system.pickFolder('Folder', null)]).toEqual([
    '/a/folder',
    null,
  ]);
  system.showInFolder('/a/file');
  expect(await system.openFolder('/a')).toBe('');
  expect(await system.openExternal('file:///etc/passwd')).toBe(false);
  expect(await system.openExternal('https://example.org/')).toBe(false);
  expect([shell.shown, shell.folders, shell.opened, dialog.asked.length]).toEqual([['/a/file'], ['/a'], [], 1]);
});
