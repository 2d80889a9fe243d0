/** The search inside one conversation: hits counted, stepped through and marked, by keys alone. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { ask } from './stages/seed.ts';
import { focusedId, visits } from './visit.ts';

const visit = visits();
const WORD = 'light';

/** The chat with the most messages that have the word, and these. */
async function richest(): Promise<{ chatId: number; ids: readonly number[] }> {
  const { rows } = await ask(visit.app, 'chats.list', { accountId: 1, after: null, limit: 50 });
  const all = await Promise.all(
    rows.map(async ({ id }) => ({
      chatId: id,
      ids: (await ask(visit.app, 'messages.find', { accountId: 1, chatId: id, text: WORD })).ids,
    })),
  );
  return all.reduce((most, each) => (each.ids.length > most.ids.length ? each : most));
}

const status = (page: Page) => page.locator('.find [role=status]');
const says = async (page: Page, text: string): Promise<void> => {
  await expect.poll(() => status(page).textContent()).toBe(text);
};

/** The hit has the ring, its words are marked, and it lies in the view. */
async function isShown(page: Page, id: number): Promise<void> {
  const hit = page.locator(`#message-${String(id)}.target`);
  await hit.locator('mark').first().waitFor();
  const box = await page.locator('.box').boundingBox();
  await expect
    .poll(async () => {
      const at = await hit.boundingBox();
      return at !== null && box !== null && at.y + at.height > box.y && at.y < box.y + box.height;
    })
    .toBe(true);
}

test('letters that find nothing move nothing, and a word found stays in the view', async () => {
  const { chatId } = await richest();
  const page = await visit.open(`#/chat/1/${String(chatId)}/messages`);
  const box = page.locator('.box');
  await page.locator('.bubble').first().waitFor();
  await box.evaluate((each) => {
    each.scrollTop = each.scrollHeight / 2;
  });
  await page.keyboard.press('Control+f');
  await expect.poll(() => focusedId(page)).toBe('find');
  const before = await box.evaluate((each) => each.scrollTop);
  const asked: string[] = [];
  page.on('request', (request) => {
    asked.push(request.url());
  });
  await page.keyboard.type('zqxj');
  await says(page, 'No messages');
  expect(asked.filter((url) => url.includes('messages.page'))).toEqual([]);
  expect(await box.evaluate((each) => each.scrollTop)).toBe(before);
  await page.locator('#find').fill(WORD);
  await expect.poll(() => status(page).textContent()).toMatch(/^\d+ of/);
  const inView = async (): Promise<boolean> => {
    const [mark, view] = await Promise.all([page.locator('.target mark').first().boundingBox(), box.boundingBox()]);
    return mark !== null && view !== null && mark.y >= view.y && mark.y + mark.height <= view.y + view.height;
  };
  await expect.poll(inView).toBe(true);
});

test('Ctrl+F opens it; Enter, F3 and the buttons go from hit to hit; Escape closes it and gives the focus back', async () => {
  const { chatId, ids } = await richest();
  const page = await visit.open(`#/chat/1/${String(chatId)}/messages`);
  await page.locator('.bubble').first().waitFor();
  await page.locator('.box').focus();
  await page.keyboard.press('Control+f');
  await expect.poll(() => focusedId(page)).toBe('find');
  await page.keyboard.type(WORD);
  const total = String(ids.length);
  expect(ids.length).toBeGreaterThan(3);
  await says(page, `1 of ${total}`);
  await isShown(page, ids[0] ?? 0);
  await page.keyboard.press('Enter');
  await says(page, `2 of ${total}`);
  await isShown(page, ids[1] ?? 0);
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await says(page, `${total} of ${total}`);
  await isShown(page, ids.at(-1) ?? 0);
  await page.getByRole('button', { name: 'Older message with these words' }).click();
  await says(page, `1 of ${total}`);
  await page.locator('.box').focus();
  await page.keyboard.press('F3');
  await page.keyboard.press('F3');
  await says(page, `3 of ${total}`);
  await page.keyboard.press('Shift+F3');
  await says(page, `2 of ${total}`);
  await isShown(page, ids[1] ?? 0);
  expect(await findings(page)).toEqual([]);
  // Once more, the words are chosen, so that others replace them.
  await page.keyboard.press('Control+f');
  await page.keyboard.type('zzz');
  await says(page, 'No messages');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(':)');
  await says(page, ':) cannot be searched');
  await page.keyboard.press('Escape');
  await page.locator('.find').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('box');
  expect(await page.locator('.bubble mark').count()).toBe(0);
});

test('Ctrl+F over the media of a chat searches in that chat alone; Escape leads back', async () => {
  const { chatId, ids } = await richest();
  const page = await visit.open(`#/chat/1/${String(chatId)}/media`);
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await page.keyboard.press('Control+f');
  await expect.poll(() => focusedId(page)).toBe('search');
  await page.getByRole('heading', { name: /^Search in / }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[role=gridcell]').first().waitFor();
  await page.keyboard.press('Control+f');
  await expect.poll(() => focusedId(page)).toBe('search');
  await page.keyboard.type(WORD);
  // The first letters of the word have hits of their own.
  await expect.poll(() => page.locator('.hit').count()).toBe(ids.length);
  expect(await findings(page)).toEqual([]);
  // The chat is named in the field, and taken off there.
  await page.getByRole('button', { name: /search all chats/ }).click();
  await expect.poll(() => page.locator('.hit').count()).toBeGreaterThan(ids.length);
  expect(await page.locator('#search').inputValue()).toBe(WORD);
  // Elsewhere it goes to the search of everything; the palette offers it as well.
  await page.goto(`${page.url().split('#')[0] ?? ''}#/chat/1/${String(chatId)}/media`);
  await page.locator('[role=gridcell]').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.locator('.palette input').fill('search in this');
  await page.keyboard.press('Enter');
  await expect.poll(() => focusedId(page)).toBe('search');
  await page.getByRole('heading', { name: /^Search in / }).waitFor();
});

test('at 390 px the search has room for its words, and all of the width while they are typed', async () => {
  const { chatId } = await richest();
  const page = await visit.open(`#/chat/1/${String(chatId)}/media`, { viewport: { width: 390, height: 844 } });
  await page.locator('[role=gridcell] img.there').first().waitFor();
  const field = page.locator('#search');
  const room = (): Promise<boolean> =>
    field.evaluate((input: HTMLInputElement) => {
      const drawn = document.createElement('canvas').getContext('2d');
      const { font, paddingLeft, paddingRight } = getComputedStyle(input);
      if (drawn === null) {
        return false;
      }
      drawn.font = font;
      const words = input.value === '' ? input.placeholder : input.value;
      return drawn.measureText(words).width <= input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    });
  expect(await room()).toBe(true);
  await field.fill('the light over the water');
  await page.locator('.hit').first().waitFor();
  expect(await room()).toBe(true);
  // What has no button there is in the menu.
  await page.goBack();
  await page.getByRole('button', { name: 'More commands' }).click();
  await page.getByRole('menuitem', { name: 'Blur and mute all media' }).waitFor();
  expect(await findings(page)).toEqual([]);
});

test('a hit of the global search brings its words along; Back leads to the hits', async () => {
  const page = await visit.open(`#/search?q=${WORD}`);
  await page.locator('.hit').nth(2).click();
  await page.waitForURL(/#\/chat\/1\/\d+\/messages\?at=\d+&find=light$/);
  const [chatId = 0, id = 0] = [...page.url().matchAll(/\d+(?=\/messages|&find)/g)].map(Number);
  const { ids } = await ask(visit.app, 'messages.find', { accountId: 1, chatId, text: WORD });
  await says(page, `${String(ids.indexOf(id) + 1)} of ${String(ids.length)}`);
  await isShown(page, id);
  // The place is kept by a reload.
  await page.reload();
  await isShown(page, id);
  await page.goBack();
  await page.locator('.hit').first().waitFor();
});

test('the palette offers it in a conversation, and the field has the focus', async () => {
  const { chatId } = await richest();
  const page = await visit.open(`#/chat/1/${String(chatId)}/messages`, { viewport: { width: 390, height: 844 } });
  await page.locator('.bubble').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.locator('.palette input').fill('search in this');
  await page.keyboard.press('Enter');
  await expect.poll(() => focusedId(page)).toBe('find');
  await page.keyboard.type(WORD);
  await page.locator('.bubble mark').first().waitFor();
  for (const part of await page.locator('.find button, .find input').all()) {
    const box = await part.boundingBox();
    expect(box !== null && box.x >= 0 && box.x + box.width <= 390).toBe(true);
  }
  expect(await findings(page)).toEqual([]);
});
