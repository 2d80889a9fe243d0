/** The grid from afar, and tiles before their pictures come: years, months, colours. */
import { EVERYTHING } from '../../main/contract/shapes.ts';
import { cssColour } from '../../main/contract/grid-shape.ts';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { ask } from './stages/seed.ts';
import { visits } from './visit.ts';

const visit = visits();
const cards = (page: Page) => page.locator('[data-card]');
const buckets = async (): Promise<readonly { readonly month: string; readonly count: number }[]> =>
  (await ask(visit.app, 'media.counts', { filter: { ...EVERYTHING, accountId: 1 } })).buckets;
const pictures = '[role=gridcell] img.there';

test('years, months and the grid are a step apart, by button, key and wheel; a card leads to its month', async () => {
  const months = await buckets();
  const [newest, second] = months;
  const page = await visit.open('#/media');
  await page.locator(pictures).first().waitFor();
  await page.getByRole('button', { name: 'Years and months' }).click();
  await expect.poll(() => cards(page).count()).toBe(months.length);
  const items = (count: number): string => `${count.toLocaleString('en-GB')} items`;
  await page.getByRole('link', { name: items(second?.count ?? 0) }).waitFor();
  await page.locator('.cover img').first().waitFor();
  expect(await findings(page)).toEqual([]);

  await page.keyboard.press('-');
  const years = new Set(months.map(({ month }) => month.slice(0, 4)));
  await expect.poll(() => cards(page).count()).toBe(years.size);
  expect(page.url()).toContain('view=years');
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('-');
  expect(page.url()).toContain('view=years');
  await page.keyboard.press('+');
  await page.waitForURL(/view=months/);

  // A card goes to its month, and its first item has the focus.
  await cards(page).nth(1).click();
  await page.waitForURL((url) => !url.hash.includes('view='));
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('gridcell');
  const date = new Date(`${second?.month ?? ''}-15`).toLocaleDateString('en-GB', { month: 'long', year: 'numeric' });
  await page.locator('.sticky').getByText(date).waitFor();
  await page.goBack();
  await expect.poll(() => cards(page).count()).toBe(months.length);

  // The wheel with Control: nearer to what is pointed at, and back.
  await cards(page).first().hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -120);
  await page.keyboard.up('Control');
  await page.waitForURL((url) => !url.hash.includes('view=') && url.hash.includes(newest?.month ?? '-'));
  await page.locator(pictures).first().waitFor();
});

test('cards are walked by arrow keys from one tab stop, and a favourite is the cover', async () => {
  const months = await buckets();
  const [favourite] = (
    await ask(visit.app, 'media.page', {
      filter: { ...EVERYTHING, accountId: 1, kinds: ['photo'], states: ['stored'] },
      after: null,
      limit: 20,
    })
  ).rows.slice(7);
  const selection = {
    filter: EVERYTHING,
    spans: [],
    include: [{ accountId: 1, mediaId: favourite?.id ?? 0 }],
    exclude: [],
  };
  await ask(visit.app, 'labels.apply', { selection, labelId: 1, on: true });
  const page = await visit.open('#/media?view=months');
  await page.locator(`.cover img[src*="/${String(favourite?.id)}/"]`).waitFor();
  expect(await page.locator('[data-card][tabindex="0"]').count()).toBe(1);
  await page.locator('[data-card][tabindex="0"]').focus();
  const focused = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement?.getAttribute('data-card') ?? null);
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe(months[1]?.month);
  await page.keyboard.press('End');
  expect(await focused()).toBe(months.at(-1)?.month);
  await page.keyboard.press('ArrowUp');
  expect(await focused()).not.toBe(months.at(-1)?.month);
  await page.keyboard.press('Enter');
  await page.locator('[role=gridcell]').first().waitFor();
  await ask(visit.app, 'labels.apply', { selection, labelId: 1, on: false });
});

test('at 390 px and from right to left the cards fit', async () => {
  const page = await visit.open('#/media?view=months', { viewport: { width: 390, height: 844 } });
  for (const direction of ['ltr', 'rtl']) {
    await page.evaluate((dir) => {
      document.documentElement.dir = dir;
    }, direction);
    await cards(page).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await findings(page)).toEqual([]);
  }
});

test('before its picture comes, a tile shows its colour, also where no entry has come', async () => {
  const colour = 31 << 10;
  const red = cssColour(colour) ?? '';
  let held = 0;
  const page = await visit.open('#/media?kind=photo&state=stored', {
    answers: {
      'media.layout': async (_, real) => {
        const layout = await real();
        const items = Buffer.from(layout.days, 'base64').length;
        const colours = Buffer.alloc(items * 2);
        for (let at = 0; at < items; at += 1) {
          colours.writeUInt16LE(colour, at * 2);
        }
        // Entries only of what comes first: the rest is asked for page by page.
        return { ...layout, colours: colours.toString('base64'), near: held === 0 ? layout.near : [] };
      },
      'media.page': async (_, real) => {
        const rows = await real();
        return held === 0 ? rows : new Promise(() => undefined);
      },
    },
  });
  await page.route('**/thumb/**', () => undefined);
  await page.locator('[role=gridcell]').first().waitFor();
  await expect
    .poll(() =>
      page
        .locator('[role=gridcell]')
        .first()
        .evaluate((tile) => getComputedStyle(tile).backgroundColor),
    )
    .toBe(red.replaceAll(' ', ', '));
  held = 1;
  await page.getByRole('slider').focus();
  await page.keyboard.press('End');
  const blank = page.locator('.blank').first();
  await blank.waitFor();
  expect(await blank.evaluate((element) => getComputedStyle(element).backgroundImage)).toContain('rgb(255, 0, 0)');
});
