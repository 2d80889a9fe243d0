/** The gallery of an export in a real browser, from the disk, as somebody opens it years later. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExport } from '../../main/export/run.ts';
import { MadeLibrary } from '../../main/export/testing/made-library.ts';
import { draw, plain } from '../../main/pictures/testing/made-pictures.ts';
import { sampleBytes } from '../../main/sandbox/pictures.ts';
import { openBrowser, type OpenBrowser } from './browser.ts';

const HOSTILE = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
const MESSAGES = 230;

let library: MadeLibrary;
let browser: OpenBrowser;
let dir: string;

beforeAll(async () => {
  library = await MadeLibrary.open();
  await library.nameChat(7, `Anna ${HOSTILE}`);
  const picture = async (hue: number): Promise<Buffer> =>
    await draw({ from: plain(320, 240, [hue, 120, 160]), to: { format: 'jpeg', quality: 80 } });
  await library.add(
    await Promise.all(
      Array.from({ length: MESSAGES }, async (_unused, index) => ({
        id: index + 1,
        sentAt: Date.UTC(2025, 0, 1) + index * 5_000_000,
        text: index === 0 ? HOSTILE : `Message ${String(index)} \u05e9\u05dc\u05d5\u05dd`,
        mine: index % 3 === 0,
        media: [{ id: 1000 + index, bytes: Buffer.concat([await picture(index), Buffer.from(String(index))]) }],
      })),
    ),
  );
  const film = {
    id: 2000,
    kind: 'video',
    ext: 'mp4',
    mime: 'video/mp4',
    bytes: await sampleBytes('video-sea.mp4'),
  } as const;
  await library.add([{ id: 1, chat: 8, media: [film] }]);
  ({ dir } = await runExport(
    library.options({ sidecars: ['html'], layout: '{chat} #%/{mediaId}' }),
    library.ports,
    new AbortController().signal,
  ));
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  await library.end();
});

/** A page that may reach nothing but the disk; everything else that it asks for is noted. */
async function open(
  scheme: 'light' | 'dark' = 'light',
): Promise<{ page: Page; asked: string[]; complaints: string[] }> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1100, height: 800 } });
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) {
      asked.push(request.url());
    }
  });
  page.on('console', (message) => {
    if (message.type() === 'error') {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(join(dir, 'index.html')).href);
  return { page, asked, complaints };
}

describe('a gallery from the disk', () => {
  test('leads from the chats to pictures that are drawn, page by page, with nothing from elsewhere', async () => {
    const { page, asked, complaints } = await open();
    await page.getByRole('link', { name: /Anna/ }).click();
    await page.waitForSelector('.tile img');
    expect(await page.locator('.tile').count()).toBe(200);
    expect(
      await page
        .locator('.tile img')
        .first()
        .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
    ).toBe(320);
    expect(await page.locator('article').first().innerText()).toContain('<script>');
    await page.keyboard.press('n');
    await page.waitForFunction(() => document.querySelectorAll('.tile').length === 30);
    expect(await page.title()).toContain('Anna <img');
    expect(asked).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('is used by keyboard: focus moves, the viewer opens, steps and closes where it was', async () => {
    const { page } = await open();
    await page.getByRole('link', { name: /Anna/ }).click();
    await page.waitForSelector('.tile img');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open] img');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#caption').innerText()).toContain('2 of 200');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('dialog')?.open === false);
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll('.tile')].indexOf(document.activeElement ?? document.body),
      ),
    ).toBe(1);
    await page.keyboard.press('g');
    expect(await page.locator('#view').getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('article p').first().isVisible()).toBe(false);
    await page.context().close();
  });

  test('its viewer has buttons, is swiped on a touch screen, and the index shows pictures', async () => {
    const { page, complaints } = await open();
    const cover = page.locator('.cover img').first();
    expect(await page.locator('.cover img').count()).toBe(4);
    expect(await cover.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(320);
    await page.getByText('231 items from 2 chats').waitFor();
    await page.getByRole('link', { name: /Anna/ }).click();
    await page.locator('.tile').first().click();
    const caption = page.locator('#caption');
    await page.getByRole('button', { name: 'After' }).click();
    expect(await caption.innerText()).toContain('2 of 200');
    await page.locator('#stage').evaluate((stage) => {
      const touch = (x: number): Touch => new Touch({ identifier: 1, target: stage, clientX: x, clientY: 300 });
      stage.dispatchEvent(new TouchEvent('touchstart', { touches: [touch(300)], changedTouches: [touch(300)] }));
      stage.dispatchEvent(new TouchEvent('touchend', { touches: [], changedTouches: [touch(100)] }));
    });
    expect(await caption.innerText()).toContain('3 of 200');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('#viewer').waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('shows a still of a film', async () => {
    const { page } = await open();
    await page.getByRole('link', { name: /Chat 8/ }).click();
    const still = page.locator('.tile.still video');
    await still.waitFor();
    expect(await still.evaluate((film: HTMLVideoElement) => [film.videoWidth > 0, film.paused])).toEqual([true, true]);
    await page.context().close();
  });

  test('follows the system into the dark', async () => {
    const colours: string[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await open(scheme);
      colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      await page.context().close();
    }
    expect(new Set(colours).size).toBe(2);
  });
});
