/**
 * Every screen over the made-up library, in both themes and two widths: nothing in the console, nothing for axe to say.
 * With `SCREENSHOTS=<folder>` those kept for the documents are also written there; `SCREENSHOT_FONT=<woff2>` stands for the font of
 * the system where a bare machine has none.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { draw } from '../../main/pictures/testing/made-pictures.ts';
import { launchBrowser } from './browser.ts';
import { findings } from './findings.ts';
import { SCREENS, type Screen } from './screen-list.ts';

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 760, height: 900 } } as const;
const THEMES = ['light', 'dark'] as const;
const folder = process.env['SCREENSHOTS'] ?? null;
const font = process.env['SCREENSHOT_FONT'] ?? null;

let browser: Browser;

async function visit(screen: Screen, size: keyof typeof SIZES): Promise<{ page: Page; said: string[] }> {
  const context = await browser.newContext({
    viewport: SIZES[size],
    colorScheme: 'light',
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
  const scene = screen.export === undefined ? '' : `&export=${screen.export}`;
  await page.goto(`${inject('memoryPage')}?scenario=${screen.scenario}${scene}${screen.hash}`);
  await page.locator(screen.ready).first().waitFor({ timeout: 15_000 });
  if (size === 'narrow' && screen.name === 'conversation') {
    await page.getByRole('button', { name: 'Show or hide the sidebar' }).click();
  }
  await screen.act?.(page);
  return { page, said };
}

/** Writes a picture of the page with a palette of 256 colours: small, and enough for a document. */
async function keepPicture(page: Page, path: string): Promise<void> {
  if (font !== null) {
    await page.evaluate(
      async (bytes) => {
        const face = new FontFace(
          'Document',
          Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)),
          { weight: '100 900' },
        );
        document.fonts.add(await face.load());
        document.documentElement.style.setProperty('--font', 'Document, sans-serif');
      },
      (await readFile(font)).toString('base64'),
    );
    await page.waitForTimeout(200);
  }
  await writeFile(path, await draw({ from: { bytes: await page.screenshot() }, to: { format: 'png', palette: true } }));
}

/** A spec file for each size calls it, so that the two run side by side. */
export function screens(size: keyof typeof SIZES): void {
  beforeAll(async () => {
    browser = await launchBrowser();
    if (folder !== null) {
      await mkdir(folder, { recursive: true });
    }
  }, 120_000);

  afterAll(async () => {
    await browser.close();
  });

  test.each(SCREENS)('$name', { timeout: 60_000 }, async (screen) => {
    const { page, said } = await visit(screen, size);
    const found: unknown[] = [];
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      if (folder !== null && (screen.picture === 'all' || (screen.picture === 'wide' && size === 'wide'))) {
        await keepPicture(page, join(folder, `${screen.name}-${size}-${theme}.png`));
      }
      found.push(...(await findings(page)).map((finding) => ({ theme, finding })));
    }
    await page.context().close();
    expect(found).toEqual([]);
    expect(said).toEqual([]);
  });
}
