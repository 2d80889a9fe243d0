/** Films, sounds and words in the viewer, over a library that a real sync made. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { startSandbox, type Sandbox } from '../../main/sandbox/testing/sandbox.ts';
import { EVERYTHING } from '../../main/contract/shapes.ts';
import { findings } from './findings.ts';
import { serverStage } from './stages/server-stage.ts';
import type { OpenStage } from './stages/stage.ts';

let folder: string;
let service: Sandbox;
let stage: OpenStage;
let page: Page;

const ask = (call: string, input: object): Promise<unknown> =>
  page.evaluate(
    async ([name, value]) => {
      const response = await fetch(`/rpc/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(value),
      });
      return (await response.json()) as unknown;
    },
    [call, input] as const,
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-viewing-'));
  service = await startSandbox({ chats: 2, messages: 30 });
  stage = await serverStage.open({ configDir: join(folder, 'config'), pagesDir: inject('pagesDir') });
  ({ page } = stage);
  await page.getByRole('heading', { name: 'Where the library lives' }).waitFor();
  await ask('library.choose', { path: join(folder, 'library') });
  const { api: apiBase, key, connection: connectionId } = service;
  await ask('accounts.add', { name: 'Harbour', key, connectionId, apiBase, ratePerMinute: 0 });
  await ask('sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false });
  await vi.waitFor(
    async () => {
      expect(await ask('sync.status', {})).toMatchObject({ value: { state: 'idle', problem: null } });
    },
    { interval: 200, timeout: 120_000 },
  );
});

afterAll(async () => {
  await stage.close();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

async function openFirst(query: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#/media?${query}`);
  await page.reload();
  await page.locator('[role=gridcell]').first().click();
  await page.locator('#viewer').waitFor();
}

test('Space plays a film and pauses it, and its controls are the app’s own', async () => {
  await openFirst('kind=video&state=stored');
  const film = page.locator('#viewer video');
  const paused = (): Promise<boolean> => film.evaluate((video: HTMLVideoElement) => video.paused);
  await film.waitFor();
  expect(await film.getAttribute('controls')).toBeNull();
  await page.keyboard.press('Space');
  await expect.poll(paused).toBe(false);
  await page.keyboard.press('Space');
  await expect.poll(paused).toBe(true);
  const position = page.getByRole('slider', { name: 'Position' });
  await position.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => position.inputValue()).not.toBe('0');
  expect(page.url()).toContain('video');
  expect(await findings(page)).toEqual([]);
});

test('the speed of a sound stays for the next one', async () => {
  await openFirst('kind=audio&state=stored');
  const rate = (): Promise<number> =>
    page.locator('#viewer audio').evaluate((sound: HTMLAudioElement) => sound.playbackRate);
  await page.getByRole('button', { name: 'Speed 1×' }).click();
  await expect.poll(rate).toBe(1.5);
  const before = page.url();
  await page.getByRole('button', { name: 'Older' }).click();
  await page.waitForURL((url) => String(url) !== before);
  await expect.poll(rate).toBe(1.5);
});

test('a locked item says what will happen, and tells no kind that the service does not', async () => {
  await openFirst('state=locked');
  await page.getByText('Locked. Chatkeep fetches it once it is unlocked.').waitFor();
  expect(await page.locator('#viewer').getByText('Other', { exact: true }).count()).toBe(0);
});

test('a filter menu tells how many items each choice leaves; a span is a preset or two days of a calendar', async () => {
  await page.goto(`${new URL(page.url()).origin}/#/media`);
  await page.reload();
  await page.getByRole('button', { name: 'State', exact: true }).click();
  const counted = (await ask('media.counts', {
    filter: { ...EVERYTHING, accountId: 1, states: ['locked'] },
  })) as { readonly value: { readonly count: number } };
  await page.getByRole('menuitemcheckbox', { name: `Locked ${String(counted.value.count)}` }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Date', exact: true }).click();
  await page.locator('.span-day:not([data-outside-month])').nth(2).click();
  await page.locator('.span-day:not([data-outside-month])').nth(8).click();
  await expect.poll(() => page.getByLabel('Until').inputValue()).toMatch(/-09$/);
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Last year' }).click();
  await page.getByRole('button', { name: /^Remove the filter 1 Jan \d{4} to 31 Dec \d{4}$/ }).waitFor();
});
