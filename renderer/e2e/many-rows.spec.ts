/** Rows out of view cost nothing: thousands of chats beside the grid, and tiles that fly by. */
import { expect, test } from 'vitest';
import { visits } from './visit.ts';

const visit = visits();
const CHATS = 3_000;

test(`of ${String(CHATS)} chats those in view are drawn; the focus stays where it is, and the tab key leads on`, async () => {
  const page = await visit.open('#/media', {
    answers: {
      'chats.list': async (_input, real) => {
        const { rows } = await real();
        const [first] = rows;
        if (first === undefined) {
          throw new Error('The seed has chats.');
        }
        const many = Array.from({ length: CHATS }, (_unused, at) => ({
          ...first,
          id: at + 1,
          name: `Chat ${String(at + 1)}`,
        }));
        return { rows: many, next: null };
      },
    },
  });
  const list = page.locator('.chats');
  const rows = list.locator('a');
  await rows.first().waitFor();
  const most = await list.evaluate((box) => Math.ceil(box.clientHeight / 44) + 18);
  expect(await rows.count()).toBeLessThan(most);
  expect(await list.evaluate((box) => box.scrollHeight)).toBe(CHATS * 44);

  const focused = page.locator('.chats a:focus .name');
  await rows.first().focus();
  await list.evaluate((box) => {
    box.scrollTop = box.scrollHeight;
  });
  await rows.filter({ hasText: `Chat ${String(CHATS)}` }).waitFor();
  expect([await focused.textContent(), (await rows.count()) < most]).toEqual(['Chat 1', true]);
  // Past what was drawn when the walk began.
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
  }
  expect(await focused.textContent()).toBe(`Chat ${String(most + 1)}`);
});

test('tiles that fly by are drawn as their colours alone, and whole once they rest', async () => {
  const page = await visit.open('#/media', { viewport: { width: 1280, height: 420 }, ownContext: true });
  const tiles = page.locator('[role=gridcell]');
  await tiles.locator('img.there').first().waitFor();
  const before = await tiles.count();
  // Time stands still: two leaps are as near to each other as can be.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  const leap = (): Promise<number> =>
    page.locator('.box').evaluate(
      (box) =>
        new Promise<number>((done) => {
          box.addEventListener('scroll', () => done(box.scrollTop), { once: true });
          box.scrollTop += 2 * box.clientHeight;
        }),
    );
  await leap();
  await leap();
  await page.locator('.blank').first().waitFor();
  // The row with the tab stop alone.
  expect(await page.locator('[role=row]:has([role=gridcell])').count()).toBeLessThanOrEqual(1);
  expect(await page.locator('[role=row][aria-busy=true]').count()).toBeGreaterThan(1);
  await page.clock.runFor(1000);
  await expect.poll(() => tiles.count()).toBeGreaterThan(before / 2);
  await expect.poll(() => page.locator('[role=row][aria-busy=true]').count()).toBe(0);
});
