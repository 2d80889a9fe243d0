/** The search of an exported gallery, from the disk: whatever the size, only what is seen is in the page. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runExport } from '../../main/export/run.ts';
import { MadeLibrary } from '../../main/export/testing/made-library.ts';
import { inLong } from '../../main/lib/testing/long.ts';
import { openBrowser, type OpenBrowser } from './browser.ts';
import { findings } from './findings.ts';

/** All on one day. */
const MESSAGES = inLong(100_000, 12_000);
const DAY = Date.UTC(2025, 5, 1);
const HOSTILE = `<img src=x onerror="document.title='taken'"></pre><script>document.title='taken'</script>`;
const NAMES = ['Zoë Ωmega', 'Анна', 'مرحبا', 'שלום', '你好', '한국어', 'สวัสดี', '👩🏽‍🚀'] as const;
const HUGE = `${'long '.repeat(11_995)}the needle at the end`;

let library: MadeLibrary;
let browser: OpenBrowser;
let dir: string;

beforeAll(async () => {
  library = await MadeLibrary.open();
  for (const [at, name] of NAMES.entries()) {
    await library.nameChat(20 + at, name);
  }
  for (let from = 0; from < MESSAGES; from += 5000) {
    await library.add(
      Array.from({ length: Math.min(5000, MESSAGES - from) }, (_none, at) => ({
        id: 1000 + from + at,
        text: `message ${String(from + at)} of a long day`,
        sentAt: DAY + Math.floor(((from + at) * 86_000_000) / MESSAGES),
        mine: (from + at) % 2 === 0,
        media: [],
      })),
      { files: false },
    );
  }
  await library.add([
    ...NAMES.map((name, at) => ({
      id: 10 + at,
      chat: 20 + at,
      text: `written by ${name}`,
      sentAt: DAY + at * 86_400_000,
      media: [],
    })),
    { id: 50, chat: 20, text: HUGE, sentAt: DAY + 40 * 86_400_000, media: [] },
    { id: 51, chat: 20, text: HOSTILE, sentAt: DAY + 41 * 86_400_000, media: [{ id: 1, state: 'locked' }] },
  ]);
  ({ dir } = await runExport(
    library.options({ sidecars: ['html'], messages: 'all' }),
    library.ports,
    new AbortController().signal,
  ));
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  await library.end();
});

async function open(hash = ''): Promise<{ page: Page; faults: string[] }> {
  const page = await (await browser.newContext({ viewport: { width: 1100, height: 800 } })).newPage();
  const faults: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) {
      faults.push(request.url());
    }
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      faults.push(message.text());
    }
  });
  await page.goto(`${pathToFileURL(join(dir, 'index.html')).href}${hash}`);
  return { page, faults };
}

/** Searches, and answers what is said of it once it has come to its end. */
async function find(page: Page, asked: Readonly<Record<string, string>>): Promise<string> {
  await page.getByRole('button', { name: 'Clear' }).click();
  for (const [name, value] of Object.entries(asked)) {
    const field = page.locator(`[name=${name}]`);
    await (name === 'chat' ? field.selectOption(value) : field.fill(value));
  }
  await page.getByRole('button', { name: 'Search' }).click();
  return await ended(page);
}

async function ended(page: Page): Promise<string> {
  await page.waitForFunction(() => /message/i.test(document.getElementById('said')?.textContent ?? ''));
  return (await page.locator('#said').textContent()) ?? '';
}

const nodes = (page: Page): Promise<number> => page.evaluate(() => document.getElementsByTagName('*').length);

test('a hundred thousand messages are searched, and a hundred are in the page', async () => {
  const { page, faults } = await open();
  const before = await nodes(page);
  expect(await find(page, { words: 'LONG day' })).toBe(`${MESSAGES.toLocaleString('en-GB')} messages`);
  expect(await page.locator('#found li').count()).toBe(100);
  expect(await nodes(page)).toBeLessThanOrEqual(before + 100 * 8);
  await page.getByRole('button', { name: 'Show more' }).click();
  expect(await page.locator('#found li').count()).toBe(200);
  // What was shown before is gone, the parts that were opened too.
  expect(await find(page, { words: `message ${String(MESSAGES - 1)} ` })).toBe('1 message');
  expect(await page.locator('#found mark').allTextContents()).toEqual(['message', String(MESSAGES - 1)]);
  expect(await nodes(page)).toBeLessThan(before + 20);
  expect(await page.locator('iframe').count()).toBe(0);
  // Its place: a page with as many messages as any, and this one in view.
  await page.locator('#found a').click();
  const article = page.locator(`#m${String(1000 + MESSAGES - 1)}`);
  await article.waitFor();
  expect(await article.evaluate((place) => place.matches(':target'))).toBe(true);
  expect(await page.locator('article').count()).toBeLessThanOrEqual(500);
  expect(await nodes(page)).toBeLessThan(500 * 10);
  // The way back leads to what was found.
  await page.goBack();
  expect(await ended(page)).toBe('1 message');
  expect(faults).toEqual([]);
});

test('senders and words of every script, dates and chats narrow it down', async () => {
  const { page, faults } = await open();
  for (const name of NAMES) {
    expect(await find(page, { sender: name, words: 'written' })).toBe('1 message');
    expect(await find(page, { words: name })).toBe('1 message');
  }
  expect(await find(page, { words: 'zoe ωMEGA' })).toBe('1 message');
  expect(await find(page, { sender: 'me' })).not.toBe('No message found');
  expect(await find(page, { from: '2025-06-02', to: '2025-06-03' })).toBe('2 messages');
  expect(await find(page, { chat: '1', words: 'written' })).toBe('1 message');
  expect(await find(page, { words: 'nobody wrote this' })).toBe('No message found');
  expect(await page.locator('#whole').isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.locator('#whole').waitFor();
  expect(faults).toEqual([]);
});

test('the end of a message of 60,000 characters is found, shown in part, and in its place', async () => {
  const { page, faults } = await open('#words=needle');
  expect(await ended(page)).toBe('1 message');
  const text = (await page.locator('#found p').textContent()) ?? '';
  expect(text.length).toBeLessThan(300);
  expect(text).toContain('the needle at the end');
  await page.locator('#found a').click();
  const article = page.locator('#m50');
  expect(((await article.locator('p').textContent()) ?? '').length).toBe(HUGE.length);
  expect(faults).toEqual([]);
});

test('what strangers wrote is text, in what is found as in its place', async () => {
  const { page, faults } = await open(`#${new URLSearchParams({ words: 'onerror' }).toString()}`);
  expect(await ended(page)).toBe('1 message');
  expect(await page.locator('#found p').textContent()).toBe(HOSTILE);
  expect(await page.locator('#found img, #found script').count()).toBe(0);
  await page.locator('#found a').click();
  expect(await page.locator('#m51 p').textContent()).toBe(HOSTILE);
  expect(await page.title()).toBe('Zoë Ωmega');
  expect(faults).toEqual([]);
});

test('looks well in light, dark, on a phone and on paper', async () => {
  const { page } = await open('#words=written');
  await ended(page);
  const shots = process.env['SCREENSHOTS'];
  const shoot = async (name: string): Promise<void> => {
    if (shots !== undefined) {
      await mkdir(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `gallery-find-${name}.png`) });
    }
  };
  for (const [width, scheme] of [
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: scheme });
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await shoot(`${String(width)}-${scheme}`);
  }
  await page.locator('#found a').first().click();
  await page.locator('article').first().waitFor();
  await shoot('place');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(
    await page
      .locator('nav, button, header > a')
      .evaluateAll((all) => all.filter((one) => one.checkVisibility()).length),
  ).toBe(0);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
  if (shots !== undefined) {
    await page.pdf({ path: join(shots, 'gallery-find-print.pdf'), preferCSSPageSize: true });
  }
});

test('a part that is missing is told with what could not be searched', async () => {
  await rm(join(dir, 'gallery', 'find-1.html'));
  const { page } = await open();
  expect(await find(page, { words: 'long day' })).toMatch(/^[\d,]+ messages\. 5,000 messages could not be searched/);
});
