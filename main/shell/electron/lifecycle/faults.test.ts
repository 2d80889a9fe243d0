/** What happens when something dies: the process, the page, the start, the shutdown. */
import { EventEmitter, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { guardAgainstCrash } from '../window/crash-guard.ts';
import { APP_PAGE } from '../protocol/app-origin.ts';
import { ContentsDouble } from '../testing/double/contents.ts';
import { createElectronDouble } from '../testing/double/electron-double.ts';
import { fatalPage, waitPage } from '../window/fatal-page.ts';
import { displayProblem, isSharedMemoryScarce } from '../window/machine.ts';
import { enableProcessFaults } from './process-faults.ts';
import { enableOrderlyQuit, followThreads, quitIntoUpdate, type QuitPorts } from './quit.ts';

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
  const never = new Promise<void>(() => undefined);
  /** A quit over the double; `order` tells what came when. */
  function quitter(parts: Partial<QuitPorts>) {
    const { electron, app } = createElectronDouble();
    const order: unknown[] = [];
    const killed = Promise.withResolvers<string>();
    enableOrderlyQuit({
      app: electron.app,
      shutdown: () => {
        order.push('shutdown');
        return Promise.resolve();
      },
      endThreads: () => {
        order.push('threads');
        return Promise.resolve();
      },
      kill: () => {
        killed.resolve('killed');
      },
      log: (message, fields) => order.push(message, fields),
      ...parts,
    });
    return { host: electron.app, order, ended: Promise.race([app.exited, killed.promise]) };
  }

  test('waits until everything is written, however often it is asked', async () => {
    const written = Promise.withResolvers<undefined>();
    const { host, order, ended } = quitter({
      shutdown: async () => {
        order.push('shutdown');
        await written.promise;
      },
    });
    host.quit();
    await Promise.resolve();
    host.quit();
    await new Promise(setImmediate);
    expect(order).toEqual(['shutdown']);
    written.resolve(undefined);
    expect(await ended).toBe(0);
    expect(order).toEqual(['shutdown', 'threads']);
  });

  test('ends with 1 when the shutdown fails, and says why in the log', async () => {
    const fault = new Error('the disk is gone');
    const { host, order, ended } = quitter({ shutdown: () => Promise.reject(fault) });
    host.quit();
    expect(await ended).toBe(1);
    expect(order).toEqual(['the shutdown failed', { error: fault }, 'threads']);
  });

  test('kills the process, after the library is closed, when a thread does not end', async () => {
    const { host, order, ended } = quitter({
      endThreads: () => never,
      limits: { shutdownMs: 60_000, threadsMs: 1 },
    });
    host.quit();
    expect(await ended).toBe('killed');
    expect(order).toEqual(['shutdown']);
  });

  test('kills the process when the shutdown does not end, and says so in the log', async () => {
    const { host, order, ended } = quitter({
      shutdown: () => never,
      limits: { shutdownMs: 1, threadsMs: 60_000 },
    });
    host.quit();
    expect(await ended).toBe('killed');
    expect(order).toEqual(['the shutdown takes too long; the process ends without it', undefined]);
  });

  test('ends the threads that this process started, and no others', async () => {
    const host = new EventEmitter();
    const endThreads = followThreads(host as NodeJS.EventEmitter as NodeJS.Process);
    const idle = (): Worker => new Worker('require("node:worker_threads").parentPort.ref()', { eval: true });
    const [other, own] = [idle(), idle()];
    host.emit('worker', own);
    await Promise.all([once(own, 'online'), once(other, 'online')]);
    await endThreads();
    expect([own.threadId, other.threadId > 0]).toEqual([-1, true]);
    await other.terminate();
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
