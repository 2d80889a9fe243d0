/** The screens that show media, and what opens over them. */
import type { Page } from 'playwright-core';
import { err } from '../../main/contract/errors.ts';
import { screens } from './screens-suite.ts';

const firstRow = '[role=row][data-media] img.there';
const firstTile = '[role=gridcell] img.there';
const BROKEN = err('library_damaged', 'The index cannot be read.', 'Open the library page and check it.').error;

/** Everything is selected, and the dialog has planned it. */
async function openExport(page: Page): Promise<void> {
  await page
    .locator('[role=gridcell]')
    .nth(1)
    .click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+a');
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Export', exact: true }).click();
  await page.locator('.export-dialog').getByRole('treeitem').first().waitFor();
}

screens([
  { name: 'timeline', picture: 'all', hash: '#/media', ready: firstTile },
  {
    name: 'timeline-scrolled',
    picture: 'wide',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      const scrubber = page.getByRole('slider');
      const box = await scrubber.boundingBox();
      if (box === null) {
        throw new Error('The scrubber is not there.');
      }
      await scrubber.click({ position: { x: box.width / 2, y: box.height * 0.4 } });
      await page.locator(firstTile).first().waitFor();
    },
  },
  { name: 'months', picture: 'wide', hash: '#/media?view=months', ready: '.cover img' },
  { name: 'years', hash: '#/media?view=years', ready: '.cover img' },
  {
    name: 'selection',
    picture: 'wide',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page
        .locator('[role=gridcell]')
        .nth(1)
        .click({ modifiers: ['Control'] });
      await page.locator('.day .check').first().click();
      await page
        .getByText('not stored')
        .or(page.getByText(/selected/))
        .first()
        .waitFor();
    },
  },
  { name: 'favourites', picture: 'wide', hash: '#/media?label=1', ready: firstTile },
  { name: 'label-empty', hash: '#/media?label=99', ready: '.empty' },
  {
    name: 'go-to-date',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page.keyboard.press('g');
      await page.locator('.dialog').waitFor();
    },
  },
  { name: 'list', picture: 'all', hash: '#/media?view=list', ready: firstRow },
  {
    name: 'list-by-size',
    hash: '#/media?view=list&order=-size',
    ready: firstRow,
    act: async (page) => {
      await page.locator('[role=row][tabindex="0"]').focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Shift+ArrowDown');
      await page.getByText('2 selected').waitFor();
    },
  },
  {
    name: 'menu',
    picture: 'wide',
    hash: '#/media?view=list&kind=photo&state=stored',
    ready: firstRow,
    act: async (page) => {
      await page.locator('[role=row][tabindex="0"]').focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'searches',
    hash: '#/media?kind=video&state=stored',
    ready: firstTile,
    act: async (page) => {
      await page.getByRole('button', { name: 'Save search' }).click();
      await page.getByRole('dialog').getByRole('textbox').fill('Stored films');
    },
  },
  {
    name: 'trash',
    picture: 'wide',
    hash: '#/media?kind=photo&state=stored',
    ready: firstTile,
    act: async (page) => {
      await page
        .locator('[role=gridcell]')
        .first()
        .click({ modifiers: ['Control'] });
      await page
        .locator('[role=gridcell]')
        .nth(7)
        .click({ modifiers: ['Shift'] });
      await page.getByText('8 selected').waitFor();
      await page.getByRole('button', { name: 'Remove from library' }).click();
      await page.getByText('8 items moved').waitFor();
      await page.evaluate(() => {
        window.location.hash = '#/library/trash';
      });
      await page.locator('.tiles .tile').first().click();
    },
  },
  {
    name: 'trash-empty',
    hash: '#/library/trash',
    ready: '.empty',
  },
  {
    name: 'viewer',
    picture: 'all',
    hash: '#/media?kind=photo&state=stored',
    ready: firstTile,
    act: async (page) => {
      await page.locator('[role=gridcell]').nth(8).click();
      await page.locator('#viewer img.full').waitFor();
    },
  },
  {
    name: 'conversation',
    picture: 'all',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page.locator('nav .chat').first().click();
      await page.getByRole('radio', { name: 'Conversation' }).click();
      await page.locator('.bubble img.there').first().waitFor();
    },
  },
  {
    name: 'export',
    picture: 'all',
    hash: '#/media?from-who=them&state=stored,locked,pending',
    ready: firstTile,
    act: async (page) => {
      await openExport(page);
      await page
        .getByRole('textbox', { name: 'Template' })
        .fill('{date:yyyy}/{date:MM}/{date:yyyy-MM-dd HH} {chat} {position}');
      await page.getByText('Renamed').first().waitFor();
    },
  },
  {
    name: 'export-template-wrong',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await openExport(page);
      await page.getByRole('textbox', { name: 'Template' }).fill('{date:yyyy}/{chta} {counter|pad:4}');
      await page.getByText('unknown token').waitFor();
    },
  },
  {
    name: 'export-no-room',
    hash: '#/media',
    ready: firstTile,
    answers: { 'export.preview': async (_, real) => ({ ...(await real()), freeBytes: 1_000_000 }) },
    act: async (page) => {
      await openExport(page);
      await page.locator('.export-dialog').getByRole('alert').waitFor();
    },
  },
  { name: 'search', picture: 'wide', hash: '#/search?q=light', ready: 'mark' },
  {
    name: 'palette',
    picture: 'wide',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator('.palette input').fill('pa');
      await page.locator('.palette [role=option]').first().waitFor();
    },
  },
  {
    name: 'shortcuts',
    picture: 'wide',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page.keyboard.press('?');
      await page.locator('.dialog').waitFor();
    },
  },
  { name: 'filter-empty', hash: '#/media?kind=other&state=failed', ready: '.empty' },
  {
    name: 'broken',
    picture: 'wide',
    hash: '#/media',
    answers: { 'media.counts': BROKEN, 'media.layout': BROKEN, 'media.page': BROKEN },
    ready: '[role=alert]',
  },
  {
    name: 'offline',
    says: /net::ERR_/,
    hash: '#/media',
    ready: firstTile,
    act: async (page, { server }) => {
      await server.close();
      await page.getByText('What is shown may be old.').first().waitFor();
    },
  },
]);
