/** A picture that no browser draws: words and a way to its file, in the tiles, in the viewer, and in an exported gallery. A picture that moves. */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runExport } from '../../main/export/run.ts';
import { MadeLibrary } from '../../main/export/testing/made-library.ts';
import { draw, plain } from '../../main/pictures/testing/made-pictures.ts';
import { openBrowser, type OpenBrowser } from './browser.ts';
import { findings } from './findings.ts';
import { serverStage } from './stages/server-stage.ts';
import type { OpenStage } from './stages/stage.ts';

const shots = process.env['SCREENSHOTS'] ?? null;
const WORDS = 'This picture cannot be shown here.';
let folder: string;
let gallery: string;
let library: string;
let stage: OpenStage;
let browser: OpenBrowser;

/** The boxes of an iPhone's picture, with a coded image that nothing here decodes. */
function heic(): Buffer {
  const box = (name: string, ...content: Buffer[]): Buffer => {
    const body = Buffer.concat(content);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + body.length);
    head.write(name, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const none = Buffer.alloc(4);
  const handler = box('hdlr', none, none, Buffer.from('pict'), Buffer.alloc(13));
  const item = box('pitm', none, Buffer.from([0, 1]));
  return Buffer.concat([
    box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1')),
    box('meta', none, handler, item),
    box('mdat', Buffer.alloc(5000, 0x5a)),
  ]);
}

/** A GIF of two frames of one pixel each, red and blue, that repeats. */
function movingPicture(): Buffer {
  const frame = (pixel: string): string => `21f904003200000000` + `2c000000000100010000` + `0202${pixel}0100`;
  const again = '21ff0b4e45545343415045322e300301000000';
  return Buffer.from(`47494638396101000100800000` + `ff00000000ff` + again + frame('44') + frame('4c') + '3b', 'hex');
}

async function shot(page: Page, name: string): Promise<void> {
  if (shots !== null) {
    await mkdir(shots, { recursive: true });
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 840 });
        await page.screenshot({ path: join(shots, `${name}-${scheme}-${String(width)}.png`) });
      }
    }
    await page.setViewportSize({ width: 1280, height: 840 });
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-undrawable-'));
  const made = await MadeLibrary.open(folder);
  library = made.root;
  const good = await draw({ from: plain(320, 240, [90, 120, 160]), to: { format: 'jpeg', quality: 80 } });
  await made.add([
    {
      id: 1,
      text: 'From a phone',
      media: [{ id: 1001, kind: 'photo', bytes: heic(), ext: 'heic', mime: 'image/heic' }],
    },
    { id: 2, text: 'One that is drawn', media: [{ id: 1002, kind: 'photo', bytes: good }] },
    {
      id: 3,
      text: 'One that moves',
      media: [{ id: 1003, kind: 'gif', bytes: movingPicture(), ext: 'gif', mime: 'image/gif' }],
    },
  ]);
  const never = new AbortController().signal;
  ({ dir: gallery } = await runExport(made.options({ sidecars: ['html'] }), made.ports, never));
  await made.index.close();
  stage = await serverStage.open({
    configDir: join(folder, 'config'),
    pagesDir: inject('pagesDir'),
    library,
  });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

test('a file that is away is told as that: no program could open it', async () => {
  const { page } = stage;
  await page.locator('[role=gridcell] img.there').first().waitFor();
  await rename(join(library, 'files'), join(library, 'away'));
  try {
    await page
      .getByRole('gridcell', { name: /^Photo/ })
      .first()
      .click();
    const none = page.locator('#viewer .none');
    await none.getByText('Its file cannot be read.').waitFor();
    expect(await none.getByText(WORDS).count()).toBe(0);
    expect(await none.getByRole('button').count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('#viewer').waitFor({ state: 'detached' });
  } finally {
    await rename(join(library, 'away'), join(library, 'files'));
  }
});

test('the tile says it, and the viewer says it with a way to the file', async () => {
  const { page } = stage;
  await page.locator('[role=gridcell] img.there').first().waitFor();
  const tile = page.locator('[role=gridcell]').filter({ hasText: 'cannot be shown here' });
  await tile.waitFor();
  await shot(page, 'tile');
  await tile.click();
  const viewer = page.locator('#viewer');
  await viewer.getByText(WORDS).waitFor();
  // No broken picture is left behind it.
  expect(await viewer.locator('.none img').count()).toBe(0);
  expect(await findings(page)).toEqual([]);
  await shot(page, 'viewer');
  const download = page.waitForEvent('download');
  await viewer.getByRole('button', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.heic$/);
  await page.keyboard.press('ArrowLeft');
  await viewer.locator('img.full').waitFor();
  expect(await viewer.getByText(WORDS).count()).toBe(0);
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
});

test('the gallery says it, and offers the file', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(pathToFileURL(join(gallery, 'index.html')).href);
  await page.locator('.chats a').first().click();
  const tile = page.locator('.tile').filter({ hasText: WORDS });
  await tile.waitFor();
  expect(await page.locator('.tile img').count()).toBe(2);
  await shot(page, 'gallery');
  await tile.click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByText(WORDS).waitFor();
  await shot(page, 'gallery-viewer');
  expect(await dialog.getByRole('link', { name: 'Open file' }).getAttribute('href')).toMatch(/\.heic$/);
  await page.keyboard.press('Escape');
  await page.context().close();
});

test('a picture that moves rests on its still until it is played, for those who want less motion', async () => {
  const { page } = stage;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('gridcell', { name: /^GIF/ }).click();
  const viewer = page.locator('#viewer');
  const play = viewer.getByRole('button', { name: 'Play' });
  await play.waitFor();
  const shown = (): Promise<string | null> => viewer.locator('img.full').getAttribute('src');
  const still = await shown();
  expect(await findings(page)).toEqual([]);
  await play.focus();
  await page.keyboard.press('Enter');
  const pause = viewer.getByRole('button', { name: 'Pause' });
  await pause.waitFor();
  expect(await shown()).not.toBe(still);
  await pause.click();
  await play.waitFor();
  expect(await shown()).toBe(still);

  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.getByRole('gridcell', { name: /^GIF/ }).click();
  await viewer.locator('img.full').waitFor();
  expect(await play.count()).toBe(0);
});
