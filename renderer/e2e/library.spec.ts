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

test('a check says how far it is, is stopped, and leaves the focus where it goes on', { timeout: 60_000 }, async () => {
  const page = await open('#/library');
  const repair = page.getByRole('button', { name: 'Repair 3 files' });
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  await page.getByText('Last check').waitFor();
  await repair.focus();
  await page.keyboard.press('Enter');
  await stop.waitFor();
  expect(await focused()).toBe('Stop');
  await page.getByText('Repaired').waitFor();
  await expect.poll(focused).toBe('Check again');
  await page.getByRole('button', { name: 'Check every byte' }).click();
  await page.getByText('3,100 of 5,180', { exact: true }).waitFor();
  expect(await findings(page)).toEqual([]);
  await stop.click();
  await page.getByText('Stopped after 3,100 of 5,180 files.').waitFor();
  // One that was stopped proves nothing.
  expect(await page.getByText('In order').count()).toBe(0);
  await expect.poll(focused).toBe('Check');
});
