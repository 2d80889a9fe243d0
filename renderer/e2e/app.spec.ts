/**
 * The app as a person meets it, from the first start to a library that works without the service. The same specs on every shell: the
 * server's page, and real Electron where there is one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { CallName } from '../../main/app/calls.ts';
import { startSandbox, type Sandbox } from '../../main/sandbox/testing/sandbox.ts';
import { electronStage } from './stages/electron-stage.ts';
import { serverStage } from './stages/server-stage.ts';
import type { OpenStage } from './stages/stage.ts';
import { truthOf } from '../../main/sandbox/testing/truth.ts';

const pagesDir = inject('pagesDir');
const picture = '[role=gridcell] img.there';

/** Asks the app past its screens, over whichever bridge the page has: to wait for what no screen has to say in words. */
const ask = (page: Page, name: CallName, input: object = {}): Promise<unknown> =>
  page.evaluate(
    async ([call, value]) => {
      const { bridge } = window as unknown as {
        readonly bridge?: { call(id: number, name: string, input: unknown): Promise<string> };
      };
      if (bridge !== undefined) {
        return JSON.parse(await bridge.call(Date.now(), call, value)) as unknown;
      }
      const response = await fetch(`/rpc/${call}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(value),
      });
      return (await response.json()) as unknown;
    },
    [name, input] as const,
  );

/** Opens the first stored item of a kind in the viewer. */
async function openFirst(page: Page, kind: 'photo' | 'video' | 'audio'): Promise<void> {
  await page.evaluate((name) => {
    window.location.hash = `#/media?kind=${name}&state=stored`;
  }, kind);
  await page.waitForURL(new RegExp(`kind=${kind}`));
  await page.locator('[role=gridcell]').first().click();
  await page.locator('#viewer').waitFor();
}

async function closeViewer(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({ state: 'detached' });
}

/** Plays, seeks to the middle, and answers where it stands, as a share of the length. */
const playAndSeek = (page: Page, selector: string): Promise<{ share: number; error: number | null }> =>
  page.locator(selector).evaluate(async (player: HTMLMediaElement) => {
    const once = (name: string) =>
      new Promise<void>((done) => {
        player.addEventListener(
          name,
          () => {
            done();
          },
          { once: true },
        );
      });
    if (player.readyState < HTMLMediaElement.HAVE_METADATA) {
      await once('loadedmetadata');
    }
    player.muted = true;
    await player.play();
    player.pause();
    const sought = once('seeked');
    player.currentTime = player.duration / 2;
    await sought;
    return { share: player.currentTime / player.duration, error: player.error?.code ?? null };
  });

for (const stage of [serverStage, electronStage]) {
  describe.skipIf(!stage.there)(`on ${stage.name}`, () => {
    let folder: string;
    let service: Sandbox;
    let begun = 0;
    let open: OpenStage | null = null;
    let page: Page;
    const said: string[] = [];

    async function stop(): Promise<void> {
      const opened = open;
      open = null;
      await opened?.close();
    }

    async function start(): Promise<OpenStage> {
      await stop();
      const opened = await stage.open({ configDir: join(folder, String(begun), 'config'), pagesDir });
      open = opened;
      ({ page } = opened);
      page.on('pageerror', (error) => said.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') {
          said.push(message.text());
        }
      });
      return opened;
    }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'chatkeep-e2e-'));
      service = await startSandbox({ chats: 3, messages: 60 });
    });
    afterAll(async () => {
      await stop();
      await service.close();
      await rm(folder, { recursive: true, force: true });
    });
    /** A test that is run again must not find the viewer or the trash as it left them. */
    beforeEach(async () => {
      if (open === null) {
        return;
      }
      if (await page.locator('#viewer').isVisible()) {
        await closeViewer(page);
      }
      await ask(page, 'trash.restore', { refs: null });
    });

    test('the first run asks for a folder, a key, a connection and chats', async () => {
      begun += 1;
      const { chooseFolder } = await start();
      await page.getByRole('heading', { name: 'Where the library lives' }).waitFor();
      await chooseFolder(join(folder, String(begun), 'library'));
      await page.getByText('The folder will be made.').waitFor();
      await page.getByRole('button', { name: 'Continue' }).click();

      await page.getByLabel('Key', { exact: true }).fill('a wrong key');
      await page.getByRole('button', { name: 'Use a different API address' }).click();
      await page.getByLabel('API address').fill(service.api);
      await page.getByRole('button', { name: 'Test the key' }).click();
      await page.getByRole('alert').waitFor();

      await page.getByLabel('Key', { exact: true }).fill(service.key);
      await page.getByRole('button', { name: 'Test the key' }).click();
      await page.getByRole('heading', { name: 'Which connection' }).waitFor();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('3 of 3 chosen').waitFor();
    });

    test('the sync fills the grid while it runs, and ends with every file', async () => {
      const startSync = page.getByRole('button', { name: 'Start sync' });
      if (await startSync.isVisible()) {
        await startSync.click();
      }
      await page.locator(picture).first().waitFor();
      await expect
        .poll(() => ask(page, 'sync.status'), { interval: 200 })
        .toMatchObject({ ok: true, value: { state: 'idle', problem: null } });
      const kept = [...truthOf(service).media()].filter((each) => each.state === 'viewable').length;
      expect(await ask(page, 'ledger.get', { accountId: null, chatId: null })).toMatchObject({
        value: { total: { stored: kept, pending: 0, failed: 0 } },
      });
    });

    test('a picture opens whole', async () => {
      await openFirst(page, 'photo');
      const image = page.locator('#viewer img.full');
      await expect.poll(() => image.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBeGreaterThan(0);
      await closeViewer(page);
    });

    test.each([
      ['video', '#viewer video'],
      ['audio', '#viewer audio'],
    ] as const)('a stored %s plays and can be sought', async (kind, selector) => {
      await openFirst(page, kind);
      const { share, error } = await playAndSeek(page, selector);
      expect(error).toBeNull();
      expect(share).toBeCloseTo(0.5, 1);
      await closeViewer(page);
    });

    test('the list tells sender and words, in any order; what is removed comes back', async () => {
      await page.evaluate(() => {
        window.location.hash = '#/media?view=list&order=-size&state=stored';
      });
      const rows = page.locator('[role=row][data-media]');
      await rows.first().waitFor();
      await expect.poll(() => rows.first().locator('.sender').textContent()).not.toBe('');
      const idOf = (): Promise<string | null> => rows.first().getAttribute('data-media');
      const largest = await idOf();
      await page.locator('[role=row][tabindex="0"]').focus();
      await page.keyboard.press('Delete');
      await page.getByText('1 item moved to the trash').waitFor();
      await expect.poll(idOf).not.toBe(largest);
      expect(await ask(page, 'trash.summary')).toMatchObject({ value: { count: 1 } });
      await page.getByRole('button', { name: 'Undo', exact: true }).click();
      await page.getByText('1 item brought back').waitFor();
      await page.getByRole('button', { name: 'List again' }).click();
      await expect.poll(idOf).toBe(largest);
    });

    test('a reload keeps the place', async () => {
      await openFirst(page, 'photo');
      const before = await page.evaluate(() => window.location.hash);
      await page.reload();
      await page.locator('#viewer img.full').waitFor();
      expect(await page.evaluate(() => window.location.hash)).toBe(before);
      await closeViewer(page);
    });

    test('a new start opens the library where it was, without asking for anything', async () => {
      await start();
      await page.locator(picture).first().waitFor();
      expect(await ask(page, 'accounts.list')).toMatchObject({ value: { accounts: [{ status: 'ok' }] } });
      expect(await ask(page, 'accounts.test', { accountId: 1 })).toMatchObject({ ok: true, value: { status: 'ok' } });
    });

    test('without the service everything stored is there, and a sync says what is wrong', async () => {
      await service.close();
      await page.evaluate(() => {
        window.location.hash = '#/media';
      });
      await page.reload();
      await page.locator(picture).first().waitFor();
      await openFirst(page, 'video');
      expect((await playAndSeek(page, '#viewer video')).error).toBeNull();
      await closeViewer(page);
      await ask(page, 'sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false });
      await expect
        .poll(() => ask(page, 'sync.status'), { interval: 200 })
        .toMatchObject({ value: { state: 'idle', problem: { code: 'service_unreachable' } } });
    });

    test('nothing was said in the console, and nothing was asked of the service that it forbids', () => {
      expect(said).toEqual([]);
      expect(service.violations).toEqual([]);
    });
  });
  describe.skipIf(!stage.there)(`sample chats on ${stage.name}`, () => {
    test('fill the grid without a key', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'chatkeep-e2e-'));
      const open = await stage.open({ configDir: join(folder, 'config'), pagesDir });
      try {
        const { page } = open;
        await page.getByRole('heading', { name: 'Where the library lives' }).waitFor();
        await open.chooseFolder(join(folder, 'library'));
        await page.getByText('The folder will be made.').waitFor();
        await page.getByRole('button', { name: 'Try it with sample chats' }).click();
        await page.locator(picture).first().waitFor();
      } finally {
        await open.close();
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
}
