/** Films and GIFs that play in their tile under a mouse at rest. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask } from './stages/seed.ts';
import { visits } from './visit.ts';

const visit = visits();

/** Ids of the tiles that move. */
const moving = (page: Page): Promise<string[]> =>
  page.locator('[role=gridcell]:has(video, img[src*="/media/"])').evaluateAll((tiles) => tiles.map((tile) => tile.id));

test('a film plays without sound while the mouse rests on it, one at a time, and is fetched no sooner', async () => {
  const page = await visit.open('#/media?kind=video&state=stored', { reducedMotion: 'no-preference' });
  const fetched: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/media/')) {
      fetched.push(request.url());
    }
  });
  const tiles = page.locator('[role=gridcell]');
  await tiles.locator('img.there').first().waitFor();
  const [one = '', two = '', three = ''] = await tiles.evaluateAll((all) => all.slice(0, 3).map(({ id }) => id));
  expect([fetched, await moving(page)]).toEqual([[], []]);
  // A finger rests nowhere; its tile would have been the first to move.
  await page.locator(`#${three}`).dispatchEvent('pointerenter', { pointerType: 'touch' });
  await page.locator(`#${one}`).hover();
  await page.locator(`#${one} video.there`).waitFor();
  expect(await moving(page)).toEqual([one]);
  expect(
    await page.locator(`#${one} video`).evaluate((film: HTMLVideoElement) => [film.muted, film.paused, film.loop]),
  ).toEqual([true, false, true]);
  await page.locator(`#${two}`).hover();
  await page.locator(`#${two} video.there`).waitFor();
  expect(await moving(page)).toEqual([two]);
  await page.mouse.move(2, 2);
  await expect.poll(() => moving(page)).toEqual([]);

  // Neither for those who want less motion, nor where the setting is off.
  await page.locator(`#${one}`).hover();
  await page.locator(`#${one} video`).waitFor();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(() => moving(page)).toEqual([]);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.locator(`#${one} video`).waitFor();
  await ask(visit.app, 'settings.set', { playOnHover: false });
  await expect.poll(() => moving(page)).toEqual([]);
});

test('a GIF moves the same way; the setting is under Appearance', async () => {
  const page = await visit.open('#/settings/appearance', { reducedMotion: 'no-preference' });
  const toggle = page.getByRole('switch', { name: 'Play under the pointer' });
  await toggle.click();
  await expect.poll(async () => (await ask(visit.app, 'settings.get', {})).playOnHover).toBe(false);
  await toggle.click();
  await expect.poll(async () => (await ask(visit.app, 'settings.get', {})).playOnHover).toBe(true);
  await page.evaluate(() => {
    window.location.hash = '#/media?kind=gif&state=stored';
  });
  const tile = page.locator('[role=gridcell]').first();
  await tile.locator('img.there').waitFor();
  await tile.hover();
  await tile.locator('video.there, img[src*="/media/"].there').waitFor();
});
