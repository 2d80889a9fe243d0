/** The backup of a library on its page: where it stands, how it goes, what came of it, by pointer and key. */
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import type { LibraryCopy } from '../../main/contract/backup-shapes.ts';
import { ABORTED } from '../../main/contract/errors.ts';
import { ask, damage, filesIn, heard, NOW } from './stages/seed.ts';
import { visits } from './visit.ts';

const visit = visits();
const { open } = visit;
const folder = process.env['SCREENSHOTS'] ?? null;

async function library(options: Parameters<typeof open>[1] = {}): Promise<Page> {
  const page = await open('#/library', options);
  await page.getByRole('region', { name: 'Backup' }).waitFor();
  return page;
}

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent.trim() ?? '');

async function keep(page: Page, name: string): Promise<void> {
  if (folder !== null) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}

test('the last backup is told, brought up to date by one press, and the end is said', async () => {
  const to = join(visit.folder, 'Archive');
  const made = heard(visit.app, 'backup.progress', ({ endedAt }) => endedAt !== null);
  await ask(visit.app, 'backup.start', { kind: 'backup', from: null, to });
  await made;
  let pressed = false;
  const page = await library({
    answers: {
      'backup.state': async (_, real) => {
        const { copy, last } = await real();
        return pressed || last === null
          ? { copy, last }
          : { copy: null, last: { ...last, at: NOW - 3 * 86_400_000, newer: 12 } };
      },
    },
  });
  const card = page.getByRole('region', { name: 'Backup' });
  await card.getByText('Last backup 3 days ago').waitFor();
  await card.getByText('12 newer files').waitFor();
  await keep(page, 'backup-light');
  pressed = true;
  await card.getByRole('button', { name: 'Back up', exact: true }).click();
  await card.getByRole('status').filter({ hasText: 'The backup is whole.' }).waitFor();
  await card.getByText('Up to date').waitFor();
  await expect.poll(() => focused(page)).toBe('Back up');
  expect(await findings(page)).toEqual([]);
});

test('another folder is typed; while it goes on it tells how far it is and may be stopped', async () => {
  const running = (to: string): LibraryCopy => ({
    kind: 'backup',
    from: join(visit.folder, 'library'),
    to,
    startedAt: NOW,
    endedAt: null,
    phase: 'copying',
    files: { done: 2130, total: 5180 },
    bytes: { done: 12_400_000_000, total: 31_000_000_000 },
    bytesPerSecond: 142_000_000,
    secondsLeft: 131,
    copied: 2130,
    there: 0,
    damaged: 0,
    missing: 0,
    lost: [],
    error: null,
  });
  const page = await library({
    colorScheme: 'dark',
    answers: {
      'backup.start': ({ to }, _real, emit) => {
        emit('backup.progress', running(to));
        return running(to);
      },
      'backup.cancel': (_, _real, emit) => {
        emit('backup.progress', { ...running('/mnt/other'), endedAt: NOW, error: ABORTED.error });
        return null;
      },
    },
  });
  const card = page.getByRole('region', { name: 'Backup' });
  await card.getByRole('button', { name: 'Other folder…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Back up the library' });
  const field = dialog.getByRole('textbox', { name: 'Folder' });
  expect(await field.inputValue()).toBe(join(visit.folder, 'Archive'));
  await field.fill('/mnt/other');
  await keep(page, 'backup-dialog-dark');
  expect(await findings(page)).toEqual([]);
  await field.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await card.getByRole('progressbar').waitFor();
  await card.getByText('2,130 of 5,180 files').waitFor();
  await expect.poll(() => focused(page)).toBe('Stop');
  await keep(page, 'backup-running-dark');
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await card.getByText('The backup was stopped.').last().waitFor();
  await expect.poll(() => focused(page)).toBe('Back up');
});

test('a move names the old folder; what could not be copied is listed', async () => {
  const page = await library({ viewport: { width: 760, height: 900 } });
  const card = page.getByRole('region', { name: 'Backup' });
  await card.getByRole('button', { name: 'Move the library…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Move the library' });
  expect(await dialog.getByRole('button', { name: 'Move', exact: true }).isDisabled()).toBe(true);
  await dialog.getByRole('textbox', { name: 'New folder' }).fill(join(visit.folder, 'moved'));
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await card.getByText('The old folder can be deleted:').waitFor();
  await keep(page, 'backup-moved-narrow');

  const [first = '', second = '', third = ''] = await filesIn(join(visit.folder, 'moved', 'files'));
  await rm(first);
  await rm(second);
  await damage(third);
  await card.getByRole('button', { name: 'Other folder…' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill(join(visit.folder, 'second'));
  await page.getByRole('dialog').getByRole('button', { name: 'Back up' }).click();
  await card.getByText('3 files damaged or missing').first().click();
  await card.getByText(relative(join(visit.folder, 'moved'), second)).waitFor();
  await keep(page, 'backup-damaged-narrow');
  expect(await findings(page)).toEqual([]);
});

test('a restore asks for two folders, by keyboard alone; a folder that does not fit is told', async () => {
  const page = await library();
  const card = page.getByRole('region', { name: 'Backup' });
  await card.getByText('Last backup').waitFor();
  await card.getByRole('button', { name: 'Restore a backup…' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Restore a backup' });
  await dialog.waitFor();
  expect(await dialog.getByRole('textbox', { name: 'Folder of the backup' }).inputValue()).toBe(
    join(visit.folder, 'second'),
  );
  await dialog.getByRole('textbox', { name: 'New folder' }).fill(join(visit.folder, 'moved', 'inside'));
  await keep(page, 'restore-dialog-light');
  await page.keyboard.press('Enter');
  await card.getByRole('alert').filter({ hasText: 'lies in the library' }).waitFor();
  await keep(page, 'restore-refused-light');
  expect(await findings(page)).toEqual([]);
});
