/** The app without a pointer: focus, arrow keys, the viewer and back, shortcuts, addresses. */
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { visits } from './visit.ts';

const { open, reopen } = visits();
let page: Page;

beforeEach(async () => {
  page = await reopen('#/media?kind=photo&state=stored');
  await page.locator('[role=gridcell] img.there').first().waitFor();
});

const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
const focusedRow = (): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') ?? null);
const tileIds = (): Promise<string[]> =>
  page.locator('[role=gridcell]').evaluateAll((tiles) => tiles.map((tile) => tile.id));

test('the grid has one tab stop, arrows move it and rows are announced', async () => {
  const ids = await tileIds();
  expect(await page.locator('[role=gridcell][tabindex="0"]').count()).toBe(1);
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  expect(await focused()).toBe(ids[0]);
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe(ids[1]);
  await page.keyboard.press('ArrowDown');
  expect(await focusedRow()).toBe('2');
  await page.keyboard.press('ArrowUp');
  expect(await focusedRow()).toBe('1');
  await page.keyboard.press('Home');
  expect(await focused()).toBe(ids[0]);
});

test('everything is selected with the focus nowhere, given up with Escape; a dialog keeps its keys', async () => {
  await page.locator('[role=gridcell] img.there').first().waitFor();
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await page.keyboard.press('Control+a');
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.waitFor();
  expect(await page.evaluate(() => getSelection()?.isCollapsed)).toBe(true);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await bar.count()).toBe(1);
  await page.keyboard.press('Escape');
  await bar.waitFor({ state: 'detached' });
});

test('far away is one key away, and focus arrives there', async () => {
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  const first = await focused();
  await page.keyboard.press('End');
  await page.waitForFunction(
    (id) => document.activeElement?.id.startsWith('tile-') === true && document.activeElement.id !== id,
    first,
  );
  const row = page.locator(`#${await focused()}`).locator('xpath=..');
  // Rows of months that were not seen are estimated until their places are known.
  const left = async (): Promise<number> =>
    Number(await page.getByRole('grid').getAttribute('aria-rowcount')) -
    Number(await row.getAttribute('aria-rowindex'));
  await expect.poll(left).toBe(0);
});

test('the viewer opens, walks, closes, and the timeline comes back to what was looked at last', async () => {
  const ids = await tileIds();
  await page.locator(`#${ids[2] ?? ''}`).focus();
  await page.keyboard.press('Enter');
  await page.locator('#viewer img.full').waitFor();
  expect(page.url()).toContain(`item=1.${(ids[2] ?? '').replace('tile-', '')}`);
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(`**item=1.${(ids[3] ?? '').replace('tile-', '')}`);
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({ state: 'detached' });
  await page.waitForFunction((id) => document.activeElement?.id === id, ids[3]);
});

const selected = (): Promise<number> => page.locator('[role=gridcell][aria-selected=true]').count();

test('tiles, ranges, days and everything are selected by keys, and each step can be taken back', async () => {
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  await page.keyboard.press('Space');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('3 selected').waitFor();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.getByText('2 selected').waitFor();
  expect(await selected()).toBe(2);
  await page.keyboard.press('Control+z');
  await page.getByText('3 selected').waitFor();
  await page.keyboard.press('Control+a');
  const all = (await page.locator('.count b').textContent()) ?? '';
  await page.getByText(`${all} selected`).waitFor();
  await page.reload();
  await page.getByText(`${all} selected`).waitFor();
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Selection' }).waitFor({ state: 'detached' });
  expect(await selected()).toBe(0);
});

test('a range reaches over months that were never shown', async () => {
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  const first = await focused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+End');
  await page.waitForFunction(
    (id) => document.activeElement?.id.startsWith('tile-') === true && document.activeElement.id !== id,
    first,
  );
  const all = (await page.locator('.count b').textContent()) ?? '';
  await page.getByText(`${all} selected`).waitFor();
});

test('F makes a favourite, its place shows it, and it can be taken back', async () => {
  const count = async (): Promise<number> =>
    Number(((await page.getByRole('link', { name: /Favourites/ }).textContent()) ?? '').replaceAll(/\D/g, ''));
  await expect.poll(count).toBeGreaterThan(0);
  const before = await count();
  const tile = page.locator('[role=gridcell][tabindex="0"]');
  await tile.focus();
  const hearted = await tile.locator('.lucide-heart').count();
  await page.keyboard.press('f');
  await expect.poll(count).toBe(before + (hearted === 0 ? 1 : -1));
  expect(await tile.locator('.lucide-heart').count()).toBe(1 - hearted);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(count).toBe(before);
});

test('F on a selection in which everything is a favourite takes the hearts off', async () => {
  const tiles = page.locator('[role=gridcell]');
  await tiles.nth(1).click({ modifiers: ['Control'] });
  await tiles.nth(2).click({ modifiers: ['Control'] });
  const bar = page.getByRole('region', { name: 'Selection' });
  await page.keyboard.press('f');
  await page.getByText('2 items added to favourites').waitFor();
  await bar.getByRole('button', { name: 'Favourite' }).click();
  await page.getByText('2 items removed from favourites').waitFor();
  await page.keyboard.press('Escape');
  await bar.waitFor({ state: 'detached' });
});

test('in a conversation a date is one key away too, on the same calendar', async () => {
  const page = await open('#/chat/1/410000000/messages');
  await page.locator('.bubble').first().waitFor();
  await page.keyboard.press('g');
  const dialog = page.getByRole('dialog', { name: 'Go to date' });
  await dialog.locator('.day.has').first().waitFor();
  await dialog.locator('input').fill('2025-11-24');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('.thread .day').first().textContent()).toMatch(/202[56]/);
  await expect.poll(() => page.locator('.thread .day').allTextContents()).not.toContain('Friday 20 November 2026');
});

test('a date is one key away', async () => {
  await page.keyboard.press('g');
  await page.getByRole('dialog', { name: 'Go to date' }).locator('input').fill('2025-11-24');
  await page.keyboard.press('Enter');
  await page.locator('.sticky').getByText('November 2025').waitFor();
});

test('a date that was overtaken by another does not take the place of it', async () => {
  const held = Promise.withResolvers<undefined>();
  let asked = false;
  page = await open('#/media', {
    answers: {
      // What leads to the first date comes last.
      'media.layout': async ({ from }, real) => {
        if (from < Date.UTC(2025, 10, 24)) {
          asked = true;
          await held.promise;
        }
        return real();
      },
    },
  });
  await page.locator('[role=gridcell] img.there').first().waitFor();
  const month = await page.locator('.month h2').first().textContent();
  const goTo = async (day: string | null): Promise<void> => {
    await page.keyboard.press('g');
    const input = page.getByRole('dialog', { name: 'Go to date' }).locator('input');
    await input.fill(day ?? (await input.getAttribute('max')) ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await goTo('2025-11-24');
  await goTo(null);
  const answered = page.waitForResponse((response) => response.url().includes('media.layout'));
  held.resolve(undefined);
  await answered;
  await page.evaluate(
    () =>
      new Promise((drawn) => {
        requestAnimationFrame(() => requestAnimationFrame(drawn));
      }),
  );
  expect(asked).toBe(true);
  expect(await page.locator('.month h2').first().textContent()).toBe(month);
});

test('an opened picture survives a reload and Back leaves it', async () => {
  await page.locator('[role=gridcell]').nth(4).click();
  await page.locator('#viewer img.full').waitFor();
  await page.reload();
  await page.locator('#viewer img.full').waitFor();
  await page.goBack();
  await page.locator('#viewer').waitFor({ state: 'detached' });
  expect(page.url()).toContain('kind=photo');
});

test('a menu closes when the address changes', async () => {
  for (const opener of [page.locator('.side .account'), page.getByRole('button', { name: 'Tile size' })]) {
    await page.evaluate(() => {
      window.location.hash = '#/media';
    });
    await opener.click();
    await page.getByRole('menu').waitFor();
    await page.evaluate(() => {
      window.location.hash = '#/media?kind=photo&state=stored';
    });
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }
});

test('one key blurs and mutes all media', async () => {
  await page.keyboard.press('b');
  expect(
    await page
      .locator('[role=gridcell] img')
      .first()
      .evaluate((image) => getComputedStyle(image).filter),
  ).toContain('blur');
  await page.keyboard.press('b');
  expect(
    await page
      .locator('[role=gridcell] img')
      .first()
      .evaluate((image) => getComputedStyle(image).filter),
  ).toBe('none');
});

test('letters typed into a field are no commands', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('blue b');
  expect(await page.locator('#search').inputValue()).toBe('blue b');
  expect(await page.locator('html[data-blur]').count()).toBe(0);
});

test('the palette opens a chat by its name', async () => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('tidew');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/chat\//);
  expect(await page.locator('nav [aria-current=page]').textContent()).toContain('Tidewater');
});

test('the scrubber is a slider: months by arrows, years by pages', async () => {
  const slider = page.getByRole('slider');
  await slider.focus();
  const text = (): Promise<string | null> => slider.getAttribute('aria-valuetext');
  const newest = await text();
  await page.keyboard.press('ArrowDown');
  await expect.poll(text).not.toBe(newest);
  await page.keyboard.press('End');
  await expect.poll(text).toContain('2025');
  await page.keyboard.press('Home');
  await expect.poll(text).toBe(newest);
});
