/**
 * Exporting as a person does it, through the whole shell: a day is selected, the dialog says what would come of it, and the files are
 * looked at on the disk, against the manifest and against what the dialog said.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { startSandbox, type Sandbox } from '../../main/sandbox/testing/sandbox.ts';
import { serverStage } from './stages/server-stage.ts';
import type { OpenStage } from './stages/stage.ts';

let folder: string;
let service: Sandbox;
let open: OpenStage;
let page: Page;
const said: string[] = [];

/** Waits until nothing runs any more, asking the app past its screens. */
async function whenIn(state: string, call: 'sync.status' | 'export.status'): Promise<void> {
  await vi.waitFor(
    async () => {
      const status = await page.evaluate(async (name) => {
        const response = await fetch(`/rpc/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        });
        return (await response.json()) as unknown;
      }, call);
      expect(status).toMatchObject({ value: { state } });
    },
    { interval: 200, timeout: 120_000 },
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-export-'));
  service = await startSandbox({ chats: 3, messages: 60 });
  open = await serverStage.open({ configDir: join(folder, 'config'), pagesDir: inject('pagesDir') });
  ({ page } = open);
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      said.push(message.text());
    }
  });
  await page.getByRole('heading', { name: 'Where the library lives' }).waitFor();
  await open.chooseFolder(join(folder, 'library'));
  await page.getByText('The folder will be made.').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Key', { exact: true }).fill(service.key);
  await page.getByRole('button', { name: 'Use a different API address' }).click();
  await page.getByLabel('API address').fill(service.api);
  await page.getByRole('button', { name: 'Test the key' }).click();
  await page.getByRole('heading', { name: 'Which connection' }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('3 of 3 chosen').waitFor();
  await page.getByRole('button', { name: 'Start sync' }).click();
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await whenIn('idle', 'sync.status');
});

afterAll(async () => {
  await open.close();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const dialog = () => page.locator('.export-dialog');
const startButton = () => dialog().locator('button[type=submit]');

/** Selects the first day that is shown and opens the dialog on it. */
async function exportDay(): Promise<void> {
  const day = page.locator('.day').first();
  await day.hover();
  const check = day.locator('.check');
  if ((await check.getAttribute('aria-pressed')) !== 'true') {
    await check.click();
  }
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Export', exact: true }).click();
  await dialog().getByRole('tree').waitFor();
}

/** Types a folder and waits until the plan for it stands: the number of files it names. */
async function into(dir: string): Promise<number> {
  await dialog().getByRole('textbox', { name: 'Folder' }).fill(dir);
  const [name] = dir.split('/').slice(-1);
  await dialog()
    .getByRole('treeitem', { level: 1 })
    .getByText(name ?? '', { exact: true })
    .waitFor();
  await expect.poll(() => startButton().isEnabled()).toBe(true);
  const words = (await startButton().textContent()) ?? '';
  return Number(/(\d[\d,]*) files?/.exec(words)?.[1]?.replaceAll(',', ''));
}

/** Every file below a folder, relative to it; those the export keeps for itself aside. */
async function filesOf(dir: string): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('.chatkeep-export'))
    .sort();
}

const PAPERS = ['custody.json', 'manifest-sha256.txt', 'index.html', 'not-exported.csv'];

/** A test that is run again must not find the dialog that it left, nor its preset. */
beforeEach(async () => {
  await page.evaluate(
    (body) => {
      const headers = { 'content-type': 'application/json' };
      return fetch('/rpc/export.removePreset', { method: 'POST', headers, body }).then(() => undefined);
    },
    JSON.stringify({ name: 'Editor' }),
  );
  for (let menus = 0; menus < 3 && (await dialog().isVisible()); menus += 1) {
    await page.keyboard.press('Escape');
  }
  await dialog().waitFor({ state: 'detached' });
});

describe('exporting', () => {
  let exported = 0;

  test('a selected day lies on the disk as the dialog said, and every file is as its manifest says', async () => {
    const dir = join(folder, 'Prints');
    await exportDay();
    await dialog()
      .getByRole('radio', { name: /^By month/ })
      .click();
    exported = await into(dir);
    expect(exported).toBeGreaterThan(0);
    const tree = await dialog().getByRole('treeitem').allTextContents();
    expect(tree.some((line) => /\d{4}-\d{2}/.test(line))).toBe(true);
    await startButton().click();
    await dialog().waitFor({ state: 'detached' });
    await whenIn('done', 'export.status');

    const files = await filesOf(dir);
    const media = files.filter((path) => /^\d{4}\//.test(path));
    expect(media).toHaveLength(exported);
    expect(files).toEqual(expect.arrayContaining(PAPERS));
    expect(
      files.filter((path) => !media.includes(path) && !PAPERS.includes(path) && !/^(gallery\/|\.ch)/.test(path)),
    ).toEqual([]);
    expect(media.filter((path) => !/^\d{4}\/\d{4}-\d{2}\/\d{4}-\d{2}-\d{2} \d{6} \d+\.[a-z0-9]+$/.test(path))).toEqual(
      [],
    );
    expect(new Set(media.map((path) => /\d{4}-\d{2}-\d{2}/.exec(path.split('/').at(-1) ?? '')?.[0])).size).toBeLessThan(
      3,
    );
    const manifest = await readFile(join(dir, 'manifest-sha256.txt'), 'utf8');
    for (const path of media) {
      const bytes = await readFile(join(dir, path));
      expect(bytes.length).toBeGreaterThan(0);
      expect(manifest).toContain(`${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`);
    }
  });

  test('the focus comes back to what opened the dialog, and the selection stays', async () => {
    await exportDay();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    const bar = page.getByRole('region', { name: 'Selection' });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''))
      .toBe('Export');
    expect(await bar.isVisible()).toBe(true);
  });

  test('the manner is remembered, the next folder is a new one, and an earlier one goes on with nothing to write', async () => {
    await exportDay();
    expect(
      await dialog()
        .getByRole('radio', { name: /^By month/ })
        .isChecked(),
    ).toBe(true);
    const field = dialog().getByRole('textbox', { name: 'Folder' });
    expect(await field.inputValue()).toBe(join(folder, 'Chatkeep export'));
    await dialog().getByRole('button', { name: 'Earlier folders' }).click();
    await page.getByRole('menuitem', { name: 'Prints' }).click();
    expect(await field.inputValue()).toBe(join(folder, 'Prints'));
    await dialog()
      .getByText(/stands? there already/)
      .waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('another layout is refused in the folder of an export, at the folder, with a new one at hand', async () => {
    await exportDay();
    await dialog().getByRole('textbox', { name: 'Folder' }).fill(join(folder, 'Prints'));
    await dialog().getByRole('radio', { name: /^Flat/ }).click();
    const alert = dialog().getByRole('alert');
    await alert.getByText('another layout').waitFor();
    expect(await startButton().isDisabled()).toBe(true);
    await alert.getByRole('button', { name: 'Use a new folder' }).click();
    await expect.poll(() => startButton().isEnabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('an unknown token is said at the template and keeps it from starting; one from the list is put in', async () => {
    await exportDay();
    const template = dialog().getByRole('textbox', { name: 'Template' });
    await template.fill('{chta}/');
    await dialog().getByText('unknown token {chta}').waitFor();
    expect(await startButton().isDisabled()).toBe(true);
    await template.fill('');
    for (const token of ['{chat}', '{mediaId}']) {
      await dialog().getByRole('button', { name: 'Insert a token' }).click();
      await page.getByRole('menuitem', { name: token }).click();
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
      await page.keyboard.type(token === '{chat}' ? '/' : '');
    }
    expect(await template.inputValue()).toBe('{chat}/{mediaId}');
    await expect.poll(() => startButton().isEnabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('the tree is walked by keys, and a preset that was removed comes back', async () => {
    await exportDay();
    await into(join(folder, 'Walked'));
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-level'));
    await dialog().getByRole('treeitem', { level: 1 }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('2');
    await page.keyboard.press('ArrowLeft');
    expect(await dialog().getByRole('treeitem', { level: 2 }).first().getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe('1');

    await dialog().getByRole('button', { name: 'Presets' }).click();
    await page.getByRole('textbox', { name: 'Name of the preset' }).fill('Editor');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Name of the preset' }).waitFor({ state: 'detached' });
    await dialog().getByRole('button', { name: 'Editor', exact: true }).click();
    await page.getByRole('button', { name: 'Remove preset Editor' }).click();
    await page.getByText('No presets yet').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove preset Editor' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await dialog().isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('a whole chat goes into a zip', async () => {
    const dir = join(folder, 'Zipped');
    await page.locator('nav .chat').first().click();
    await page.getByRole('button', { name: 'Export this chat' }).click();
    await dialog().getByRole('radio', { name: 'ZIP' }).click();
    const files = await into(dir);
    expect(files).toBeGreaterThan(0);
    await startButton().click();
    await dialog().waitFor({ state: 'detached' });
    await whenIn('done', 'export.status');
    expect((await stat(join(dir, 'export.zip'))).size).toBeGreaterThan(0);
    expect(await filesOf(dir)).toEqual(['export.zip', 'manifest-sha256.txt']);
  });

  test('a folder that is a file is refused', async () => {
    const file = join(folder, 'a file');
    await writeFile(file, 'not a folder');
    await page.getByRole('button', { name: 'Export this chat' }).click();
    await dialog().getByRole('textbox', { name: 'Folder' }).fill(file);
    await dialog().getByRole('alert').getByText('Not a folder').waitFor();
    expect(await startButton().isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('nothing was said in the console', () => {
    expect(said).toEqual([]);
  });
});
