/** The first run step by step, on an app that has no library yet, and the empty library that it leads to. */
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { listen, look } from './screens-suite.ts';
import { visits } from './visit.ts';

const visit = visits({ seeded: false });

test('every step of the setup, by keys, and the empty library', { timeout: 120_000 }, async () => {
  const { api, key } = inject('service');
  const page = await visit.open('');
  const said = listen(page);
  const folder = page.getByRole('textbox', { name: 'Folder' });
  await folder.fill(join(visit.folder, 'new library'));
  await folder.press('Enter');
  await page.getByText('The folder will be made.').waitFor();
  await look(page, 'setup-library', 'wide');

  await page.getByRole('button', { name: 'Continue' }).press('Enter');
  const field = page.getByLabel('Key', { exact: true });
  await page.getByRole('button', { name: 'Use a different API address' }).press('Enter');
  await page.getByLabel('API address').fill(api);
  await field.fill('wrong');
  await field.press('Enter');
  await page.getByRole('alert').waitFor();
  await look(page, 'setup-key');

  await field.fill(key);
  await field.press('Enter');
  await page.getByRole('heading', { name: 'Which connection' }).waitFor();
  await look(page, 'setup-connection', 'wide');

  await page.getByRole('button', { name: 'Continue' }).press('Enter');
  await page.getByText('8 of 8 chosen').waitFor();
  await page.getByRole('checkbox').nth(3).press('Space');
  await look(page, 'setup-chats', 'all');

  await page.goto(`http://127.0.0.1:${String(visit.server.port)}/?empty#/media`);
  await page.locator('.empty').waitFor();
  await look(page, 'empty', 'wide');
  expect(said).toEqual([]);
});
