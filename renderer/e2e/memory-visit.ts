/** Pages over the made-up library for the specs of one file: a browser, shared, and a fresh window for each test. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { launchBrowser } from './browser.ts';

export interface Visit {
  /** Opens a place in a window of its own. */
  open(hash: string, options?: BrowserContextOptions): Promise<Page>;
}

/** To be called at the top of a file of specs. */
export function visits(): Visit {
  let browser: Browser;
  const pages: Page[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 120_000);
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  });
  afterAll(async () => {
    await browser.close();
  });
  return {
    async open(hash, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'en-GB',
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      pages.push(page);
      await page.clock.setFixedTime('2026-11-24T14:30:00Z');
      await page.goto(`${inject('memoryPage')}${hash}`);
      return page;
    },
  };
}

/** The id of what has the focus. */
export const focusedId = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
