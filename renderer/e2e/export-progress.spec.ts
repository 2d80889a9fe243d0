/** An export as it is followed after its start, through the whole shell: in two tabs, over a reload, to its check and its repetition. */
import { appendFile, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { AppRig } from '../../main/app/testing/app-rig.ts';
import type { ExportOptions } from '../../main/contract/export-shapes.ts';
import { EVERYTHING } from '../../main/contract/shapes.ts';
import { startServer, type RunningServer } from '../../main/shell/server/server.ts';
import { openBrowser, type OpenBrowser } from './browser.ts';

let rig: AppRig;
let server: RunningServer;
let browser: OpenBrowser;
let context: BrowserContext;
let first: Page;
let second: Page;
let tries = 0;
let options: ExportOptions;
const said: string[] = [];

async function tab(address: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      said.push(message.text());
    }
  });
  await page.goto(address);
  await page.locator('nav .chat').first().waitFor();
  await page.evaluate(() => {
    window.location.hash = '#/activity';
  });
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
  return page;
}

const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 2, exact: true });

beforeAll(async () => {
  [rig, browser] = await Promise.all([AppRig.start({ library: true }), openBrowser()]);
  await rig.fill();
  server = await startServer({
    app: rig.app,
    rendererDir: inject('pagesDir'),
    port: 0,
    log: rig.ports.log,
    now: Date.now,
  });
  context = await browser.newContext({ viewport: { width: 1280, height: 840 }, locale: 'en-GB' });
  first = await tab(server.newUrl());
  second = await tab(first.url().replace(/#.*$/, ''));
});

/** A test that is run again must not find the dialog that it left. */
beforeEach(async () => {
  if (await first.getByRole('dialog').isVisible()) {
    await first.keyboard.press('Escape');
    await first.getByRole('dialog').waitFor({ state: 'detached' });
  }
});

function optionsOf(name: string): ExportOptions {
  return {
    dir: join(rig.folder, name),
    selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] },
    layout: 'flat',
    conflict: 'skip',
    link: 'copy',
    sidecars: ['csv'],
    messages: 'none',
    bates: null,
    pageSize: null,
    bag: false,
    zip: false,
    zipBytes: null,
    csvBom: false,
  };
}

afterAll(async () => {
  await browser.close();
  await server.close();
  await rig.end();
});

test('the messages of a PDF are counted while it is made, and a pause holds it', async () => {
  tries += 1;
  const laidOut = Promise.withResolvers<undefined>();
  const stop = rig.app.subscribe('export.progress', ({ pdf }) => {
    if (pdf !== null) {
      laidOut.resolve(undefined);
    }
  });
  options = { ...optionsOf(`Paper ${String(tries)}`), sidecars: ['pdf'], messages: 'all' };
  await rig.ask('export.start', options);
  await laidOut.promise;
  await rig.ask('export.pause', {});
  stop();
  await title(first, 'Export paused').waitFor();
  await first
    .locator('nav')
    .getByText(/^PDF: \d+ of \d+ messages$/)
    .waitFor();
  await first.getByText('messages in the PDF').waitFor();
  await first.getByRole('button', { name: 'Continue', exact: true }).click();
  await title(first, 'Export done').waitFor();
  expect(await first.getByText('messages in the PDF').count()).toBe(0);
});

test('an export that is paused stands in every tab, and over a reload', async () => {
  tries += 1;
  options = optionsOf(`Case ${String(tries)}`);
  await rig.ask('export.start', options);
  await rig.ask('export.pause', {});
  await title(first, 'Export paused').waitFor();
  await title(second, 'Export paused').waitFor();
  await first.reload();
  await title(first, 'Export paused').waitFor();
  expect(await first.locator('nav').getByText('Export paused').count()).toBe(1);
  await second.getByRole('button', { name: 'Continue', exact: true }).click();
  await title(first, 'Export done').waitFor();
  await title(second, 'Export done').waitFor();
});

test('the export stands among the past ones, and its files are as exported', async () => {
  await first.getByText(basename(options.dir), { exact: true }).waitFor();
  await first.getByRole('button', { name: `Verify ${basename(options.dir)}` }).click();
  await first
    .getByRole('dialog')
    .getByText(/^\d+ files are as exported$/)
    .last()
    .waitFor();
  await first.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
});

test('a file that was changed afterwards is named', async () => {
  const name = (await readdir(options.dir)).find((each) => /^\d{4}-/.test(each)) ?? '';
  await appendFile(join(options.dir, name), 'more');
  await first.getByRole('button', { name: 'Verify', exact: true }).click();
  const dialog = first.getByRole('dialog');
  await dialog.getByText('1 file is not as exported').last().waitFor();
  const listed = dialog.getByRole('region', { name: 'Files that are not as exported' }).getByRole('listitem');
  expect(await listed.allTextContents()).toEqual([expect.stringContaining(name)]);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
});

test('exported again it writes what is not there', async () => {
  await rm(join(options.dir, 'media.csv'), { force: true });
  const [gone = ''] = (await readdir(options.dir)).filter((each) => /^\d{4}-/.test(each)).slice(-1);
  await rm(join(options.dir, gone));
  await first.getByRole('button', { name: 'Export again', exact: true }).click();
  await expect.poll(() => readdir(options.dir), { interval: 100 }).toEqual(expect.arrayContaining([gone, 'media.csv']));
  await title(first, 'Export done').waitFor();
});

test('an end that was dismissed stays away', async () => {
  const dismiss = first.getByRole('button', { name: 'Dismiss this export' }).last();
  // Run again, it may be dismissed already.
  if (await dismiss.isVisible()) {
    await dismiss.click();
  }
  await title(first, 'Export done').waitFor({ state: 'detached' });
  await first.reload();
  await first.getByText(basename(options.dir), { exact: true }).waitFor();
  expect(await title(first, 'Export done').count()).toBe(0);
  expect(said).toEqual([]);
});
