/** What a person takes for granted: a question before much is removed, true words after it, Undo for everything. On the real server. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { AppRig } from '../../main/app/testing/app-rig.ts';
import { silentLog } from '../../main/app/kernel/log.ts';
import { startServer, type RunningServer } from '../../main/shell/server/server.ts';
import { openBrowser } from './browser.ts';

let rig: AppRig;
let server: RunningServer;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  rig = await AppRig.start({ library: true, sandbox: { chats: 2, messages: 40 } });
  await rig.fill();
  server = await startServer({ app: rig.app, rendererDir: inject('pagesDir'), port: 0, log: silentLog, now: Date.now });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 840 }, locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(server.newUrl());
  await page.locator('[role=gridcell]').first().waitFor();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await rig.end();
});
afterEach(async () => {
  await page.keyboard.press('Escape');
  await rig.ask('trash.restore', { refs: null });
  expect(faults).toEqual([]);
});

async function goTo(hash: string): Promise<void> {
  await page.evaluate((to) => {
    window.location.hash = to;
  }, hash);
  await page.waitForURL((url) => url.hash === hash);
}
const say = (text: string | RegExp): Promise<void> => page.locator('.toast').filter({ hasText: text }).waitFor();
const shown = (number: number): string => number.toLocaleString('en-GB');
const inTrash = async (): Promise<number> => (await rig.ask('trash.summary', {})).count;

test('a whole library goes only after a question, is said to be in the trash, and comes back', async () => {
  await goTo('#/media');
  const { total } = await rig.ask('ledger.get', { accountId: null, chatId: null });
  const all = shown(total.listed);
  expect(total.listed).toBeGreaterThan(100);
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  await page.keyboard.press('Control+a');
  await page.getByText(`${all} selected`).waitFor();
  await page.keyboard.press('Delete');
  const question = page.getByRole('dialog', { name: `Move ${all} items to the trash?` });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await inTrash()).toBe(0);
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  await page.keyboard.press('Delete');
  await question.getByRole('button', { name: `Move ${all} items` }).click();
  await say(`${all} items moved to the trash`);
  await page.getByRole('heading', { name: `All ${all} items are in the trash` }).waitFor();
  expect(await page.getByText('No media yet').count()).toBe(0);

  // The proof stands: what was listed is listed.
  await goTo('#/activity');
  const sum = page.locator('tfoot');
  await sum.getByRole('link', { name: `All media, In trash: ${all}` }).waitFor();
  expect(await sum.locator('td.strong').textContent()).toBe(all);
  const [chat] = (await rig.ask('ledger.get', { accountId: null, chatId: null })).chats;
  await goTo(`#/chat/${String(chat?.accountId)}/${String(chat?.chatId)}/messages`);
  await expect
    .poll(() => page.locator('aside dl dd').allTextContents())
    .toEqual([...Array.from({ length: 7 }, () => '0'), shown(chat?.removed ?? 0), shown(chat?.removed ?? 0)]);

  await goTo('#/media');
  await page.getByRole('button', { name: 'Bring back' }).click();
  await say(`${all} items brought back`);
  await page.locator('[role=gridcell]').first().waitFor();
  expect(await inTrash()).toBe(0);
});

test('a message says what was removed from it, and shows it', async () => {
  const [chat] = (await rig.ask('chats.list', { accountId: null, after: null, limit: 1 })).rows;
  const ref = { accountId: chat?.accountId ?? 0, chatId: chat?.id ?? 0 };
  const { rows } = await rig.ask('messages.page', { ...ref, anchor: { at: 'newest' }, limit: 100 });
  const message = rows.findLast(({ media }) => media.length > 1);
  await goTo(`#/chat/${String(ref.accountId)}/${String(ref.chatId)}/messages?at=${String(message?.id)}`);
  const bubble = page.locator(`#message-${String(message?.id)}`);
  await bubble.locator('[data-media]').first().waitFor();
  const refs = (message?.media ?? []).map(({ accountId, id }) => ({ accountId, mediaId: id }));
  const filter = {
    accountId: null,
    chatIds: [],
    kinds: [],
    states: [],
    sender: null,
    from: null,
    to: null,
    text: null,
  };
  await rig.ask('media.remove', { selection: { filter, spans: [], include: refs, exclude: [] } });
  await bubble.getByText(`${shown(refs.length)} items removed`).waitFor();
  await bubble.getByRole('button', { name: 'Show' }).click();
  await page.getByText('Of one message').waitFor();
  expect(await page.getByRole('list', { name: 'Removed items' }).getByRole('listitem').count()).toBe(refs.length);
  await page.getByRole('button', { name: 'Bring all back' }).click();
  await page.goBack();
  await expect.poll(() => bubble.locator('[data-media]').count()).toBe(refs.length);
});

test('one Undo and one Redo for selections, favourites, labels and the trash', async () => {
  await goTo('#/media');
  const { id: label } = await rig.ask('labels.save', { id: null, name: 'Best' });
  const marks = async (): Promise<[number, number, number]> => {
    const { favourites, labels } = await rig.ask('labels.list', {});
    return [favourites, labels.find(({ id }) => id === label)?.count ?? 0, await inTrash()];
  };
  const before = await marks();
  const tiles = page.locator('[role=gridcell]');
  const chosen = page.locator('[role=gridcell][aria-selected=true]');
  await tiles.nth(1).click({ modifiers: ['Control'] });
  await tiles.nth(2).click({ modifiers: ['Control'] });
  await page.keyboard.press('f');
  await say('2 items added to favourites');
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.getByRole('button', { name: 'Label' }).click();
  await page.getByRole('option', { name: 'Best', exact: true }).click();
  await say('2 items labelled Best');
  await tiles.nth(1).focus();
  await page.keyboard.press('Delete');
  await say('2 items moved to the trash');
  expect(await marks()).toEqual([0, 0, 2]);

  // The toast is gone; the key takes back what it offered, and the selection is as it was.
  await page
    .locator('.toast')
    .filter({ hasText: 'moved to the trash' })
    .getByRole('button', { name: 'Dismiss' })
    .click();
  await page.keyboard.press('Control+z');
  await say('2 items brought back');
  await expect.poll(() => chosen.count()).toBe(2);
  await page.keyboard.press('Control+z');
  await say('Undone: 2 items labelled Best');
  await page.keyboard.press('Control+z');
  await say('Undone: 2 items added to favourites');
  expect(await marks()).toEqual(before);
  await page.keyboard.press('Control+z');
  await expect.poll(() => chosen.count()).toBe(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => chosen.count()).toBe(0);

  for (let steps = 0; steps < 5; steps += 1) {
    await page.keyboard.press('Control+Shift+z');
  }
  await say('2 items moved to the trash');
  // The button does what the key does.
  await page.getByRole('button', { name: 'Undo: 2 items moved to the trash' }).click();
  await say('2 items brought back');
  expect(await marks()).toEqual([2, 2, 0]);
});

test('L filters labels or makes one, from the first letter on', async () => {
  await goTo('#/media?kind=photo');
  await rig.ask('labels.save', { id: null, name: 'Beach' });
  const names = async (): Promise<string[]> => (await rig.ask('labels.list', {})).labels.map(({ name }) => name).sort();
  const made = [...new Set([...(await names()), 'Best of'])].sort();
  const tile = page.locator('[role=gridcell][tabindex="0"]');
  await tile.focus();
  await page.keyboard.press('l');
  await page.keyboard.type('Best of');
  await page.keyboard.press('Enter');
  await say('1 item labelled Best of');
  expect(await names()).toEqual(made);
  await expect.poll(() => tile.evaluate((each) => each === document.activeElement)).toBe(true);
  // A part of a name finds it, nothing is made.
  await page.keyboard.press('l');
  await page.keyboard.type('each');
  await page.keyboard.press('Enter');
  await say('1 item labelled Beach');
  expect(await names()).toEqual(made);
  // In the viewer the box stands where the labels are, and takes a label off that is on.
  await tile.press('Enter');
  await page.locator('#viewer').getByRole('button', { name: 'Remove label Best of' }).waitFor();
  await page.keyboard.press('l');
  const options = page.getByRole('option');
  await expect.poll(() => options.count()).toBe(made.length);
  await page.keyboard.type('best of');
  await page.keyboard.press('Enter');
  await say('Best of removed from 1 item');
  await page.locator('.label-box').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('#viewer') !== null)).toBe(true);
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({ state: 'detached' });
});

test('Escape closes the viewer at once, also while the name of a button is shown', async () => {
  await goTo('#/media?kind=photo');
  await page.locator('[role=gridcell]').first().click();
  const button = page.locator('#viewer').getByRole('button', { name: 'Favourite', exact: true });
  await button.hover();
  await page.locator('.tip').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({ state: 'detached' });
});

test('a dialog and a selection end with their place, and every tile that is not stored says so', async () => {
  await goTo('#/media?state=locked');
  const tiles = page.locator('[role=gridcell]');
  await tiles.first().locator('.lucide-lock').waitFor();
  await expect.poll(async () => (await tiles.locator('.lucide-lock').count()) === (await tiles.count())).toBe(true);
  await tiles.first().click({ modifiers: ['Control'] });
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await goTo('#/activity');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goBack();
  await tiles.first().waitFor();
  expect(await page.getByRole('region', { name: 'Selection' }).count()).toBe(0);
  await tiles.first().click();
  await page.locator('#viewer').waitFor();
  const film = page.locator('[id^=film-]');
  await film.first().locator('.lucide-lock').waitFor();
  expect(await film.locator('.lucide-lock').count()).toBe(await film.count());
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({ state: 'detached' });
});

const boxOf = async (selector: string): Promise<{ x: number; y: number; width: number; height: number }> =>
  (await page.locator(selector).first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };

test('at 390 px the selection bar, the count and the views are whole, and news covers none of them', async () => {
  await goTo('#/media');
  await page.setViewportSize({ width: 390, height: 844 });
  try {
    const tiles = page.locator('[role=gridcell]');
    await tiles.nth(1).click({ modifiers: ['Control'] });
    await page.keyboard.press('f');
    await page.locator('.toast').first().waitFor();
    for (const part of ['.bar .btn-main', '.bar p', '.count', '.views']) {
      const { x, width } = await boxOf(part);
      expect([part, width > 0, x >= 0, x + width <= 390]).toEqual([part, true, true, true]);
    }
    const toast = await boxOf('.toast');
    expect(toast.y + toast.height).toBeLessThanOrEqual((await boxOf('section.bar')).y);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog');
    await dialog.locator('.toast').first().waitFor();
    const [body, inside, frame] = [await boxOf('.dialog-body'), await boxOf('.dialog .toast'), await boxOf('.dialog')];
    expect(body.y + body.height).toBeLessThanOrEqual(inside.y);
    expect(inside.y + inside.height).toBeLessThanOrEqual(frame.y + frame.height);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  } finally {
    await page.setViewportSize({ width: 1280, height: 840 });
  }
});

test('the ring of a set filter is whole; from right to left, dates and dimensions keep their order', async () => {
  await goTo('#/media?kind=photo&state=stored');
  const chip = page.locator('.chip.on.joined').first();
  await chip.focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  // Drawn over its neighbour, which would cover the ring.
  expect(await chip.evaluate((each) => getComputedStyle(each).zIndex)).toBe('1');
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  try {
    await page.locator('[role=gridcell]').first().click();
    await page.locator('#viewer dl').waitFor();
    /** Texts of which the last character stands left of the first. */
    const turned = await page.evaluate(() =>
      [...document.querySelectorAll('#viewer .num')].flatMap((element) => {
        const [text] = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        const words = text?.textContent?.trim() ?? '';
        const xOf = (at: number): number => {
          const range = document.createRange();
          range.setStart(text ?? element, at);
          range.setEnd(text ?? element, at + 1);
          return range.getBoundingClientRect().x;
        };
        const start = (text?.textContent ?? '').indexOf(words);
        return /^\d.*\D/.test(words) && xOf(start) > xOf(start + words.length - 1) ? [words] : [];
      }),
    );
    expect(turned).toEqual([]);
    const sizes = page.locator('#viewer dd [dir=ltr]');
    expect(await sizes.textContent()).toMatch(/×/);
  } finally {
    await page.evaluate(() => {
      document.documentElement.dir = 'ltr';
    });
    await page.keyboard.press('Escape');
    await page.locator('#viewer').waitFor({ state: 'detached' });
  }
});
