/** The one search box, and filters where the window is narrow. */
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { visits } from './visit.ts';

const { open } = visits();

test('the box finds chats by name, accents and case aside, besides messages by their words', async () => {
  const page = await open('#/media');
  await page.locator('[role=gridcell]').first().waitFor();
  await page.locator('#search').fill('TIDÉWATER');
  const chats = page.getByRole('list', { name: 'Chats with this name' });
  await chats.getByRole('button', { name: 'Tidewater' }).waitFor();
  await page.getByText('No message with').waitFor();
  expect(await page.getByRole('button', { name: 'Show their media' }).count()).toBe(0);
  expect(await findings(page)).toEqual([]);
  await chats.getByRole('button').click();
  await page.waitForURL(/#\/chat\//);
});

test('what cannot be searched is said, in the search and where it filters', async () => {
  const page = await open('#/media');
  await page.locator('[role=gridcell]').first().waitFor();
  await page.locator('#search').fill('light :)');
  await page.getByText(':) cannot be searched').waitFor();
  expect(await findings(page)).toEqual([]);
});

test('filters that do not fit are in one menu, named by what they narrow, labels among them', async () => {
  const page = await open('#/media', { viewport: { width: 760, height: 900 } });
  await page.locator('[role=gridcell]').first().waitFor();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  const menu = page.getByRole('menu');
  await menu.getByRole('menuitemcheckbox', { name: 'Shape: Wide' }).waitFor();
  expect(await findings(page)).toEqual([]);
  await menu.getByRole('menuitemcheckbox', { name: 'Label: Print' }).click();
  await page.waitForURL(/label=/);
});

test('an item that is not in the library leaves nothing to act on but the way back', async () => {
  const page = await open('#/media?item=1.42');
  const viewer = page.locator('#viewer');
  await viewer.getByRole('alert').waitFor();
  expect(await viewer.locator('header button').count()).toBe(1);
  await viewer.getByRole('button', { name: 'Back to the timeline' }).click();
  await viewer.waitFor({ state: 'detached' });
});

test.each([
  ['a filter', '#/media', '[role=toolbar] [aria-haspopup]'],
  ['the account', '#/media', 'nav.side [aria-haspopup]'],
  ['the size of tiles', '#/media', 'header.top [aria-haspopup]'],
  ['a setting', '#/settings/sync', '.body [aria-haspopup]'],
])('the menu of %s lies in the landmark it belongs to', async (_, hash, opener) => {
  const page = await open(hash);
  await page.locator(opener).first().click();
  await page.locator('.menu').waitFor();
  expect(await findings(page)).toEqual([]);
});
