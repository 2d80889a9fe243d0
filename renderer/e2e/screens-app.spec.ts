/** Screens of what the app does: activity, exports, the library, settings. */
import { generateKeyPairSync } from 'node:crypto';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import { signExport } from '../../main/export/proof/signature.ts';
import { madeJobs, sceneOf, type ExportScene } from '../src/features/export/testing/export-scenes.ts';
import { screens, type Screen } from './screens-suite.ts';
import { AVAILABLE, LICENCES, madeRuns, runningSync, UPDATES } from './stages/scenes.ts';
import { damage, filesIn, NOW } from './stages/seed.ts';
import { desktop } from './visit.ts';

async function verifyFolder(page: Page, dir: string): Promise<void> {
  await page.getByRole('button', { name: 'Verify an exported folder' }).click();
  await page.getByLabel('Folder', { exact: true }).fill(dir);
  await page.getByRole('dialog').getByRole('button', { name: 'Verify', exact: true }).click();
}

const exporting = (scene: ExportScene): Screen['answers'] => ({ 'export.status': () => sceneOf(scene, NOW) });

screens([
  {
    name: 'activity',
    picture: 'all',
    hash: '#/activity',
    answers: { 'sync.status': async (_, real) => runningSync(await real()) },
    ready: 'table',
  },
  {
    name: 'export-running',
    picture: 'all',
    answers: exporting('running'),
    hash: '#/activity',
    ready: '[role=progressbar]',
  },
  { name: 'export-paused', answers: exporting('paused'), hash: '#/media', ready: '[role=gridcell] img.there' },
  {
    name: 'export-failures',
    picture: 'wide',
    answers: exporting('failures'),
    hash: '#/activity',
    ready: '[role=region]',
  },
  { name: 'export-broken', answers: exporting('broken'), hash: '#/activity', ready: '[role=alert]' },
  {
    name: 'exports-past',
    picture: 'wide',
    answers: {
      ...exporting('done'),
      'export.list': async (_, real) => ({ ...(await real()), rows: madeJobs(NOW) }),
      'runs.list': () => ({ rows: madeRuns(NOW), next: null }),
    },
    hash: '#/activity',
    ready: 'table',
    act: async (page) => {
      await page.getByRole('button', { name: 'Verify Chatkeep export' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'verify-running',
    hash: '#/library',
    ready: '.map li',
    answers: { 'export.verify': () => new Promise(() => undefined) },
    act: async (page, { app }) => {
      await verifyFolder(page, '/media/disk/Summer');
      app.emit('export.checking', { dir: '/media/disk/Summer', checked: 428, total: 1283, bytes: 1.5e9, wrong: 0 });
      await page.getByRole('dialog').getByRole('progressbar').waitFor();
    },
  },
  {
    name: 'verify-clean',
    hash: '#/library',
    ready: '.map li',
    act: async (page) => {
      await verifyFolder(page, join(inject('seed'), 'Exports', 'Summer'));
      await page.getByRole('dialog').getByRole('button', { name: 'Verify again' }).waitFor();
    },
  },
  {
    name: 'verify-changed',
    picture: 'wide',
    hash: '#/library',
    ready: '.map li',
    act: async (page, { folder }) => {
      const dir = join(folder, 'Case 24-118');
      await cp(join(inject('seed'), 'Exports', 'Summer'), dir, { recursive: true });
      await signExport(dir, generateKeyPairSync('ed25519').privateKey);
      await writeFile(join(dir, 'Notes.txt'), 'Not of the export.');
      const [first = '', ...others] = (await filesIn(dir)).filter((path) => /\.(m4a|mp3)$/.test(path));
      await rm(first);
      for (const path of others.slice(0, 4)) {
        await damage(path);
      }
      await verifyFolder(page, dir);
      await page.getByRole('region', { name: 'Files that are not as exported' }).waitFor();
    },
  },
  { name: 'library', picture: 'all', hash: '#/library', ready: '.map li' },
  { name: 'settings-accounts', picture: 'wide', hash: '#/settings/accounts', ready: '.body .card' },
  {
    name: 'settings-chats',
    picture: 'wide',
    hash: '#/settings/accounts',
    ready: '.body .card',
    act: async (page) => {
      await page.getByRole('button', { name: 'Choose chats' }).click();
      await page.locator('.dialog li').nth(3).waitFor();
      await page.locator('.dialog li').nth(3).getByRole('checkbox').click();
    },
  },
  { name: 'settings-sync', hash: '#/settings/sync', answers: { 'app.info': desktop }, ready: '.body .card' },
  {
    name: 'settings-appearance',
    picture: 'wide',
    hash: '#/settings/appearance',
    ready: '.body .card',
  },
  { name: 'settings-privacy', hash: '#/settings/privacy', ready: '.body .card' },
  { name: 'settings-shortcuts', hash: '#/settings/shortcuts', ready: '.body .card' },
  { name: 'settings-about', hash: '#/settings/about', ready: '.body .card' },
  {
    name: 'settings-about-update',
    hash: '#/settings/about',
    answers: {
      'updates.status': () => UPDATES,
      'updates.check': (_, _real, emit) => {
        emit('updates.changed', AVAILABLE);
        return AVAILABLE;
      },
      'app.licences': () => ({ parts: LICENCES }),
    },
    ready: '.body .card',
    act: async (page) => {
      await page.getByRole('button', { name: 'Look now' }).click();
      await page.getByText('Chats open where you left them.').waitFor();
      await page.getByRole('button', { name: 'Show licences' }).click();
      await page.locator('summary').first().click();
    },
  },
]);
