/** Thousands of files in one gallery: what a browser has to hold at once stays the same, and every file is a few clicks away. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runExport } from '../../main/export/run.ts';
import { MadeLibrary } from '../../main/export/testing/made-library.ts';
import { inLong } from '../../main/lib/testing/long.ts';
import { draw, plain } from '../../main/pictures/testing/made-pictures.ts';
import { openBrowser } from './browser.ts';

const FILES = inLong(10_000, 2_000);
const A_PAGE = 200;

test(`${String(FILES)} files from the disk`, async () => {
  const library = await MadeLibrary.open();
  const browser = await openBrowser();
  try {
    const bytes = await draw({ from: plain(64, 48, [0x40, 0x80, 0xa0]), to: { format: 'jpeg', quality: 80 } });
    await library.add(
      Array.from({ length: FILES }, (_unused, index) => ({
        id: index + 1,
        sentAt: Date.UTC(2020, 0, 1) + index * 3_600_000,
        text: `Message ${String(index)}`,
        media: [{ id: 100_000 + index, bytes }],
      })),
    );
    const { dir } = await runExport(
      library.options({ sidecars: ['html'], layout: 'by-month' }),
      library.ports,
      new AbortController().signal,
    );
    const page = await (await browser.newContext({ viewport: { width: 1100, height: 800 } })).newPage();
    await page.goto(pathToFileURL(join(dir, 'index.html')).href);
    // Any page is two steps away.
    await page.getByText(`${String(FILES / A_PAGE)} pages`).click();
    const links = page.locator('.pages a');
    expect(await links.count()).toBe(FILES / A_PAGE);
    if (process.env['SCREENSHOTS'] !== undefined) {
      await mkdir(process.env['SCREENSHOTS'], { recursive: true });
      await page.screenshot({ path: join(process.env['SCREENSHOTS'], 'gallery-pages.png') });
    }
    const seen = new Set<string>();
    const addresses = await links.evaluateAll((found) => found.map((link) => (link as HTMLAnchorElement).href));
    for (const address of addresses) {
      await page.goto(address, { waitUntil: 'domcontentloaded' });
      const tiles = await page
        .locator('.tile')
        .evaluateAll((found) => found.map((tile) => (tile as HTMLAnchorElement).href));
      expect(tiles.length).toBeLessThanOrEqual(A_PAGE);
      expect(await page.evaluate(() => document.getElementsByTagName('*').length)).toBeLessThan(A_PAGE * 12);
      for (const tile of tiles) {
        seen.add(tile);
      }
    }
    expect(seen.size).toBe(FILES);
    // The last page works as the first: its pictures are drawn, the viewer steps, the way back leads to the chats.
    await page.locator('.tile').last().scrollIntoViewIfNeeded();
    expect(
      await page
        .locator('.tile img')
        .last()
        .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
    ).toBe(64);
    await page.locator('.tile').last().click();
    await page.waitForSelector('dialog[open] img');
    await page.keyboard.press('Escape');
    await page.locator('a[rel=up]').first().click();
    await page.waitForSelector('.chats');
  } finally {
    await browser.close();
    await library.end();
  }
});
