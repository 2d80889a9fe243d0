/** What happens when something dies: the process, the page, the start, the shutdown. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { guardAgainstCrash } from './crash-guard.ts';
import { APP_PAGE } from './app-origin.ts';
import { ContentsDouble } from './double/contents.ts';
import { createElectronDouble } from './double/electron-double.ts';
import { fatalPage, waitPage } from './fatal-page.ts';
import { displayProblem, isSharedMemoryScarce } from './machine.ts';
import { enableProcessFaults } from './process-faults.ts';
import { enableOrderlyQuit, quitIntoUpdate } from './quit.ts';

describe('a fault nobody expected', () => {
  test('is logged and shown once, then the app ends with 1', async () => {
    const { electron, app, dialog } = createElectronDouble();
    const process = new EventEmitter();
    const logged: unknown[] = [];
    enableProcessFaults({
      process: process as NodeJS.EventEmitter as NodeJS.Process,
      dialog: electron.dialog,
      app: electron.app,
      log: (message, fields) => logged.push(message, fields),
    });
    const first = new Error('first\nsecond line');
    process.emit('uncaughtException', first);
    process.emit('unhandledRejection', 'another');
    expect(await app.exited).toBe(1);
    expect(dialog.errors).toEqual([
      { title: 'Chatkeep has to end', content: expect.stringMatching(/fault: first\n\n/) as unknown },
    ]);
    expect(logged).toEqual(['uncaught fault', { error: first }]);
  });

  test('a helper process that ended by itself is logged, and is no end', () => {
    const { electron, app, dialog } = createElectronDouble();
    const logged: string[] = [];
    enableProcessFaults({
      process: new EventEmitter() as NodeJS.EventEmitter as NodeJS.Process,
      dialog: electron.dialog,
      app: electron.app,
      log: (message) => logged.push(message),
    });
    app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed' });
    app.emit('child-process-gone', {}, { type: 'Utility', reason: 'clean-exit' });
    expect([logged, dialog.errors]).toEqual([['a helper process ended'], []]);
  });
});

test('a page that crashed is shown again once; at once again it is left', () => {
  const contents = new ContentsDouble(APP_PAGE);
  const window = { webContents: contents as never, isDestroyed: () => false };
  const shown: boolean[] = [];
  let now = 0;
  guardAgainstCrash({ window, show: (again) => shown.push(again), now: () => now, log: () => undefined });
  const crash = (reason: string): void => {
    contents.emit('render-process-gone', {}, { reason, exitCode: 5 });
  };
  crash('clean-exit');
  crash('crashed');
  now = 59_999;
  crash('oom');
  now = 200_000;
  crash('crashed');
  expect(shown).toEqual([false, true, false]);
});

describe('the fatal page', () => {
  test('escapes every word, has no script, and its CSP allows its own style alone', async () => {
    const hostile = '<script>alert(1)</script>"\'&<img src=x onerror=alert(1)>';
    const response = fatalPage({
      title: hostile,
      message: hostile,
      hint: hostile,
      action: { label: hostile, href: `app://chatkeep/"><script>` },
    });
    const text = await response.text();
    expect(text.match(/<script|<img/g)).toBeNull();
    expect(text.match(/"><script>/g)).toBeNull();
    const csp = response.headers.get('content-security-policy') ?? '';
    expect(csp).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
    expect(csp).not.toMatch(/unsafe|script-src/);
  });
});

test('the page of a wait has no script, escapes its words and asks again by itself', async () => {
  const response = waitPage({ title: '<b>', message: '"><script>', hint: '&' });
  const text = await response.text();
  expect(text).toContain('<meta http-equiv="refresh" content="1">');
  expect(text.match(/<script|<b>/g)).toBeNull();
  expect([text.includes('role="status"'), response.headers.get('cache-control')]).toEqual([true, 'no-store']);
});

describe('a machine without', () => {
  test.each([
    ['linux', {}, [], true],
    ['linux', { DISPLAY: '' }, ['chatkeep://activity'], true],
    ['linux', { DISPLAY: ':0' }, [], false],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, [], false],
    ['linux', {}, ['--ozone-platform=headless'], false],
    ['darwin', {}, [], false],
    ['win32', {}, [], false],
  ] as const)('a display: %s %j %j is told: %s', (platform, env, args, told) => {
    expect(displayProblem(platform, env, args)?.includes('chatkeep serve') ?? false).toBe(told);
  });

  test('shared memory to draw through is one with less than Chromium uses', () => {
    expect([null, 64 * 1024 ** 2, 1024 ** 3].map(isSharedMemoryScarce)).toEqual([false, true, false]);
  });
});

describe('quitting', () => {
  test('waits until everything is written, however often it is asked', async () => {
    const { electron, app } = createElectronDouble();
    const written = Promise.withResolvers<undefined>();
    let shutdowns = 0;
    enableOrderlyQuit({
      app: electron.app,
      shutdown: async () => {
        shutdowns += 1;
        await written.promise;
      },
      log: () => undefined,
    });
    let exited = false;
    void app.exited.then(() => (exited = true));
    electron.app.quit();
    await Promise.resolve();
    electron.app.quit();
    await new Promise(setImmediate);
    expect([exited, shutdowns]).toEqual([false, 1]);
    written.resolve(undefined);
    expect(await app.exited).toBe(0);
    expect(shutdowns).toBe(1);
  });

  test('ends with 1 when the shutdown fails, and says why in the log', async () => {
    const { electron, app } = createElectronDouble();
    const logged: unknown[] = [];
    const fault = new Error('the disk is gone');
    enableOrderlyQuit({
      app: electron.app,
      shutdown: () => Promise.reject(fault),
      log: (message, fields) => logged.push(message, fields),
    });
    electron.app.quit();
    expect(await app.exited).toBe(1);
    expect(logged).toEqual(['the shutdown failed', { error: fault }]);
  });

  test('into an update waits for the shutdown and lets another start in; a shutdown that fails installs nothing', async () => {
    const { electron, app } = createElectronDouble();
    const order: string[] = [];
    const ports = { app: electron.app, log: (message: string) => order.push(message) };
    const install = (): void => {
      order.push(...app.history, 'install');
    };
    await quitIntoUpdate(
      { ...ports, shutdown: () => Promise.resolve(order.push('shut')).then(() => undefined) },
      install,
    );
    await quitIntoUpdate({ ...ports, shutdown: () => Promise.reject(new Error('the disk is gone')) }, install);
    expect(order).toEqual(['shut', 'releaseSingleInstanceLock', 'install', 'closing for an update failed']);
  });
});
