import type { Page } from 'playwright-core';

/** Where no native dialog can be had, the folder is typed. */
export async function typeFolder(page: Page, path: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Folder' });
  await field.fill(path);
  await field.press('Enter');
}
