/** Pages of the real server, over a copy of the seeded library, for the specs of one file: one app, one server, one browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import type { App } from '../../main/app/create-app.ts';
import { DEFAULT_SETTINGS } from '../../main/contract/shapes.ts';
import type { RunningServer } from '../../main/shell/server/server.ts';
import { openBrowser, type OpenBrowser } from './browser.ts';
import { Overrides, type Answers } from './stages/overrides.ts';
import { ask, clockFromNow, copySeed, NOW } from './stages/seed.ts';
import { openApp, serve } from './stages/server-stage.ts';

export interface Visit {
  /** Opens a place in a window of its own. `answers` stand until the end of the test. */
  open(hash: string, options?: BrowserContextOptions & { readonly answers?: Answers }): Promise<Page>;
  /** Opens a place in the one window of this file, which is loaded again: a test that leaves nothing behind in the browser needs no other. */
  reopen(hash: string, answers?: Answers): Promise<Page>;
  /** The app, with the answers of this test. */
  readonly app: Overrides;
  /** The folder of this file's library and settings. */
  readonly folder: string;
  readonly server: RunningServer;
}

/** To be called at the top of a file of specs. Without the seed the app starts as on its first day. */
export function visits({ seeded = true } = {}): Visit {
  let folder: string;
  let browser: OpenBrowser;
  let real: App;
  let app: Overrides;
  let server: RunningServer;
  let window: Page | null = null;
  let loads = 0;
  const pages: Page[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-visit-'));
    if (seeded) {
      await copySeed(inject('seed'), folder);
    }
    const place = {
      configDir: join(folder, 'config'),
      pagesDir: inject('pagesDir'),
      ...(seeded && { library: join(folder, 'library') }),
    };
    const clock = clockFromNow();
    [browser, real] = await Promise.all([openBrowser(), openApp(place, clock)]);
    app = new Overrides(real);
    server = await serve(app, place, clock.now);
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    app.answers = {};
    if (seeded) {
      await ask(real, 'settings.set', DEFAULT_SETTINGS);
      await ask(real, 'trash.restore', { refs: null });
      for (const { id } of (await ask(real, 'searches.list', {})).searches) {
        await ask(real, 'searches.remove', { id });
      }
    }
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await real.shutdown();
    await rm(folder, { recursive: true, force: true });
  });

  async function newPage(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    return page;
  }
  return {
    get app() {
      return app;
    },
    get folder() {
      return folder;
    },
    get server() {
      return server;
    },
    async open(hash, { answers = {}, ...options } = {}) {
      app.answers = answers;
      const page = await newPage(options);
      pages.push(page);
      await page.goto(`${server.newUrl()}${hash}`);
      return page;
    },
    async reopen(hash, answers = {}) {
      app.answers = answers;
      loads += 1;
      // A selection outlives a load, and so do the widths of columns.
      await window?.evaluate(() => {
        sessionStorage.clear();
        localStorage.clear();
      });
      const page = window ?? (await newPage({}));
      const address = window === null ? server.newUrl() : `http://127.0.0.1:${String(server.port)}/?${String(loads)}`;
      window = page;
      await page.goto(`${address}${hash}`);
      return page;
    },
  };
}

/** The id of what has the focus. */
export const focusedId = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');

/** `app.info` of a desktop, which can do what a browser cannot. */
export const desktop: Answers['app.info'] = async (_, real) => ({
  ...(await real()),
  can: {
    pickFolder: true,
    showInFolder: true,
    dragOut: false,
    openExternal: true,
    startAtLogin: true,
    stayInTray: true,
    notify: true,
  },
  keystore: 'os',
});
