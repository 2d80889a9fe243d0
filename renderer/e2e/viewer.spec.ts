/** The viewer: the picture alone, slideshows, steps, and everywhere an item was sent. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { ask } from './stages/seed.ts';
import { focusedId, visits } from './visit.ts';

const visit = visits();

/** Opens an item of a place; from here on the clock is moved by hand. */
async function openItem(query: string, number: number): Promise<Page> {
  const page = await visit.open(`#/media?${query}`, { ownContext: true });
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await page.clock.install();
  await page.locator('[role=gridcell]').nth(number).click();
  await page.locator('#viewer .item').waitFor();
  return page;
}

const isIdle = (page: Page): Promise<boolean> =>
  page.locator('#viewer').evaluate((viewer) => viewer.classList.contains('idle'));
/** The mouse moves, and the controls are there. */
async function wake(page: Page): Promise<void> {
  await page.mouse.move(400, 400);
  await page.mouse.move(410, 400);
  await expect.poll(() => isIdle(page)).toBe(false);
}
const opacity = (page: Page): Promise<string> =>
  page.locator('#viewer header').evaluate((bar) => getComputedStyle(bar).opacity);

test('the picture reaches to all edges on dark; controls go after a rest and come back with movement or a key', async () => {
  const page = await openItem('kind=photo&state=stored', 2);
  await page.locator('#viewer img.full').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Alt+Enter');
  await page.locator('#viewer.immersive').waitFor();
  await expect.poll(() => focusedId(page)).toBe('viewer');
  expect(await page.locator('#viewer').evaluate((viewer) => getComputedStyle(viewer).backgroundColor)).toBe(
    'rgb(0, 0, 0)',
  );
  const stage = await page.locator('#viewer .stage').boundingBox();
  expect([stage?.x, stage?.y, stage?.width, stage?.height]).toEqual([0, 0, 1440, 900]);
  expect(await findings(page)).toEqual([]);
  await page.clock.runFor(3000);
  await expect.poll(() => isIdle(page)).toBe(true);
  await expect.poll(() => opacity(page)).toBe('0');
  await wake(page);
  await expect.poll(() => opacity(page)).toBe('1');
  await page.clock.runFor(3000);
  await expect.poll(() => isIdle(page)).toBe(true);
  await page.keyboard.press('Shift');
  await expect.poll(() => isIdle(page)).toBe(false);
  await page.getByRole('button', { name: 'Leave full screen' }).click();
  await page.locator('#viewer.immersive').waitFor({ state: 'detached' });
  await page.locator('#viewer nav.strip').waitFor();
});

test('a slideshow goes on by itself, at the pace that was chosen, and any arrow ends it', async () => {
  const page = await openItem('kind=photo&state=stored', 0);
  const moves = async (run: () => Promise<void>): Promise<void> => {
    const before = page.url();
    await run();
    await page.waitForURL((url) => String(url) !== before);
  };
  await page.keyboard.press('s');
  await page.locator('#viewer.immersive').waitFor();
  await page.getByRole('button', { name: 'Stop the slideshow' }).waitFor();
  await moves(() => page.clock.runFor(5000));
  await wake(page);
  await page.getByRole('radio', { name: /^3/ }).click();
  await page.getByRole('radio', { name: /^3/, checked: true }).waitFor();
  await moves(() => page.clock.runFor(3000));
  await moves(() => page.keyboard.press('ArrowRight'));
  await page.getByRole('button', { name: 'Slideshow', exact: true }).waitFor();
  const stood = page.url();
  await page.clock.runFor(20_000);
  expect(page.url()).toBe(stood);
  // The palette starts it as well; Escape leaves it, and the viewer stays.
  await page.keyboard.press('Control+k');
  await page.locator('.palette input').fill('slideshow');
  await page.keyboard.press('Enter');
  await wake(page);
  await page.getByRole('button', { name: 'Stop the slideshow' }).click();
  await page.getByRole('button', { name: 'Slideshow', exact: true }).click();
  await moves(() => page.clock.runFor(3000));
  await page.keyboard.press('Escape');
  await page.locator('#viewer.immersive').waitFor({ state: 'detached' });
  await page.locator('#viewer').waitFor();
});

test('a film of a slideshow plays to its end', async () => {
  const page = await openItem('kind=video&state=stored', 0);
  const film = page.locator('#viewer video');
  await film.waitFor();
  await page.keyboard.press('s');
  await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.paused)).toBe(false);
  await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.duration > 0)).toBe(true);
  const before = page.url();
  await page.clock.runFor(5000);
  expect(page.url()).toBe(before);
  await film.evaluate((video: HTMLVideoElement) => {
    video.currentTime = video.duration - 0.05;
  });
  await page.waitForURL((url) => String(url) !== before);
  await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.paused)).toBe(false);
});

test('an arrow that is pressed before the neighbours are known is kept', async () => {
  const gate = Promise.withResolvers<undefined>();
  const page = await visit.open('#/media?kind=photo&state=stored', {
    answers: {
      'media.around': async (_, real) => {
        await gate.promise;
        return await real();
      },
    },
  });
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await page.locator('[role=gridcell]').nth(2).click();
  await page.locator('#viewer').waitFor();
  const before = page.url();
  await page.keyboard.press('ArrowRight');
  expect(page.url()).toBe(before);
  gate.resolve(undefined);
  await page.waitForURL((url) => String(url) !== before);
});

test('an identical file in another chat counts among the chats it was sent to, and leads there', async () => {
  const { rows: chats } = await ask(visit.app, 'chats.list', { accountId: 1, after: null, limit: 2 });
  const page = await visit.open('#/media?kind=photo&state=stored', {
    answers: {
      'media.item': async (_, real) => {
        const item = await real();
        const other = chats.find(({ id }) => id !== item.entry.chatId);
        const copy = item.messages.slice(0, 1).map((each) => ({ ...each, id: 77, chatId: other?.id ?? 0 }));
        return { ...item, copies: copy };
      },
    },
  });
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await page.locator('[role=gridcell]').nth(2).click();
  const panel = page.getByRole('complementary', { name: 'Details' });
  await panel.getByRole('heading', { name: 'Sent to 2 chats' }).waitFor();
  expect(await findings(page)).toEqual([]);
  await panel.getByRole('button', { name: /identical file/ }).click();
  await page.waitForURL(/\/messages\?at=77$/);
});
