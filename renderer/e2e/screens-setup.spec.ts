/** The first run step by step, on an app that has no library yet, and the empty library that it leads to. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { err } from '../../main/contract/errors.ts';
import { listen, look } from './screens-suite.ts';
import { visits } from './visit.ts';

const visit = visits({ seeded: false });

test('a file in place of a folder, and a disk without room, are told before the next step', async () => {
  const page = await visit.open('', {
    answers: { 'library.inspect': async (_, real) => ({ ...(await real()), freeBytes: 6_300_000 }) },
  });
  await page.getByText(/^Syncs leave .* of a disk free/).waitFor();
  const file = join(visit.folder, 'a file');
  await writeFile(file, '');
  const folder = page.getByRole('textbox', { name: 'Folder' });
  await folder.fill(file);
  await folder.press('Enter');
  await page.getByRole('alert').getByText('This is a file, not a folder.').waitFor();
  expect(await page.getByText('Other files are here').count()).toBe(0);
});

test('every step of the setup, by keys, and the empty library', async () => {
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
  // What support needs is folded away.
  const alert = page.getByRole('alert');
  await alert.getByText('The service refused the API key.').waitFor();
  expect(await alert.locator('details').filter({ hasText: 'status 401' }).getAttribute('open')).toBeNull();
  await look(page, 'setup-key');

  // A key without the right to list its connections: the person enters one.
  visit.app.answers = { 'connections.list': err('permission_missing', 'Denied.', 'Enter it.').error };
  await field.fill(key);
  await field.press('Enter');
  const named = page.getByLabel('Connection ID');
  await named.fill('conn_unknown');
  await named.press('Enter');
  await page.getByRole('alert').waitFor();
  await look(page, 'setup-connection-id');
  await page.getByRole('button', { name: 'Back' }).press('Enter');

  visit.app.answers = {};
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
