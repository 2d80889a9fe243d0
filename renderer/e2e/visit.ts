/** Pages of the real server, over a copy of the seeded library, for the specs of one file: one app, one server, one browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import type { App } from '../../main/app/create-app.ts';
import { DEFAULT_SETTINGS } from '../../main/contract/shapes.ts';
import type { RunningServer } from '../../main/shell/server/server.ts';
import { openBrowser, type OpenBrowser } from './browser.ts';
import { Overrides, type Answers } from './stages/overrides.ts';
import { ask, clockFromNow, copySeed, NOW } from './stages/seed.ts';
import { openApp, serve } from './stages/server-stage.ts';

interface PlaceOptions extends BrowserContextOptions {
  /** These stand until the end of the test. */
  readonly answers?: Answers;
  /** For a test that installs a clock: every page of a context runs by it. */
  readonly ownContext?: boolean;
}

export interface Visit {
  /** Opens a place in a new page, with nothing in its storage. */
  open(hash: string, options?: PlaceOptions): Promise<Page>;
  /** Opens a place in the one page that this file loads again and again, for tests that leave nothing behind in a page. */
  reopen(hash: string, answers?: Answers): Promise<Page>;
  /** The app, with the answers of this test. */
  readonly app: Overrides;
  /** The folder of this file's library and settings. */
  readonly folder: string;
  readonly server: RunningServer;
}

const VIEWPORT = { width: 1440, height: 900 };

/** To be called at the top of a file of specs. Without the seed the app starts as on its first day. */
export function visits({ seeded = true } = {}): Visit {
  let folder: string;
  let browser: OpenBrowser;
  let real: App;
  let app: Overrides;
  let server: RunningServer;
  let common: BrowserContext | null = null;
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
    await Promise.all(pages.splice(0).map((page) => (page.context() === common ? page : page.context()).close()));
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

  /** A context of which the clock stands at `NOW`. */
  async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await browser.newContext({
      viewport: VIEWPORT,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    await context.clock.setFixedTime(NOW);
    return context;
  }
  /**
   * The context of most pages of this file, signed in. One small page stays open in it: the next page finds its process still running,
   * which takes a third off the cost of opening it.
   */
  async function commonContext(): Promise<BrowserContext> {
    const context = await newContext({});
    const page = await context.newPage();
    await context.request.get(server.newUrl());
    await page.goto(`${origin()}icon.svg`);
    return context;
  }
  const origin = (): string => `http://127.0.0.1:${String(server.port)}/`;

  async function openPage(options: BrowserContextOptions, ownContext: boolean): Promise<[page: Page, address: string]> {
    const { viewport = VIEWPORT, reducedMotion = 'reduce', colorScheme, contrast, forcedColors, ...others } = options;
    if (ownContext || Object.keys(others).length > 0) {
      return [await (await newContext(options)).newPage(), server.newUrl()];
    }
    common ??= await commonContext();
    await common.pages()[0]?.evaluate(() => {
      localStorage.clear();
    });
    const page = await common.newPage();
    await page.setViewportSize(viewport ?? VIEWPORT);
    await page.emulateMedia({ reducedMotion, colorScheme, contrast, forcedColors });
    return [page, origin()];
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
    async open(hash, { answers = {}, ownContext = false, ...options } = {}) {
      app.answers = answers;
      const [page, address] = await openPage(options, ownContext);
      pages.push(page);
      await page.goto(`${address}${hash}`);
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
      window ??= (await openPage({}, false))[0];
      await window.goto(`${origin()}?${String(loads)}${hash}`);
      return window;
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
