/** One walk of a newcomer over sample chats, from the first look to an exported gallery and back, with each of three hands. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findings } from './findings.ts';
import { finger, keys, mouse, type Hand } from './hands.ts';
import { ask } from './stages/seed.ts';
import { visits } from './visit.ts';

const visit = visits();

/** Buttons and links that the edge of the window cuts. What scrolls sideways by itself is left out, and so is the filmstrip. */
const cut = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, a, input, [role=slider]')].flatMap((element) => {
      const box = element.getBoundingClientRect();
      const hidden = box.width < 2 || element.closest('.skip, .hidden-text, [inert], [id^=film-]') !== null;
      let scrolls = false;
      for (let each = element.parentElement; each !== null; each = each.parentElement) {
        scrolls ||= each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'auto';
      }
      return hidden || scrolls || (box.left >= -0.5 && box.right <= window.innerWidth + 0.5)
        ? []
        : [element.outerHTML.slice(0, 120)];
    }),
  );

/** A place is whole: nothing is cut, nothing scrolls sideways, axe finds nothing. Keys see what the mouse does, and names of buttons beside. */
async function whole(page: Page, place: string, hand: Hand): Promise<void> {
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect([place, sideways, await cut(page), hand === mouse ? [] : await findings(page)]).toEqual([place, 0, [], []]);
}

const said = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator('.toast').filter({ hasText: text }).first().waitFor();

const marks = async (): Promise<{ favourites: number; labels: string[]; trash: number }> => {
  const { favourites, labels } = await ask(visit.app, 'labels.list', {});
  const { count } = await ask(visit.app, 'trash.summary', {});
  return {
    favourites,
    labels: labels.filter((label) => label.count > 0).map(({ name, count: items }) => `${name} ${String(items)}`),
    trash: count,
  };
};

/** Goes to a place of the sidebar, which is a drawer in a narrow window. */
async function goTo(page: Page, hand: Hand, link: Locator): Promise<void> {
  if (!(await link.isVisible())) {
    await hand.press(page.getByRole('button', { name: 'Show or hide the sidebar' }));
  }
  await hand.press(link);
}

/** Each hand marks items of its own: none must find what another left. */
describe.each([
  [mouse.name, mouse, 0],
  [keys.name, keys, 4],
  [finger.name, finger, 8],
] as const)('by %s', (_, hand, from) => {
  test('from the grid to a gallery, and back to the beginning', async () => {
    const page = await visit.open('', hand.window);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    const tiles = page.locator('[role=gridcell]');
    const viewer = page.locator('#viewer');
    await tiles.locator('img.there').first().waitFor();
    await whole(page, 'grid', hand);
    const before = await marks();
    const label = `Seen by ${hand.name}`;

    // Looking: a picture opens, the next one follows, and the grid is where it was.
    await hand.press(tiles.nth(1));
    await viewer.waitFor();
    await whole(page, 'viewer', hand);
    await hand.press(viewer.getByRole('button', { name: 'Older' }));
    await hand.press(viewer.getByRole('button', { name: 'Details' }));
    await whole(page, 'details', hand);
    await hand.press(viewer.getByRole('button', { name: 'Details' }));
    await hand.press(viewer.getByRole('button', { name: 'Back to the timeline' }));
    await viewer.waitFor({ state: 'detached' });

    // Searching: words lead to a message in its conversation.
    await hand.write(page.getByRole('searchbox', { name: 'Search words and names' }), 'the');
    const hit = page.locator('.hit').first();
    await hit.waitFor();
    await whole(page, 'search', hand);
    await hand.press(hit);
    await page.getByRole('article').or(page.locator('[id^=message-]')).first().waitFor();
    await whole(page, 'conversation', hand);
    await goTo(page, hand, page.locator('nav.side').getByRole('link', { name: /^All media/ }));
    await tiles.locator('img.there').first().waitFor();

    // Marking: three items are selected, become favourites, get a label, and go to the trash.
    await hand.select(page, from, 3);
    const bar = page.getByRole('region', { name: 'Selection' });
    await bar.getByText('3 selected').waitFor();
    await whole(page, 'selection', hand);
    await hand.press(bar.getByRole('button', { name: 'Favourite' }));
    await said(page, /added to favourites/);
    await hand.press(bar.getByRole('button', { name: 'Label' }));
    await page.keyboard.type(label);
    await page.getByRole('option', { name: `Create label ${label}` }).waitFor();
    await whole(page, 'labels', hand);
    await page.keyboard.press('Enter');
    await said(page, `3 items labelled ${label}`);
    expect((await marks()).labels).toContain(`${label} 3`);

    // Taking out: the selection becomes a folder with a gallery.
    const dir = join(visit.folder, `By ${hand.name}`);
    await hand.press(bar.getByRole('button', { name: 'Export' }));
    const dialog = page.locator('.export-dialog');
    await hand.write(dialog.getByRole('textbox', { name: 'Folder' }), dir);
    const start = dialog.locator('button[type=submit]');
    await dialog.getByRole('treeitem', { level: 1 }).getByText(`By ${hand.name}`, { exact: true }).waitFor();
    const withGallery = dialog.getByRole('checkbox', { name: 'Web gallery' });
    if (!(await withGallery.isChecked())) {
      await hand.press(withGallery);
    }
    await expect.poll(() => start.isEnabled()).toBe(true);
    await whole(page, 'export', hand);
    await hand.press(start);
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(async () => (await ask(visit.app, 'export.status', {}))?.state).toBe('done');
    // It stands in the sidebar, or over the content of a narrow window: no drawer is opened for it.
    await hand.press(page.getByRole('button', { name: /^Export done/ }));
    await page.getByText(/files? (is|are) in /).waitFor();
    await whole(page, 'activity', hand);
    expect(await readdir(dir)).toContain('index.html');

    // The gallery, from the disk.
    const gallery = await page.context().newPage();
    await gallery.goto(pathToFileURL(join(dir, 'index.html')).href);
    await whole(gallery, 'gallery', hand);
    await hand.press(gallery.getByRole('link').first());
    const pictures = gallery.locator('.tile');
    await pictures.first().waitFor();
    await whole(gallery, 'gallery of a chat', hand);
    await hand.press(pictures.first());
    await gallery.locator('dialog[open]').waitFor();
    await whole(gallery, 'viewer of the gallery', hand);
    await hand.press(gallery.getByRole('button', { name: 'Close' }));
    await gallery.locator('dialog[open]').waitFor({ state: 'detached' });
    await gallery.close();

    // Removing, then taking everything back.
    await goTo(page, hand, page.locator('nav.side').getByRole('link', { name: /^All media/ }));
    await tiles.locator('img.there').first().waitFor();
    await hand.select(page, from, 2);
    await hand.press(bar.getByRole('button', { name: 'Remove from library' }));
    await said(page, '2 items moved to the trash');
    expect((await marks()).trash).toBe(before.trash + 2);
    await hand.undo(page);
    await said(page, '2 items brought back');
    for (let steps = 0; steps < 12 && JSON.stringify(await marks()) !== JSON.stringify(before); steps += 1) {
      await hand.undo(page);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    expect(await marks()).toEqual(before);
    expect(faults).toEqual([]);
  });
});
