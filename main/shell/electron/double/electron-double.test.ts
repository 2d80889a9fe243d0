/**
 * The double against a real Chromium, with the real preload: what a page can reach, what it cannot, and that media stream from the real
 * handler with byte ranges.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { PreloadBridge } from '../../../contract/bridge.ts';
import { launchBrowser } from '../../../../renderer/e2e/browser.ts';
import { APP_PAGE } from '../app-origin.ts';
import { createElectronDouble, type ElectronDouble } from './electron-double.ts';
import { FakeApp } from './fake-app.ts';
import { launchDouble } from './launch-double.ts';

/** What a page knows; this project's tests are compiled without the DOM. */
declare const window: { bridge: PreloadBridge; ask?: Promise<unknown>; heard?: unknown[]; stop?: () => void };

let browser: Browser;
let folder: string;
let double: ElectronDouble;
let app: FakeApp;
let requests: Request[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-double-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  double = createElectronDouble({ browser });
  app = new FakeApp();
  requests = [];
});
afterEach(async () => {
  await double.close();
});

const CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'";

function answer(request: Request): Promise<Response> {
  requests.push(request);
  const { pathname } = new URL(request.url);
  const headers = { 'content-type': 'text/html', 'content-security-policy': CSP };
  if (pathname === '/index.html') {
    return Promise.resolve(
      new Response('<!doctype html><title>page</title><a id="out" href="https://example.org/">x</a>', { headers }),
    );
  }
  if (pathname === '/frame.html') {
    return Promise.resolve(new Response('<!doctype html><title>frame</title>', { headers }));
  }
  const range = request.headers.get('range');
  return Promise.resolve(
    new Response(range === null ? 'whole' : 'part', {
      status: range === null ? 200 : 206,
      headers: { 'content-type': 'text/plain', ...(range !== null && { 'content-range': 'bytes 0-3/5' }) },
    }),
  );
}

/** For what a page does in its own time. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

const openPage = (): Promise<Page> =>
  launchDouble(double, {
    preload: inject('preload'),
    configDir: join(folder, 'config'),
    openApp: () => Promise.resolve({ app, answer }),
  });

test('the page has the bridge and nothing of Electron or Node', async () => {
  const page = await openPage();
  expect(
    await page.evaluate(() => ({
      bridge: Object.keys(window.bridge).sort(),
      frozen: Object.isFrozen(window.bridge),
      others: ['require', 'process', 'module', 'ipcRenderer', 'contextBridge', 'electron', 'global'].filter(
        (name) => name in globalThis,
      ),
    })),
  ).toEqual({ bridge: ['call', 'cancel', 'subscribe'], frozen: true, others: [] });
});

test('a call goes to the app and its answer back; an error is a value', async () => {
  app.answers['settings.get'] = (input) => ({ theme: 'dark', input });
  const page = await openPage();
  expect(await page.evaluate(() => window.bridge.call(1, 'settings.get', { a: [1, null, 'ü'] }))).toEqual({
    ok: true,
    value: { theme: 'dark', input: { a: [1, null, 'ü'] } },
  });
  expect(await page.evaluate(() => window.bridge.call(2, 'sync.status', {}))).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
  expect(await page.evaluate(() => window.bridge.call(3, 'no.such', {}))).toMatchObject({
    error: { code: 'unknown_call' },
  });
});

test('a call can be given up', async () => {
  const asked = Promise.withResolvers<undefined>();
  app.answers['sync.status'] = (_input, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(null);
      });
      asked.resolve(undefined);
    });
  const page = await openPage();
  await page.evaluate(() => {
    window.ask = window.bridge.call(1, 'sync.status', {});
  });
  await asked.promise;
  await page.evaluate(() => {
    window.bridge.cancel(1);
  });
  expect(await page.evaluate(() => window.ask)).toMatchObject({ error: { code: 'aborted' } });
});

test('events arrive while subscribed, and a reload ends the subscription', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    window.heard = [];
    window.stop = window.bridge.subscribe('account.changed', (payload) => window.heard?.push(payload));
    window.bridge.subscribe('no.such', () => undefined);
  });
  await eventually(() => app.listeners('account.changed')).toBe(1);
  app.emit('account.changed', { accountId: 7 });
  await eventually(() => page.evaluate(() => window.heard)).toEqual([{ accountId: 7 }]);
  await page.evaluate(() => window.stop?.());
  await eventually(() => app.listeners('account.changed')).toBe(0);
  await page.evaluate(() => window.bridge.subscribe('account.changed', () => undefined));
  await eventually(() => app.listeners('account.changed')).toBe(1);
  await page.reload();
  expect(app.listeners('account.changed')).toBe(0);
  expect(await page.evaluate(() => typeof window.bridge.call)).toBe('function');
});

test('requests reach the handler under the address of the app, with their headers', async () => {
  const page = await openPage();
  const got = await page.evaluate(async () => {
    const whole = await fetch('/media/1/2/full');
    const part = await fetch('/media/1/2/full?x=%20y', { headers: { range: 'bytes=0-3' } });
    return [await whole.text(), part.status, part.headers.get('content-range'), await part.text()];
  });
  expect(got).toEqual(['whole', 206, 'bytes 0-3/5', 'part']);
  // A browser asks for an icon of the page whenever it likes.
  const media = requests.filter((each) => each.url.includes('/media/'));
  expect(media.slice(-2).map((each) => [each.url, each.headers.get('range')])).toEqual([
    ['app://chatkeep/media/1/2/full', null],
    ['app://chatkeep/media/1/2/full?x=%20y', 'bytes=0-3'],
  ]);
});

test('a foreign address neither loads nor takes the page away', async () => {
  const page = await openPage();
  const before = page.url();
  await page.locator('#out').click();
  await page.evaluate(() => {
    (globalThis as unknown as { location: { href: string } }).location.href = 'https://example.org/';
  });
  expect(await page.evaluate(() => fetch('https://example.org/').catch(() => 'blocked'))).toBe('blocked');
  expect([page.url(), await page.title()]).toEqual([before, 'page']);
});

test('a window that the page opens is none', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    (globalThis as unknown as { open(url: string): void }).open('https://example.org/');
  });
  await eventually(() => page.context().pages().length).toBe(1);
  expect(double.windows.size).toBe(1);
});

test('a frame gets no bridge', async () => {
  const page = await openPage();
  const names = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const { document } = globalThis as unknown as {
          document: {
            createElement(name: string): Record<string, unknown>;
            documentElement: { append(node: unknown): void };
          };
        };
        const frame = document.createElement('iframe');
        frame['src'] = '/frame.html';
        frame['onload'] = () => {
          resolve('bridge' in (frame['contentWindow'] as object));
        };
        document.documentElement.append(frame);
      }),
  );
  expect(names).toBe(false);
});

test('a page that crashed comes back with what happened, and leads to the app again', async () => {
  await openPage();
  const [made] = [...double.windows];
  made?.webContents.crash();
  await eventually(async () => (await made?.webContents.driver())?.page.title()).toBe('The window stopped');
  const page = (await made?.webContents.driver())?.page;
  await page?.getByRole('button').click();
  await page?.waitForURL(/index\.html$/);
  expect(await page?.title()).toBe('page');
  expect(made?.webContents.getURL()).toBe(APP_PAGE);
});
