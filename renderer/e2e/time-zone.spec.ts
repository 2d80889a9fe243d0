/** One zone for everything a person sees: chosen in the settings, whatever the machine of the app and the browser have. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { EVERYTHING } from '../../main/contract/shapes.ts';
import { localText, zoneOf } from '../../main/contract/time-zone.ts';
import { findings } from './findings.ts';
import { ask } from './stages/seed.ts';
import { focusedId, visits } from './visit.ts';

const visit = visits();
const { open } = visit;
const FAR = 'Pacific/Kiritimati';

const choose = async (page: Page, words: string, name: string): Promise<void> => {
  const field = page.getByRole('combobox', { name: 'Time zone' });
  await field.fill(words);
  await expect
    .poll(() => page.getByRole('option').allTextContents())
    .toEqual([expect.stringContaining(name) as string]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => field.inputValue()).toBe(name);
};

test('a zone is found by its name with keys alone, and taken back; the focus stays at the field', async () => {
  const page = await open('#/settings/appearance', { timezoneId: 'America/Los_Angeles' });
  await page.getByRole('combobox', { name: 'Time zone' }).focus();
  expect(await page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe("This computer's");
  await choose(page, 'kirit', 'Pacific / Kiritimati');
  await expect.poll(() => focusedId(page)).toBe('time-zone');
  await expect.poll(async () => (await ask(visit.app, 'app.info', {})).timeZone).toBe(FAR);
  await page.getByRole('combobox', { name: 'Time zone' }).fill('nowhere at all');
  await page.getByText('No zone of that name').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await choose(page, 'this comp', "This computer's");
  await expect.poll(async () => (await ask(visit.app, 'settings.get', {})).timeZone).toBeNull();
});

test('a filter, the headings, the list and the viewer say the day of the chosen zone', async () => {
  const { rows: entries } = await ask(visit.app, 'media.page', {
    filter: { ...EVERYTHING, states: ['stored'] },
    after: null,
    limit: 200,
  });
  const zone = zoneOf(FAR);
  const late = entries.find(
    ({ sentAt }) => new Date(sentAt).getUTCHours() >= 11 && zone.dayOf(sentAt) > sentAt / 86_400_000,
  );
  const sentAt = late?.sentAt ?? 0;
  const day = localText(sentAt, zone).slice(0, 10);
  const ofDay = entries.filter((entry) => localText(entry.sentAt, zone).startsWith(day)).length;
  await ask(visit.app, 'settings.set', { timeZone: FAR });
  const page = await open(`#/media?state=stored&since=${day}&until=${day}&view=list`, {
    timezoneId: 'America/Los_Angeles',
  });
  await page.locator('[role=row][data-media]').first().waitFor();
  expect(await page.locator('.count b').textContent()).toBe(String(ofDay));
  const shown = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    Date.parse(day),
  );
  for (const text of await page.locator('[role=row][data-media] .sent').allTextContents()) {
    expect(text).toContain(shown);
  }
  await page.goto(page.url().replace('&view=list', ''));
  await page.locator('[role=gridcell] img.there').first().waitFor();
  expect(await page.locator('.day').first().textContent()).toContain(shown);
  // Another zone, chosen elsewhere: what is shown follows at once.
  await ask(visit.app, 'settings.set', { timeZone: 'Etc/GMT+12' });
  const moved = entries.filter((entry) => localText(entry.sentAt, zoneOf('Etc/GMT+12')).startsWith(day)).length;
  await expect.poll(() => page.locator('.count b').first().textContent()).toBe(String(moved));
});
