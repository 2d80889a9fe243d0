import type { Page } from 'playwright-core';
import type { ExportScene } from '../src/bridge/memory/export-jobs.ts';

export interface Screen {
  readonly name: string;
  readonly scenario: 'full' | 'empty' | 'setup' | 'broken' | 'offline';
  readonly hash: string;
  /** An export that stands somewhere when the page opens. */
  readonly export?: ExportScene;
  /** Brings the page to what is to be seen. */
  readonly act?: (page: Page) => Promise<void>;
  /** Kept as a picture for the documents: in all sizes, or wide alone. */
  readonly picture?: 'all' | 'wide';
  /** Seen when the screen is ready. */
  readonly ready: string;
}

const firstRow = '[role=row][data-media] img.there';
const firstTile = '[role=gridcell] img.there';

async function openChat(page: Page): Promise<void> {
  await page.locator('nav .chat').first().click();
}

async function verifyFolder(page: Page, dir: string): Promise<void> {
  await page.getByRole('button', { name: 'Verify an exported folder' }).click();
  await page.getByLabel('Folder', { exact: true }).fill(dir);
  await page.getByRole('dialog').getByRole('button', { name: 'Verify', exact: true }).click();
}

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

/** Every screen, and how to get there. */
export const SCREENS: readonly Screen[] = [
  { name: 'timeline', picture: 'all', scenario: 'full', hash: '#/media', ready: firstTile },
  {
    name: 'timeline-scrolled',
    picture: 'wide',
    scenario: 'full',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      const scrubber = page.getByRole('slider');
      const box = await scrubber.boundingBox();
      if (box === null) {
        throw new Error('The scrubber is not there.');
      }
      await scrubber.click({ position: { x: box.width / 2, y: box.height * 0.4 } });
      await page.waitForTimeout(500);
    },
  },
  {
    name: 'selection',
    picture: 'wide',
    scenario: 'full',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page
        .locator('[role=gridcell]')
        .nth(1)
        .click({ modifiers: ['Control'] });
      await page.locator('.day .check').nth(2).click();
      await page
        .getByText('not stored')
        .or(page.getByText(/selected/))
        .first()
        .waitFor();
    },
  },
  { name: 'favourites', picture: 'wide', scenario: 'full', hash: '#/media?label=1', ready: firstTile },
  { name: 'label-empty', scenario: 'full', hash: '#/media?label=99', ready: '.empty' },
  {
    name: 'go-to-date',
    scenario: 'full',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page.keyboard.press('g');
      await page.locator('.dialog').waitFor();
    },
  },
  { name: 'list', picture: 'all', scenario: 'full', hash: '#/media?view=list', ready: firstRow },
  {
    name: 'list-by-size',
    scenario: 'full',
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
    scenario: 'full',
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
    scenario: 'full',
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
    scenario: 'full',
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
    scenario: 'full',
    hash: '#/library/trash',
    ready: '.empty',
  },
  {
    name: 'viewer',
    picture: 'all',
    scenario: 'full',
    hash: '#/media?kind=photo&state=stored',
    ready: firstTile,
    act: async (page) => {
      await page.locator('[role=gridcell]').nth(8).click();
      await page.locator('#viewer img.full').waitFor();
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'conversation',
    picture: 'all',
    scenario: 'full',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await openChat(page);
      await page.getByRole('radio', { name: 'Conversation' }).click();
      await page.locator('.bubble img.there').first().waitFor();
    },
  },
  {
    name: 'export',
    picture: 'all',
    scenario: 'full',
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
    scenario: 'full',
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
    scenario: 'full',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await openExport(page);
      await page
        .locator('.export-dialog')
        .getByRole('textbox', { name: 'Folder' })
        .fill('/media/small disk/For the editor');
      await page.locator('.export-dialog').getByRole('alert').waitFor();
    },
  },
  { name: 'search', picture: 'wide', scenario: 'full', hash: '#/search?q=light', ready: 'mark' },
  { name: 'activity', picture: 'all', scenario: 'full', hash: '#/activity', ready: 'table' },
  {
    name: 'export-running',
    picture: 'all',
    scenario: 'full',
    export: 'running',
    hash: '#/activity',
    ready: '[role=progressbar]',
  },
  { name: 'export-paused', scenario: 'full', export: 'paused', hash: '#/media', ready: firstTile },
  {
    name: 'export-failures',
    picture: 'wide',
    scenario: 'full',
    export: 'failures',
    hash: '#/activity',
    ready: '[role=region]',
  },
  { name: 'export-broken', scenario: 'full', export: 'broken', hash: '#/activity', ready: '[role=alert]' },
  {
    name: 'exports-past',
    picture: 'wide',
    scenario: 'full',
    export: 'done',
    hash: '#/activity',
    ready: 'table',
    act: async (page) => {
      await page.getByRole('button', { name: 'Verify Chatkeep export' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'verify-running',
    scenario: 'full',
    hash: '#/library',
    ready: '.map li',
    act: async (page) => {
      await verifyFolder(page, '/media/disk/slow');
      await page.getByRole('dialog').getByRole('progressbar').waitFor();
    },
  },
  {
    name: 'verify-clean',
    scenario: 'full',
    hash: '#/library',
    ready: '.map li',
    act: async (page) => {
      await verifyFolder(page, '/media/disk/Summer');
      await page.getByRole('dialog').getByRole('button', { name: 'Verify again' }).waitFor();
    },
  },
  {
    name: 'verify-changed',
    picture: 'wide',
    scenario: 'full',
    hash: '#/library',
    ready: '.map li',
    act: async (page) => {
      await verifyFolder(page, '/media/disk/Case 24-118');
      await page.getByRole('region', { name: 'Files that are not as exported' }).waitFor();
    },
  },
  { name: 'library', picture: 'all', scenario: 'full', hash: '#/library', ready: '.map li' },
  { name: 'settings-accounts', picture: 'wide', scenario: 'full', hash: '#/settings/accounts', ready: '.body .card' },
  {
    name: 'settings-chats',
    picture: 'wide',
    scenario: 'full',
    hash: '#/settings/accounts',
    ready: '.body .card',
    act: async (page) => {
      await page.getByRole('button', { name: 'Choose chats' }).click();
      await page.locator('.dialog li').nth(3).waitFor();
      await page.locator('.dialog li').nth(3).getByRole('checkbox').click();
    },
  },
  { name: 'settings-sync', scenario: 'full', hash: '#/settings/sync', ready: '.body .card' },
  {
    name: 'settings-appearance',
    picture: 'wide',
    scenario: 'full',
    hash: '#/settings/appearance',
    ready: '.body .card',
  },
  { name: 'settings-privacy', scenario: 'full', hash: '#/settings/privacy', ready: '.body .card' },
  { name: 'settings-shortcuts', scenario: 'full', hash: '#/settings/shortcuts', ready: '.body .card' },
  { name: 'settings-about', scenario: 'full', hash: '#/settings/about', ready: '.body .card' },
  {
    name: 'settings-about-update',
    scenario: 'full',
    hash: '#/settings/about',
    ready: '.body .card',
    act: async (page) => {
      await page.getByRole('button', { name: 'Look now' }).click();
      await page.getByText('Chats open where you left them.').waitFor();
      await page.getByRole('button', { name: 'Show licences' }).click();
      await page.locator('summary').first().click();
    },
  },
  {
    name: 'palette',
    picture: 'wide',
    scenario: 'full',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator('.palette input').fill('pa');
      await page.waitForTimeout(200);
    },
  },
  {
    name: 'shortcuts',
    picture: 'wide',
    scenario: 'full',
    hash: '#/media',
    ready: firstTile,
    act: async (page) => {
      await page.keyboard.press('?');
      await page.locator('.dialog').waitFor();
    },
  },
  { name: 'empty', picture: 'wide', scenario: 'empty', hash: '#/media', ready: '.empty' },
  { name: 'filter-empty', scenario: 'full', hash: '#/media?kind=other', ready: '.empty' },
  { name: 'broken', picture: 'wide', scenario: 'broken', hash: '#/media', ready: '[role=alert]' },
  { name: 'offline', scenario: 'offline', hash: '#/media', ready: firstTile },
  { name: 'setup-library', picture: 'wide', scenario: 'setup', hash: '', ready: 'main .card' },
  {
    name: 'setup-key',
    scenario: 'setup',
    hash: '',
    ready: 'main .card',
    act: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Key', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Test the key' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'setup-connection',
    picture: 'wide',
    scenario: 'setup',
    hash: '',
    ready: 'main .card',
    act: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Key', { exact: true }).fill('a key');
      await page.getByRole('button', { name: 'Test the key' }).click();
      await page.getByRole('radio').first().waitFor();
    },
  },
  {
    name: 'setup-chats',
    picture: 'all',
    scenario: 'setup',
    hash: '',
    ready: 'main .card',
    act: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Key', { exact: true }).fill('a key');
      await page.getByRole('button', { name: 'Test the key' }).click();
      await page.getByRole('radio').first().waitFor();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('checkbox').nth(3).click();
    },
  },
];
