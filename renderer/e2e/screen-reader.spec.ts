/** What somebody hears who does not see the screen: landmarks, names, rows and columns, and what is announced. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { MediaKind } from '../../main/contract/model.ts';
import { EVERYTHING } from '../../main/contract/shapes.ts';
import { ask } from './stages/seed.ts';
import { focusedId, visits } from './visit.ts';

const visit = visits();
const { reopen } = visit;

async function openGrid(hash = '#/media?kind=photo&state=stored'): Promise<Page> {
  const page = await reopen(hash);
  await page.locator('[role=gridcell] img.there').first().waitFor();
  return page;
}

const counted = (count: number): string => count.toLocaleString('en-GB');
const count = async (kinds: readonly MediaKind[]): Promise<number> =>
  (await ask(visit.app, 'media.counts', { filter: { ...EVERYTHING, kinds } })).count;

test.each([
  ['#/media', 'All media'],
  ['#/media?view=list', 'All media'],
  ['#/activity', 'Activity'],
  ['#/library', 'Library'],
  ['#/library/trash', 'Trash'],
  ['#/settings/accounts', 'Settings'],
])('%s has one main part, one named list of places, one title and a way past it', async (hash, title) => {
  const page = await reopen(hash);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  expect(await page.getByRole('main').count()).toBe(1);
  expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual([expect.stringContaining(title)]);
  await page.getByRole('navigation', { name: 'Places and chats' }).waitFor();
  await page.getByRole('search').waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await focusedId(page)).toBe('content');
});

test('a tile tells its kind, chat, time and state; its row and column are numbered', async () => {
  const page = await openGrid('#/media');
  const grid = page.getByRole('grid', { name: 'Media, newest first' });
  expect(await grid.getAttribute('aria-multiselectable')).toBe('true');
  const rows = Number(await grid.getAttribute('aria-rowcount'));
  expect(rows).toBeGreaterThan(100);
  for (const tile of await page.getByRole('gridcell').all()) {
    expect(await tile.getAttribute('aria-label')).toMatch(
      /^(Photo|Video|GIF|Audio|Other), .+, \d{1,2} \w+ \d{4}, \d{2}:\d{2}, (Stored|Pending|Locked|Not ready|Protected|Gone|Failed)/,
    );
  }
  const numbers = await page.locator('[role=row]').evaluateAll((all) =>
    all.map((row) => ({
      row: Number(row.getAttribute('aria-rowindex')),
      columns: [...row.querySelectorAll('[role=gridcell]')].map((cell) => Number(cell.getAttribute('aria-colindex'))),
    })),
  );
  expect(numbers.map(({ row }) => row)).toEqual(numbers.map((_, index) => index + 1));
  for (const { columns } of numbers) {
    expect(columns).toEqual(columns.map((_, index) => index + 1));
  }
});

test('a row of the list is heard cell by cell, and its place among all', async () => {
  const page = await reopen('#/media?view=list&kind=video&state=stored');
  await page.locator('[role=row] img.there').first().waitFor();
  const row = page.locator('[role=row][aria-rowindex="2"]');
  const cells = row.getByRole('gridcell');
  expect(await cells.count()).toBe(11);
  expect(await cells.nth(5).textContent()).toContain('Video');
  expect(await cells.nth(6).textContent()).toContain('Stored');
  await expect.poll(() => cells.nth(10).textContent()).toMatch(/[0-9a-f]{12}/);
  expect(await cells.evaluateAll((all) => all.map((cell) => Number(cell.getAttribute('aria-colindex'))))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ]);
});

test('counts are announced when filters change, and selections while they grow', async () => {
  const page = await openGrid('#/media');
  const live = (text: RegExp): Promise<void> => page.getByRole('status').filter({ hasText: text }).first().waitFor();
  await live(new RegExp(`${counted(await count([]))} items`));
  await page.getByRole('button', { name: 'Kind' }).press('Enter');
  await page.getByRole('menuitemcheckbox', { name: 'Videos' }).press('Enter');
  await live(new RegExp(`${counted(await count(['video']))} items`));
  await page.keyboard.press('Escape');
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  await page.keyboard.press('Space');
  await live(/1 selected/);
  await page.keyboard.press('Shift+ArrowRight');
  await live(/2 selected/);
  await page.keyboard.press('f');
  await live(/(added to|removed from) favourites/);
});

test('the viewer is a place of its own: named, announced, with nothing reachable behind it', async () => {
  const page = await openGrid();
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  await page.keyboard.press('Enter');
  const viewer = page.getByRole('region', { name: 'Viewer' });
  await viewer.waitFor();
  expect(await focusedId(page)).toBe('viewer');
  expect(await page.getByRole('main').evaluate((main) => main.closest('[inert]') !== null)).toBe(true);
  await viewer.getByRole('img', { name: /^Photo, / }).waitFor();
  const said = (): Promise<string | null> => viewer.getByRole('status').textContent();
  const first = await said();
  expect(first).toMatch(/^\s*Photo, \d/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(said).not.toBe(first);
  for (const name of [
    'Back to the timeline',
    'Newer',
    'Older',
    'Zoom',
    'Favourite',
    'Details',
    'Show in conversation',
  ]) {
    expect(await viewer.getByRole('button', { name, exact: true }).count(), name).toBeGreaterThanOrEqual(1);
  }
  await viewer.getByRole('complementary', { name: 'Details' }).getByRole('heading', { name: 'States' }).waitFor();
});

test('dialogs hold the focus and give it back', async () => {
  const page = await openGrid();
  const tile = page.locator('[role=gridcell][tabindex="0"]');
  await tile.focus();
  const before = await focusedId(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Shortcuts' });
  await sheet.waitFor();
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press('Tab');
    expect(await sheet.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect.poll(() => focusedId(page)).toBe(before);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Commands' }).waitFor();
  await page.getByRole('combobox', { name: 'Type a command, a chat or words' }).fill('lib');
  expect(await page.getByRole('combobox').getAttribute('aria-activedescendant')).toMatch(/^offer-/);
  await page.keyboard.press('Escape');
  await expect.poll(() => focusedId(page)).toBe(before);
});

test('the calendar tells which days hold how much, and is walked by keys', async () => {
  const page = await openGrid('#/media');
  await page.keyboard.press('g');
  const dialog = page.getByRole('dialog', { name: 'Go to date' });
  await dialog.getByRole('button', { name: /^Friday,? 20 November 2026, 86 items$/ }).waitFor();
  for (let month = 0; month < 2; month += 1) {
    await dialog.getByRole('button', { name: 'Month before' }).press('Enter');
  }
  await dialog
    .getByRole('button', { name: /\d+ September 2026, \d+ items/ })
    .first()
    .waitFor();
  const day = dialog.getByRole('button', { name: /^Wednesday,? 9 September 2026/ });
  await day.focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/10 September 2026/);
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/17 September 2026/);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.locator('.sticky').getByText('September 2026').waitFor();
});

test('the scrubber is a slider with words for where it stands', async () => {
  const page = await openGrid('#/media');
  const slider = page.getByRole('slider', { name: 'Date' });
  expect(await slider.getAttribute('aria-orientation')).toBe('vertical');
  expect(await slider.getAttribute('aria-valuetext')).toBe('November 2026');
  const [now, most] = await Promise.all([slider.getAttribute('aria-valuenow'), slider.getAttribute('aria-valuemax')]);
  expect(Number(now)).toBeLessThanOrEqual(Number(most));
});

test('the menu of a chat and of a label tells whose it is', async () => {
  const page = await openGrid('#/media');
  await page.locator('nav .chat').nth(3).focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menu', { name: 'Commands for Atelier Nine' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change the label Print' }).press('Enter');
  await page.getByRole('menu', { name: 'Change the label Print' }).waitFor();
});
