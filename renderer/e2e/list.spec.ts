/** The list that people audit with, menus, kept searches and the trash: by keys alone. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { focusedId, visits } from './visit.ts';

const { open, reopen } = visits();

async function openList(hash = '#/media?kind=photo&state=stored&view=list'): Promise<Page> {
  const page = await reopen(hash);
  await page.locator('[role=row][data-media] img.there').first().waitFor();
  return page;
}
const ids = (page: Page): Promise<(string | null)[]> =>
  page.locator('[role=row][data-media]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-media')));
const focusedRow = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex') ?? null);

test('it is a grid of all rows and columns, with one tab stop among its rows', async () => {
  const page = await openList();
  const all = Number(((await page.locator('.count b').textContent()) ?? '').replaceAll(/\D/g, ''));
  const grid = page.getByRole('grid', { name: 'Media as a list' });
  expect(await grid.getAttribute('aria-rowcount')).toBe(String(all + 1));
  expect(await grid.getAttribute('aria-colcount')).toBe('13');
  expect(await page.locator('[role=row][tabindex="0"]').count()).toBe(1);
  expect(await page.getByRole('columnheader', { name: 'Sent' }).getAttribute('aria-sort')).toBe('descending');
  expect(await page.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('none');
  expect(await page.getByRole('columnheader', { name: 'SHA-256' }).getAttribute('aria-sort')).toBeNull();
});

test('arrows, pages and ends move the row that has the focus', async () => {
  const page = await openList();
  await page.locator('[role=row][tabindex="0"]').focus();
  expect(await focusedRow(page)).toBe('2');
  await page.keyboard.press('ArrowDown');
  expect(await focusedRow(page)).toBe('3');
  await page.keyboard.press('PageDown');
  expect(Number(await focusedRow(page))).toBeGreaterThan(15);
  await page.keyboard.press('End');
  await expect.poll(() => focusedRow(page)).toBe(await page.getByRole('grid').getAttribute('aria-rowcount'));
  await page.locator('[role=row][data-media][tabindex="0"]').waitFor();
  await page.keyboard.press('Home');
  expect(await focusedRow(page)).toBe('2');
});

test('the date of an item is never cut, in no way of writing it', async () => {
  for (const locale of ['en-GB', 'en-US', 'de-DE']) {
    const page = await open('#/media?view=list&order=date', { locale });
    await page.locator('[role=row][data-media] .sent .cut').nth(5).waitFor();
    const cut = await page
      .locator('[role=row][data-media] .sent .cut')
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
      );
    expect(cut).toEqual([]);
  }
});

test('at any width nothing is scrolled sideways, chat and words stay, and what it is ordered by', async () => {
  for (const [width, order, kept] of [
    [1280, 'date', ['Sent', 'Chat', 'Words', 'Sender', 'State', 'Size']],
    [760, 'size', ['Chat', 'Words', 'Size']],
    [390, 'date', ['Chat', 'Words']],
  ] as const) {
    const page = await open(`#/media?view=list&order=-${order}`, { viewport: { width, height: 840 } });
    await page.locator('[role=row][data-media]').first().waitFor();
    const box = page.locator('.box').filter({ has: page.getByRole('grid') });
    expect(await box.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    for (const name of kept) {
      expect([width, name, await page.getByRole('columnheader', { name }).count()]).toEqual([width, name, 1]);
    }
  }
});

test('the whole of a heading can be pressed', async () => {
  const page = await openList();
  await page.getByRole('columnheader', { name: 'Size' }).click({ position: { x: 12, y: 6 } });
  await page.waitForURL(/order=-size/);
});

test('a heading orders the list, its address keeps it, Back leaves it', async () => {
  const page = await openList();
  const before = await ids(page);
  await page.locator('#heading-sent').focus();
  for (let step = 0; step < 5; step += 1) {
    await page.keyboard.press('ArrowRight');
  }
  expect(await focusedId(page)).toBe('heading-size');
  await page.keyboard.press('Enter');
  await page.waitForURL(/order=-size/);
  await expect
    .poll(() => page.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort'))
    .toBe('descending');
  await expect.poll(() => ids(page)).not.toEqual(before);
  await page.getByText(/Listed up to [\d,]+ of/).waitFor();
  await page.reload();
  await page.locator('[role=row][data-media]').first().waitFor();
  expect(await page.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('descending');
  await page.goBack();
  await expect.poll(() => ids(page)).toEqual(before);
});

test('what is selected in the list is selected in the grid', async () => {
  const page = await openList();
  const [first, second, third] = await ids(page);
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('3 selected').waitFor();
  await page.keyboard.press('v');
  await page.waitForURL((url) => !url.hash.includes('view=list'));
  await page.locator('[role=gridcell] img.there').first().waitFor();
  for (const id of [first, second, third]) {
    expect(await page.locator(`#tile-${id ?? ''}`).getAttribute('aria-selected')).toBe('true');
  }
});

test('a range in another order is the rows between', async () => {
  const page = await openList('#/media?view=list&order=-size');
  const rows = await ids(page);
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  for (let step = 0; step < 3; step += 1) {
    await page.keyboard.press('Shift+ArrowDown');
  }
  await page.getByText('4 selected').waitFor();
  await page.keyboard.press('Shift+ArrowUp');
  await page.getByText('3 selected').waitFor();
  const selected = await page
    .locator('[role=row][aria-selected=true]')
    .evaluateAll((each) => each.map((row) => row.getAttribute('data-media')));
  expect(selected).toEqual(rows.slice(1, 4));
});

test('the viewer walks the list in its order and comes back to the row', async () => {
  const page = await openList('#/media?kind=photo&state=stored&view=list&order=-size');
  const rows = await ids(page);
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('#viewer img.full').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(`**item=1.${rows[1] ?? ''}`);
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(`**item=1.${rows[2] ?? ''}`);
  await page.keyboard.press('Escape');
  await page.locator('#viewer').waitFor({ state: 'detached' });
  await expect.poll(() => focusedRow(page)).toBe('4');
});

test('Shift+F10 opens the menu of the focused item, and the focus comes back', async () => {
  const page = await openList();
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu', { name: 'Commands for this item' });
  await menu.waitFor();
  const names = await menu.getByRole('menuitem').allTextContents();
  expect(
    names.map(
      (name) =>
        name
          .replace(/\s+\S*$/, '')
          .trim()
          .split(' ')[0],
    ),
  ).toContain('Export…');
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  await expect.poll(() => focusedRow(page)).toBe('3');
  await page.keyboard.press('Shift+F10');
  await menu.waitFor();
  // Typed before the menu has the focus, "l" would be the shortcut of the list.
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=menu]') !== null)).toBe(true);
  await page.keyboard.type('lab');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Print' }).waitFor();
  await page.keyboard.type('print');
  await page.keyboard.press('Enter');
  await page.getByText('1 item labelled Print').or(page.getByText('Nothing to change')).first().waitFor();
});

test('Delete moves to the trash, Undo brings back', async () => {
  const page = await openList();
  const before = await ids(page);
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('Delete');
  await page.getByText('1 item moved to the trash').waitFor();
  await expect.poll(async () => (await ids(page))[0]).toBe(before[1]);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('1 item brought back').waitFor();
  await expect.poll(() => ids(page)).toEqual(before);
});

test('the trash lists what was removed, brings it back, and says what emptying deletes', async () => {
  const page = await openList();
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('3 selected').waitFor();
  await page.keyboard.press('Delete');
  await page.getByText('3 items moved to the trash').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('trash');
  await page.getByRole('option', { name: 'Trash', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  const list = page.getByRole('list', { name: 'Removed items' });
  await expect.poll(() => list.getByRole('button').count()).toBe(3);
  await list.getByRole('button').first().press('Enter');
  await page.getByRole('button', { name: 'Bring back' }).press('Enter');
  await expect.poll(() => list.getByRole('button').count()).toBe(2);
  await page.getByRole('button', { name: 'Empty the trash' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Empty the trash?' });
  expect(await dialog.textContent()).toMatch(/Deletes 2 items, [\d.]+ [kM]B, for good/);
  await dialog.getByRole('button', { name: /^Delete [\d.]+ [kM]B$/ }).press('Enter');
  await page.getByText('The trash is empty').first().waitFor();
});

test('a search is kept, opened from the sidebar and the palette, renamed, removed and brought back', async () => {
  const page = await openList();
  await page.getByRole('button', { name: 'Save search' }).press('Enter');
  // At once, while the dialog comes: what is typed ahead is the name.
  await page.keyboard.type('Stored photos');
  await page.keyboard.press('Enter');
  const link = page.getByRole('link', { name: 'Stored photos' });
  await link.waitFor();
  expect(await link.getAttribute('aria-current')).toBe('page');
  await page.getByRole('link', { name: /All media/ }).press('Enter');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('stored ph');
  await page.keyboard.press('Enter');
  await page.waitForURL(/kind=photo&state=stored/);
  await link.focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Rename' }).press('Enter');
  await page.getByRole('dialog', { name: 'Rename' }).getByRole('textbox').fill('Photos here');
  await page.keyboard.press('Enter');
  const renamed = page.getByRole('link', { name: 'Photos here' });
  await renamed.focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Remove search' }).press('Enter');
  await renamed.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await renamed.waitFor();
});

test('the palette has verbs, and places before messages', async () => {
  const page = await openList();
  const names = (): Promise<(string | null)[]> =>
    page.locator('.palette [role=group]').evaluateAll((groups) => groups.map((group) => group.ariaLabel));
  const type = async (words: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill(words);
  };
  await type('print');
  await expect.poll(names).toEqual(['Places', 'Search']);
  await page.keyboard.press('Enter');
  await page.waitForURL(/label=/);

  await type('empty the trash');
  await page.keyboard.press('Enter');
  await page.locator('.toast').filter({ hasText: 'The trash is empty' }).waitFor();
  await page
    .locator('[role=gridcell], [role=row][data-media]')
    .first()
    .click({ modifiers: ['Control'] });
  await type('delete');
  await page.getByRole('option', { name: /Delete the selection/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.toast').filter({ hasText: '1 item moved to the trash' }).waitFor();
  await type('empty the trash');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Empty the trash?' }).getByRole('button', { name: 'Cancel' }).click();
  await page.locator('nav .chat').first().click();
  await type('export this chat');
  await page.keyboard.press('Enter');
  await page.locator('.export-dialog').waitFor();
});

test('columns that are left out stay out', async () => {
  const page = await openList();
  await page.getByRole('button', { name: 'Columns' }).press('Enter');
  await page.getByRole('menuitemcheckbox', { name: 'SHA-256' }).press('Enter');
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'SHA-256' }).waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('[role=row][data-media]').first().waitFor();
  expect(await page.getByRole('columnheader', { name: 'SHA-256' }).count()).toBe(0);
  expect(await page.getByRole('columnheader', { name: 'Words' }).getAttribute('aria-colindex')).toBe('4');
});

test('a tile dragged out carries its file under the name an export gives it', async () => {
  const page = await reopen('#/media?kind=photo&state=stored');
  await page.locator('[role=gridcell] img.there').first().waitFor();
  const carried = await page
    .locator('[role=gridcell]')
    .first()
    .evaluate((tile) => {
      const data = new DataTransfer();
      tile.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true, dataTransfer: data }));
      return data.getData('DownloadURL');
    });
  expect(carried).toMatch(
    /^image\/(?:jpeg|png|webp):\d{4}-\d{2}-\d{2} \d{6} \d+\.(?:jpg|png|webp):http:\/\/127\.0\.0\.1:\d+\/media\/1\/\d+\/full\?download$/,
  );
});

test('Delete in the viewer goes on to the next, Undo brings back', async () => {
  const page = await reopen('#/media?kind=photo&state=stored');
  await page.locator('[role=gridcell] img.there').first().waitFor();
  const tiles = await page
    .locator('[role=gridcell]')
    .evaluateAll((all) => all.map(({ id }) => id.replace('tile-', '')));
  await page.locator('[role=gridcell][tabindex="0"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('#viewer img.full').waitFor();
  await page.keyboard.press('Delete');
  await page.waitForURL(`**item=1.${tiles[1] ?? ''}`);
  await page.getByText('1 item moved to the trash').waitFor();
  await page.keyboard.press('Escape');
  await expect
    .poll(() => page.locator('[role=gridcell]').evaluateAll((all) => all.map(({ id }) => id)))
    .not.toContain(`tile-${tiles[0] ?? ''}`);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.locator(`#tile-${tiles[0] ?? ''}`).waitFor();
});

test('a menu in a conversation removes an item from its bubble, and undoing shows it again', async () => {
  const page = await reopen('#/media');
  await page.locator('nav .chat').first().press('Enter');
  await page.getByRole('radio', { name: 'Conversation' }).click();
  const tile = page.locator('.bubble button.tile', { has: page.locator('img.there') }).last();
  await tile.waitFor();
  const id = (await tile.getAttribute('data-media')) ?? '';
  // By its id: another one may be the last whose picture is there by now.
  await page.locator(`[data-media="${id}"]`).focus();
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu', { name: 'Commands for this item' });
  await menu.getByRole('menuitem', { name: 'Remove from library' }).press('Enter');
  await page.getByText('1 item moved to the trash').waitFor();
  await page.locator(`[data-media="${id}"]`).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.locator(`[data-media="${id}"]`).waitFor();
});

test('Delete in the grid gives the focus to the tile that takes the place', async () => {
  const page = await reopen('#/media?kind=photo&state=stored');
  await page.locator('[role=gridcell] img.there').first().waitFor();
  const tiles = await page.locator('[role=gridcell]').evaluateAll((all) => all.map(({ id }) => id));
  await page.locator(`#${tiles[1] ?? ''}`).focus();
  await page.keyboard.press('Delete');
  await page.locator(`#${tiles[1] ?? ''}`).waitFor({ state: 'detached' });
  await expect.poll(() => focusedId(page)).toBe(tiles[2]);
});
