/**
 * Every screen over the made-up library, in both themes and two widths: nothing in the console, nothing for axe to say.
 * With `SCREENSHOTS=<folder>` each is also written there as a picture.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { serveMemoryPage, type MemoryPage } from './memory-page.ts';
import { SCREENS, type Screen } from './screen-list.ts';

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 760, height: 900 } } as const;
const THEMES = ['light', 'dark'] as const;
const folder = process.env['SCREENSHOTS'] ?? null;

let browser: Browser;
let server: MemoryPage;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), serveMemoryPage()]);
  if (folder !== null) {
    await mkdir(folder, { recursive: true });
  }
}, 120_000);

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function visit(
  screen: Screen,
  theme: 'light' | 'dark',
  size: keyof typeof SIZES,
): Promise<{ page: Page; said: string[] }> {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: theme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.clock.setFixedTime('2026-11-24T14:30:00Z');
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      said.push(message.text());
    }
  });
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(`${server.url}?scenario=${screen.scenario}${screen.hash}`);
  await page.locator(screen.ready).first().waitFor({ timeout: 15_000 });
  if (size === 'narrow' && screen.name === 'conversation') {
    await page.getByRole('button', { name: 'Show or hide the sidebar' }).click();
  }
  await screen.act?.(page);
  return { page, said };
}

for (const theme of THEMES) {
  for (const size of ['wide', 'narrow'] as const) {
    describe(`${theme}, ${size}`, () => {
      test.each(SCREENS)('$name', { timeout: 60_000 }, async (screen) => {
        const { page, said } = await visit(screen, theme, size);
        if (folder !== null) {
          await page.screenshot({ path: join(folder, `${screen.name}-${size}-${theme}.png`) });
        }
        const { violations } = await new AxeBuilder({ page }).analyze();
        await page.context().close();
        expect(
          violations.map((violation) => ({
            id: violation.id,
            help: violation.help,
            where: violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)),
            count: violation.nodes.length,
          })),
        ).toEqual([]);
        expect(said).toEqual([]);
      });
    });
  }
}
