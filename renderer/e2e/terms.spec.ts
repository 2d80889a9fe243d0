/** The terms of messages: filters, columns, the viewer, and the chats that have not got an item. */
import { expect, test } from 'vitest';
import { EVERYTHING, type MediaFilter } from '../../main/contract/shapes.ts';
import { findings } from './findings.ts';
import { ask } from './stages/seed.ts';
import { visits } from './visit.ts';

const visit = visits();
const { open } = visit;

const counted = async (filter: Partial<MediaFilter>): Promise<string> =>
  (await ask(visit.app, 'media.counts', { filter: { ...EVERYTHING, ...filter } })).count.toLocaleString('en-GB');

test('the terms and the chats that lack an item are filters by keys, kept in the address', async () => {
  const page = await open('#/media?view=list');
  await page.getByRole('button', { name: 'More' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemcheckbox', { name: 'Terms: Bought, as noticed' }).press('Enter');
  await page.keyboard.press('Escape');
  const count = page.locator('.count b');
  await expect.poll(() => count.textContent()).toBe(await counted({ trades: ['bought'] }));
  expect(page.url()).toContain('terms=bought');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Terms' }).click();
  await page.keyboard.press('Escape');
  const first = page.locator('[role=row][aria-rowindex="2"] .terms');
  await expect.poll(() => first.textContent()).toContain('Bought, as noticed');
  await page.getByRole('button', { name: 'Remove the filter Bought, as noticed' }).click();
  const { rows } = await ask(visit.app, 'chats.list', { accountId: null, after: null, limit: 10 });
  const [chat] = rows;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitemcheckbox', { name: `Not sent to: ${chat?.name ?? ''}` }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => count.textContent()).toBe(await counted({ notSentTo: [chat?.id ?? 0] }));
  expect(await findings(page)).toEqual([]);
});

test('the viewer says the terms and the price, and each chat that got the item with its state', async () => {
  const { rows } = await ask(visit.app, 'media.page', {
    filter: { ...EVERYTHING, trades: ['offered'] },
    after: null,
    limit: 200,
  });
  const priced = await ask(visit.app, 'media.details', {
    refs: rows.map(({ accountId, id, chatId }) => ({ accountId, mediaId: id, chatId })),
  });
  const details = priced.rows.find(({ terms }) => terms.price !== null);
  const page = await open(`#/media?terms=offered&item=${String(details?.accountId)}.${String(details?.mediaId)}`);
  const panel = page.getByRole('complementary', { name: 'Details' });
  await panel.getByText('Terms', { exact: true }).waitFor();
  expect(await panel.locator('dl').textContent()).toContain('Offered');
  expect(await panel.locator('dl').textContent()).toContain(details?.terms.price);
  expect(await panel.locator('.message').first().textContent()).toMatch(/Offered/);
  expect(await findings(page)).toEqual([]);
});
