/** What a desktop app is expected to do, on screens: full screen, spell checking, what closing the window does. */
import { expect, test } from 'vitest';
import { desktop, visits } from './visit.ts';

const { open } = visits();

test('the viewer fills the screen with the picture alone, and gives it back by key, button and close', async () => {
  const page = await open('#/media?kind=photo&state=stored');
  await page.locator('[role=gridcell]').first().click();
  const viewer = page.locator('#viewer');
  await viewer.locator('img.full').waitFor();
  const isFull = (): Promise<boolean> => page.evaluate(() => document.fullscreenElement !== null);
  const pictureHeight = async (): Promise<number> => (await viewer.locator('.picture').boundingBox())?.height ?? 0;
  const before = await pictureHeight();

  await page.keyboard.press('Alt+Enter');
  await expect.poll(isFull).toBe(true);
  await expect.poll(() => viewer.getByRole('button', { name: 'Full screen', exact: true }).isVisible()).toBe(false);
  await expect.poll(pictureHeight).toBeGreaterThan(before + 100);
  const second = page.url();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.url()).not.toBe(second);
  await page.keyboard.press('Alt+Enter');
  await expect.poll(isFull).toBe(false);

  await viewer.getByRole('button', { name: 'Full screen', exact: true }).click();
  await expect.poll(isFull).toBe(true);
  await viewer.hover();
  await viewer.getByRole('button', { name: 'Leave full screen' }).click();
  await expect.poll(isFull).toBe(false);

  await page.keyboard.press('Alt+Enter');
  await expect.poll(isFull).toBe(true);
  await page.evaluate(() => {
    window.location.hash = '#/activity';
  });
  await viewer.waitFor({ state: 'detached' });
  await expect.poll(isFull).toBe(false);
});

test('names, searches and paths are not spell-checked; notes are', async () => {
  const page = await open('#/media');
  const checked = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')]
        .filter(({ spellcheck }) => spellcheck)
        .map((field) => field.tagName),
    );
  await page.locator('#search').waitFor();
  expect(await checked()).toEqual([]);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').waitFor();
  expect(await checked()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('[role=gridcell]').first().click();
  await page.locator('#viewer textarea').waitFor();
  expect(await checked()).toEqual(['TEXTAREA']);
});

test('what closing the window does is a setting where syncs run by themselves', async () => {
  const page = await open('#/settings/sync', { answers: { 'app.info': desktop } });
  const closing = page.getByLabel('When the window is closed: Ask once');
  await closing.click();
  await page.getByRole('option', { name: 'Quit' }).click();
  await page.getByLabel('When the window is closed: Quit').waitFor();
  await page.getByLabel(/Sync by itself/).click();
  await page.getByRole('option', { name: 'Only when asked' }).click();
  await page.getByLabel(/When the window is closed/).waitFor({ state: 'detached' });
});
