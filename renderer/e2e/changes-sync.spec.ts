/** What changed, after two real syncs: between them the service edits, withdraws, unlocks, renames and adds. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { silentLog } from '../../main/app/kernel/log.ts';
import { AppRig } from '../../main/app/testing/app-rig.ts';
import { startServer, type RunningServer } from '../../main/shell/server/server.ts';
import { openBrowser } from './browser.ts';
import { findings } from './findings.ts';
import { truthOf } from '../../main/sandbox/testing/truth.ts';

let rig: AppRig;
let server: RunningServer;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let page: Page;
let accountId: number;

beforeAll(async () => {
  rig = await AppRig.start({ library: true, sandbox: { chats: 1, messages: 40 } });
  accountId = await rig.fill();
  server = await startServer({ app: rig.app, rendererDir: inject('pagesDir'), port: 0, log: silentLog, now: Date.now });
  browser = await openBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 840 }, locale: 'en-GB' })).newPage();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await rig.end();
});

test('each change is told with its words and leads to its place, and so do new messages', async () => {
  const [chat] = [...truthOf(rig.sandbox).chats()];
  const listed = [...(chat?.messages() ?? [])].filter(({ inMediaListing }) => inMediaListing);
  const [edited, withdrawn] = listed.slice(5);
  const locked = [...(chat?.media() ?? [])].find(({ state }) => state === 'locked');
  if (chat === undefined || edited === undefined || withdrawn === undefined || locked === undefined) {
    throw new Error('the sandbox has no such messages');
  }
  rig.sandbox.edit(edited.id, '<p>An edited text</p>');
  rig.sandbox.withdraw(withdrawn.id);
  rig.sandbox.unlock(locked.id);
  rig.sandbox.renameUser(chat.id, 'Another Name');
  const [added = 0] = rig.sandbox.addMessages(chat.id, 3);
  await rig.ask('sync.start', { accountId, chatIds: [], full: true, retryFailed: false });
  await rig.synced();

  await page.goto(server.newUrl());
  await page.locator('[role=gridcell]').first().waitFor();
  const show = async (): Promise<void> => {
    await page.evaluate(() => {
      window.location.hash = '#/activity/changes';
    });
    await page.getByRole('heading', { name: 'What changed' }).waitFor();
  };
  await show();
  const row = (title: string | RegExp): Locator =>
    page.locator('.page li').filter({ has: page.getByText(title, { exact: true }) });

  await row('Message edited').waitFor();
  expect(await row('Message edited').locator('ins').textContent()).toBe('An edited text');
  expect(
    await row(/^(?:Chat|Person) renamed$/)
      .first()
      .locator('ins')
      .textContent(),
  ).toBe('Another Name');
  await row('Message edited').getByRole('button', { name: 'Show in conversation' }).click();
  await page.waitForURL(new RegExp(`messages\\?at=${String(edited.id)}`));

  await show();
  await row('Message withdrawn').getByRole('button', { name: 'Show in conversation' }).click();
  await page.waitForURL(new RegExp(`messages\\?at=${String(withdrawn.id)}`));

  await show();
  await row('State changed')
    .filter({ hasText: /locked →/i })
    .getByRole('button', { name: 'Show the item' })
    .click();
  await page.waitForURL(new RegExp(`${String(locked.id)}`));

  // Each run tells what it listed first; of the second these are the three.
  await show();
  await page.getByRole('button', { name: '3 new messages' }).press('Enter');
  const news = row('3 new messages').filter({ hasText: 'Another Name' });
  await news.waitFor();
  for (const [width, scheme] of [
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 840 });
    await page.emulateMedia({ colorScheme: scheme });
    expect(await findings(page)).toEqual([]);
    if (process.env['SCREENSHOTS'] !== undefined) {
      await page.screenshot({ path: `${process.env['SCREENSHOTS']}/changes-${String(width)}-${scheme}.png` });
    }
  }
  await news.getByRole('button', { name: 'Show in conversation' }).press('Enter');
  await page.waitForURL(new RegExp(`messages\\?at=${String(added)}`));
  await page.getByText('An edited text').first().waitFor({ state: 'attached' });
});
