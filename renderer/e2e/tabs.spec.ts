/** Many tabs of one browser on one `serve`: over HTTP/1.1 a browser opens six connections to a server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { AppRig } from '../../main/app/testing/app-rig.ts';
import { silentLog } from '../../main/app/kernel/log.ts';
import { startServer, type RunningServer } from '../../main/shell/server/server.ts';
import { openBrowser } from './browser.ts';

const TABS = 10;

let rig: AppRig;
let server: RunningServer;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-tabs-'));
  rig = await AppRig.start({ library: true, account: true });
  server = await startServer({
    app: rig.app,
    rendererDir: inject('pagesDir'),
    port: 0,
    log: silentLog,
    now: Date.now,
  });
  browser = await openBrowser();
});
afterEach(async () => {
  await browser.close();
  await server.close();
  await rig.end();
  await rm(folder, { recursive: true });
});

const themeOf = (page: Page): Promise<string | null> => page.locator('html').getAttribute('data-theme');

test('ten tabs load, hear what happens, and go on hearing when the first is closed', async () => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const url = server.newUrl();
  const pages: Page[] = [];
  for (let tab = 0; tab < TABS; tab += 1) {
    const page = await context.newPage();
    await page.goto(tab === 0 ? url : new URL('/', url).href);
    await page.locator('main').waitFor();
    pages.push(page);
  }
  await rig.ask('settings.set', { theme: 'dark' });
  await expect.poll(() => Promise.all(pages.map(themeOf))).toEqual(pages.map(() => 'dark'));
  await pages.shift()?.close();
  await rig.ask('settings.set', { theme: 'light' });
  await expect.poll(() => Promise.all(pages.map(themeOf))).toEqual(pages.map(() => 'light'));
});
