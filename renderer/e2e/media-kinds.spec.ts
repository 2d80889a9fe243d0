/** Media that have no still, and pictures that move. Over the made-up library. */
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { visits } from './memory-visit.ts';

const { open } = visits();
const time = { timeout: 60_000 };

test('a video without a still looks like a film and tells its length', time, async () => {
  const page = await open('#/media?kind=video&state=stored');
  const film = page.locator('[role=gridcell]').filter({ has: page.locator('.lucide-film') });
  await film.first().waitFor();
  expect(await film.first().textContent()).toMatch(/\d:\d\d/);
  expect(await film.first().getAttribute('aria-label')).toContain('Video');
});

test('a picture that moves rests on its still until it is played, for those who want less motion', time, async () => {
  const page = await open('#/media?kind=gif&state=stored');
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await page.locator('[role=gridcell]').first().click();
  const viewer = page.locator('#viewer');
  await viewer.locator('[role=presentation], video').first().waitFor();
  const play = viewer.getByRole('button', { name: 'Play' });
  // Some are films, which have a player of their own.
  while (!(await play.isVisible())) {
    const before = page.url();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => String(url) !== before);
    await viewer.locator('[role=presentation], video').first().waitFor();
  }
  const shown = (): Promise<string | null> => viewer.locator('img.full').getAttribute('src');
  const still = await shown();
  expect(await findings(page)).toEqual([]);
  await play.focus();
  await page.keyboard.press('Enter');
  const pause = viewer.getByRole('button', { name: 'Pause' });
  await pause.waitFor();
  expect(await shown()).not.toBe(still);
  await pause.click();
  await play.waitFor();
  expect(await shown()).toBe(still);
});

test('it plays at once for everybody else', time, async () => {
  const page = await open('#/media?kind=gif&state=stored', { reducedMotion: 'no-preference' });
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await page.locator('[role=gridcell]').first().click();
  const viewer = page.locator('#viewer');
  await viewer.locator('[role=presentation], video').first().waitFor();
  while (!(await viewer.locator('img.full').isVisible())) {
    const before = page.url();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => String(url) !== before);
    await viewer.locator('[role=presentation], video').first().waitFor();
  }
  expect(await viewer.getByRole('button', { name: 'Play' }).count()).toBe(0);
});
