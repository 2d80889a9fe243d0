/** Every screen on a narrow window and at 200 %, from left to right and back: nothing is cut, covered or scrolled sideways. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { misfits, unreachable } from './misfits.ts';
import { visits } from './visit.ts';

const { open } = visits();
const TILE = '[role=gridcell] img.there';
const CARD = '.body .card';

/** Place, and what is there once it is drawn. */
const PLACES: readonly (readonly [string, string])[] = [
  ['#/media', TILE],
  ['#/media?view=list', '[role=row] img.there'],
  ['#/media?view=months', '.cover img'],
  ['#/media?view=years', '.cover img'],
  ['#/media?label=99', '.empty'],
  ['#/media?kind=photo&state=stored&from-who=them', TILE],
  ['#/chat/1/410000000/media', TILE],
  ['#/chat/1/410000000/messages', '.bubble img.there'],
  ['#/chat/1/410000000/messages?find=light', '.find'],
  ['#/search?q=light', 'mark'],
  ['#/search?q=zqxj%20vwkp%20no%20such%20words', '.empty'],
  ['#/activity', 'table'],
  ['#/activity/changes', '.choices'],
  ['#/library', '.map li'],
  ['#/library/trash', '.empty'],
  ['#/settings/accounts', CARD],
  ['#/settings/sync', CARD],
  ['#/settings/appearance', CARD],
  ['#/settings/privacy', CARD],
  ['#/settings/shortcuts', CARD],
  ['#/settings/about', CARD],
];

const tile = (page: Page) => page.locator('[role=gridcell]').nth(1);

/** What opens over a place: its name, how it is opened, and where it is. */
const LAYERS: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  ['menu of a tile', '.menu', (page) => tile(page).click({ button: 'right' })],
  [
    'dates',
    '.menu',
    (page) => page.locator('[role=toolbar]').getByRole('button', { name: 'Date', exact: true }).click(),
  ],
  ['more filters', '.menu', (page) => page.locator('[role=toolbar]').getByRole('button', { name: 'More' }).click()],
  ['go to date', '.dialog', (page) => page.keyboard.press('g')],
  ['shortcuts', '.dialog', (page) => page.keyboard.press('?')],
  ['sidebar', 'nav.side', (page) => page.getByRole('button', { name: 'Show or hide the sidebar' }).click()],
  [
    'palette',
    '.palette',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator('.palette input').fill('s');
    },
  ],
  [
    'export',
    '.dialog',
    async (page) => {
      await tile(page).click({ modifiers: ['Control'] });
      await page.keyboard.press('e');
      await page.locator('.dialog').getByRole('treeitem').first().waitFor({ state: 'attached' });
    },
  ],
  [
    'viewer',
    '#viewer',
    async (page) => {
      await tile(page).click();
      await page.locator('#viewer img.full').waitFor();
    },
  ],
  [
    'details',
    '#viewer aside',
    async (page) => {
      await tile(page).click();
      await page.locator('#viewer img.full').waitFor();
      await page.keyboard.press('i');
      await page.locator('#viewer aside dl').waitFor();
    },
  ],
];

const SIZES = [
  ['390 px', { viewport: { width: 390, height: 844 } }],
  // A window of 1,280 × 800.
  ['200 %', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
] as const;

/** Both directions, without going anywhere in between. */
async function whole(page: Page, name: string): Promise<unknown[]> {
  const wrong: unknown[] = [];
  for (const dir of ['ltr', 'rtl']) {
    await page.evaluate((to) => {
      document.documentElement.dir = to;
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, dir);
    wrong.push(...(await misfits(page)).map((each) => `${name}, ${dir}: ${each}`));
  }
  await page.evaluate(() => {
    document.documentElement.dir = 'ltr';
  });
  return wrong;
}

const LAYER_PLACE = '#/media?kind=photo&state=stored';

/** Closes what is open, gives the selection up, and comes back to the place by another one. */
async function leave(page: Page): Promise<void> {
  for (let steps = 0; steps < 3; steps += 1) {
    await page.keyboard.press('Escape');
  }
  for (const [hash, ready] of [
    ['#/settings/about', CARD],
    [LAYER_PLACE, TILE],
  ] as const) {
    await page.evaluate((place) => {
      window.location.hash = place;
    }, hash);
    await page.locator(ready).first().waitFor();
  }
  expect(await page.locator('.menu, .dialog, .palette, #viewer, [aria-selected=true]').count()).toBe(0);
}

describe.each(SIZES)('at %s', (_, options) => {
  test('every place fits', async () => {
    const page = await open('#/media', options);
    const wrong: unknown[] = [];
    for (const [hash, ready] of PLACES) {
      await page.evaluate((place) => {
        window.location.hash = place;
      }, hash);
      await page.locator(ready).first().waitFor();
      wrong.push(...(await whole(page, hash)));
    }
    expect(wrong).toEqual([]);
  });

  test('what opens over them fits, and each of its controls can be reached', async () => {
    const page = await open(LAYER_PLACE, options);
    const wrong: unknown[] = [];
    for (const [name, selector, act] of LAYERS) {
      await page.locator(TILE).first().waitFor();
      await act(page);
      await page.locator(selector).waitFor();
      wrong.push(...(await unreachable(page, selector)).map((each) => `${name}, unreachable: ${each}`));
      wrong.push(...(await whole(page, name)));
      await leave(page);
    }
    expect(wrong).toEqual([]);
  });
});
