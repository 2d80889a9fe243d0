/** What changed: an edit with its differences, a withdrawn message, filters, links, and the file. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { NamedChange } from '../../main/contract/shapes.ts';
import { findings } from './findings.ts';
import type { Answers } from './stages/overrides.ts';
import { ask, NOW } from './stages/seed.ts';
import { visits } from './visit.ts';

const visit = visits();
const { open } = visit;
const HOUR = 3_600_000;

/** Changes of real messages and items: the stand-in of the service never changes what the seed has. */
async function made(): Promise<{ readonly rows: readonly NamedChange[]; readonly answers: Answers }> {
  const { rows: media } = await ask(visit.app, 'media.page', {
    filter: {
      accountId: null,
      chatIds: [],
      kinds: [],
      states: ['stored'],
      from: null,
      to: null,
      sender: null,
      text: null,
    },
    after: null,
    limit: 3,
  });
  const [first] = media;
  if (first === undefined) {
    throw new Error('no media');
  }
  const { accountId, chatId, messageId } = first;
  const base = {
    runId: 1,
    accountId,
    chatId,
    messageId: null,
    mediaId: null,
    before: null,
    after: null,
    chatName: 'Harbour Studio',
  };
  const rows: NamedChange[] = [
    {
      ...base,
      id: 5,
      at: NOW - HOUR,
      field: 'message.text',
      messageId,
      before: 'The price is 20 for the set.',
      after: 'The price is 25 for the whole set.',
    },
    { ...base, id: 4, at: NOW - HOUR, field: 'message.gone', messageId, after: new Date(NOW).toISOString() },
    {
      ...base,
      id: 3,
      at: NOW - 2 * HOUR,
      field: 'media.state',
      mediaId: first.id,
      before: 'locked',
      after: 'viewable',
    },
    { ...base, id: 2, at: NOW - 30 * HOUR, field: 'message.bought', messageId, after: '12.50' },
    {
      ...base,
      id: 1,
      at: NOW - 30 * HOUR,
      field: 'chat.name',
      runId: null,
      before: 'Harbour',
      after: 'Harbour Studio',
    },
  ];
  return {
    rows,
    answers: {
      'changes.page': ({ filter }) =>
        Promise.resolve({
          rows: rows.filter(({ field }) => filter.fields.length === 0 || filter.fields.includes(field)),
          next: null,
        }),
    },
  };
}

/** In each look and width, axe finds nothing. */
async function looked(page: Page): Promise<void> {
  for (const [width, scheme] of [
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: scheme });
    expect(await findings(page)).toEqual([]);
  }
}

test('edits show both texts with their differences, and each change leads to its place', async () => {
  const { rows, answers } = await made();
  const page = await open('#/activity', { answers, acceptDownloads: true });
  await page.getByRole('link', { name: 'What changed' }).press('Enter');
  const edit = page.locator('li').filter({ hasText: 'Message edited' });
  await edit.waitFor();
  expect(await edit.locator('del mark').allTextContents()).toEqual(['20']);
  expect(await edit.locator('ins mark').allTextContents()).toEqual(['25', ' whole']);
  await looked(page);
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
  await page.evaluate(() => {
    document.documentElement.dir = '';
  });
  for (const kind of ['CSV', 'JSON']) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: `Save as ${kind}` }).press('Enter');
    const text = await readFile(await (await download).path(), 'utf8');
    if (kind === 'CSV') {
      const lines = text.trim().split('\r\n');
      expect(lines).toHaveLength(rows.length + 1);
      expect(lines[0]).toBe(
        'noticed_at,run,what,account_id,chat_id,chat,message_id,media_id,before,after,noticed_local,time_zone',
      );
    } else {
      const { changes } = JSON.parse(text) as { changes: readonly { id: number; at: string }[] };
      expect(changes.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      expect(changes[0]?.at).toBe(new Date(rows[0]?.at ?? 0).toISOString());
    }
  }
  await page.getByRole('button', { name: 'Edits' }).press('Enter');
  await page.waitForURL(/what=edits/);
  await expect.poll(() => page.locator('.page ul.card > li').count()).toBe(1);
  await edit.getByRole('button', { name: 'Show in conversation' }).press('Enter');
  await page.waitForURL(new RegExp(`messages\\?at=${String(rows[0]?.messageId)}`));
  await page.goBack();
  await page.waitForURL(/what=edits/);
});

test('without changes the screen says where they come from; the palette leads there', async () => {
  const page = await open('#/media', {
    answers: {
      'changes.page': () => Promise.resolve({ rows: [], next: null }),
      'runs.list': () => Promise.resolve({ rows: [], next: null }),
    },
  });
  await page.locator('[role=gridcell]').first().waitFor();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('dialog').getByRole('combobox');
  await field.fill('what changed');
  await page.getByRole('option', { name: 'What changed' }).first().waitFor();
  await field.press('Enter');
  await page.getByRole('heading', { name: 'Nothing has changed yet' }).waitFor();
  await looked(page);
  await page.getByRole('button', { name: 'Names' }).press('Enter');
  await page.getByRole('heading', { name: 'No such changes' }).waitFor();
});

test('days are chosen as over the media: by presets, or two days of the calendar', async () => {
  const page = await open('#/activity/changes');
  await page.getByRole('button', { name: 'Date', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Today' }).press('Enter');
  await page.waitForURL(/since=2026-11-24&until=2026-11-24/);
  await page.getByRole('button', { name: /^Remove the filter/ }).press('Enter');
  await page.waitForURL((url) => !url.hash.includes('since='));
  await page.getByRole('button', { name: 'Date', exact: true }).press('Enter');
  await page.locator('.span-day').filter({ hasText: /^3$/ }).first().click();
  await page.locator('.span-day').filter({ hasText: /^5$/ }).first().click();
  await page.getByRole('button', { name: 'Apply' }).press('Enter');
  await page.waitForURL(/since=2026-11-03&until=2026-11-05/);
});
