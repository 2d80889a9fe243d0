/** News at the foot of the window while a dialog stands over it: it is shown, reached and read out in the dialog. */
import { expect, test } from 'vitest';
import { visits } from './visit.ts';

const { open } = visits();

test('news lies in front of a dialog and inside of it, and is answered without closing it', async () => {
  const page = await open('#/media?kind=photo&state=stored');
  const tiles = page.locator('[role=gridcell]');
  await tiles.first().locator('img.there').waitFor();
  await tiles.nth(2).click({ modifiers: ['Control'] });
  await page.getByText('1 selected').waitFor();
  await page.getByRole('button', { name: 'Remove from library' }).click();
  const toast = page.locator('.toast').filter({ hasText: '1 item moved' });
  await toast.waitFor();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();

  const inside = dialog.getByRole('status').filter({ hasText: '1 item moved' });
  await inside.waitFor();
  expect(await toast.count()).toBe(1);
  const undo = inside.getByRole('button', { name: 'Undo' });
  // A press lands on it: nothing lies over it.
  await undo.click({ trial: true });
  // The focus is kept in the dialog, so that this is the only way there by keyboard.
  await undo.focus();
  await page.keyboard.press('Enter');
  await toast.waitFor({ state: 'detached' });
  expect(await dialog.isVisible()).toBe(true);

  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await page.locator('.toasts').count()).toBe(1);
});
