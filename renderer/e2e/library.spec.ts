/** Usage by chat, on the library's own page over the made-up library. */
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { visits } from './memory-visit.ts';

const { open } = visits();

test('small chats are part of the map, and stand in the list one by one', { timeout: 60_000 }, async () => {
  const page = await open('#/library');
  await page.locator('.map li').first().waitFor();
  const small = page.getByRole('button', { name: /^\d+ more chats/ });
  const many = Number((await small.textContent())?.match(/\d+/)?.[0]);
  const named = await page.locator('.map a').count();
  await small.click();
  const list = page.getByRole('region', { name: 'Usage by chat and kind' });
  await expect.poll(() => list.evaluate((box) => box === document.activeElement)).toBe(true);
  expect(await list.locator('tbody tr').count()).toBe(named + many);
  expect(await findings(page)).toEqual([]);
  await page.getByRole('radio', { name: 'Map' }).click();
  await small.waitFor();
});

test('at 720 px each state of the ledger is seen without scrolling', { timeout: 60_000 }, async () => {
  const page = await open('#/activity', { viewport: { width: 720, height: 900 } });
  const ledger = page.getByRole('region', { name: 'Ledger' });
  await ledger.locator('tbody tr').first().waitFor();
  expect(await ledger.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
});
