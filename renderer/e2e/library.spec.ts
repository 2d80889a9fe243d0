/** The library's own page: usage by chat, and checks of its files. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ABORTED } from '../../main/contract/errors.ts';
import type { CheckReport } from '../../main/contract/shapes.ts';
import { findings } from './findings.ts';
import { damage, filesIn, NOW } from './stages/seed.ts';
import { desktop, visits } from './visit.ts';

const visit = visits();
const { open } = visit;

test('small chats are part of the map, and stand in the list one by one', async () => {
  const page = await open('#/library', {
    answers: {
      'library.usage': async (_, real) => {
        const usage = await real();
        const small = [...usage.chats, ...usage.chats].map((chat, at) => ({
          ...chat,
          chatId: at,
          bytes: 300_000 - at,
        }));
        return { ...usage, chats: [...usage.chats, ...small] };
      },
    },
  });
  await page.locator('.map li').first().waitFor();
  const small = page.getByRole('button', { name: /^\d+ more chats/ });
  const many = Number((await small.textContent())?.match(/\d+/)?.[0]);
  const named = await page.locator('.map a').count();
  await small.click();
  const list = page.getByRole('region', { name: 'Usage by chat and kind' });
  await expect.poll(() => list.evaluate((box) => box === document.activeElement)).toBe(true);
  expect(await list.locator('tbody tr').count()).toBe(named + many);
  expect(await findings(page)).toEqual([]);
  await page.getByRole('radio', { name: 'Map' }).click();
  await small.waitFor();
});

test('at 720 px each state of the ledger is seen without scrolling', async () => {
  const page = await open('#/activity', { viewport: { width: 720, height: 900 } });
  const ledger = page.getByRole('region', { name: 'Ledger' });
  await ledger.locator('tbody tr').first().waitFor();
  expect(await ledger.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
});

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent.trim() ?? '');

test('missing and damaged files are repaired, and the focus goes on', async () => {
  const [first = '', second = '', third = ''] = await filesIn(join(visit.folder, 'library', 'files'));
  await rm(first);
  await rm(second);
  await damage(third);
  const page = await open('#/library');
  await page.getByRole('button', { name: 'Check every byte' }).click();
  const repair = page.getByRole('button', { name: 'Repair 3 files' });
  await repair.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Repaired').waitFor();
  await expect.poll(() => focused(page)).toBe('Check again');
});

test('a check says how far it is, and is stopped', async () => {
  const running: CheckReport = {
    startedAt: NOW,
    endedAt: null,
    deep: true,
    checked: 3100,
    total: 5180,
    ok: 3100,
    missing: 0,
    corrupt: 0,
    orphan: 0,
    repaired: 0,
    error: null,
  };
  const page = await open('#/library', {
    answers: {
      'library.check': (_, _real, emit) => {
        emit('check.progress', running);
        return null;
      },
      'library.cancelCheck': (_, _real, emit) => {
        emit('check.progress', { ...running, endedAt: NOW + 900, error: ABORTED.error });
        return null;
      },
    },
  });
  await page.getByRole('button', { name: 'Check every byte' }).press('Enter');
  await page.getByText('3,100 of 5,180', { exact: true }).waitFor();
  await expect.poll(() => focused(page)).toBe('Stop');
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByText('Stopped after 3,100 of 5,180 files.').waitFor();
  // A check that was stopped proves nothing.
  expect(await page.getByText('In order').count()).toBe(0);
  await expect.poll(() => focused(page)).toMatch(/^Check/);
});

test('an exported folder that is picked in the system is checked at once', async () => {
  const page = await open('#/library', {
    answers: {
      'app.info': desktop,
      'system.pickFolder': () => ({ path: '/media/disk/Summer' }),
      'export.verify': () => new Promise(() => undefined),
    },
  });
  await page.getByRole('button', { name: 'Verify an exported folder' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Choose…' }).click();
  await dialog.getByRole('progressbar').waitFor();
  expect(await dialog.getByText('/media/disk/Summer').count()).toBe(1);
});
