/** Sounds in their messages: played where they stand, one at a time; those that are not stored are named. */
import { expect, test } from 'vitest';
import { EVERYTHING, type MediaEntry } from '../../main/contract/shapes.ts';
import { findings } from './findings.ts';
import { ask } from './stages/seed.ts';
import { visits } from './visit.ts';

const visit = visits();

const isPaused = (sound: HTMLAudioElement): boolean => sound.paused;

test('a voice note plays in its message, with waveform, position and speed; another stops it', async () => {
  const { rows: sounds } = await ask(visit.app, 'media.page', {
    filter: { ...EVERYTHING, accountId: 1, kinds: ['audio'], states: ['stored'] },
    after: null,
    limit: 2,
  });
  const [first, second] = sounds;
  const states = ['pending', 'locked', 'gone'] as const;
  const missing = states.map((state, at): MediaEntry | null =>
    first === undefined ? null : { ...first, id: 900_000_000 + at, state, serviceState: 'viewable', durationMs: null },
  );
  const page = await visit.open(`#/chat/1/${String(first?.chatId)}/messages?at=${String(first?.messageId)}`, {
    answers: {
      'messages.page': async (_, real) => {
        const answer = await real();
        return {
          ...answer,
          rows: answer.rows.map((row) =>
            row.id === first?.messageId
              ? { ...row, media: [...sounds, ...missing.flatMap((entry) => entry ?? [])] }
              : row,
          ),
        };
      },
    },
  });
  const message = page.locator(`#message-${String(first?.messageId)}`);
  const [one, two] = [first, second].map((entry) => message.locator(`[data-media="${String(entry?.id)}"]`));
  if (one === undefined || two === undefined) {
    throw new Error('Two sounds are stored.');
  }
  await one.locator('svg path').first().waitFor();
  expect(await one.locator('audio').getAttribute('preload')).toBe('none');
  await one.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => one.locator('audio').evaluate(isPaused)).toBe(false);
  await two.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => two.locator('audio').evaluate(isPaused)).toBe(false);
  expect(await one.locator('audio').evaluate(isPaused)).toBe(true);
  await two.getByRole('button', { name: 'Pause' }).click();

  // By keyboard alone: the position, and the speed that all share.
  const position = one.getByRole('slider', { name: 'Position' });
  const before = Number(await position.inputValue());
  await position.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await position.inputValue())).toBeGreaterThan(before);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await two.getByRole('button', { name: 'Speed 1.5×' }).waitFor();
  await one.getByRole('button', { name: 'Speed 1.5×' }).waitFor();

  await message.getByText('Audio · Pending').waitFor();
  await message.getByText('Audio · Locked').waitFor();
  await message.getByText('Chatkeep fetches it once it is unlocked.').waitFor();
  await message.getByText('Audio · Gone').waitFor();
  expect(await findings(page)).toEqual([]);
  // The viewer is one menu away, as for every item.
  await one.getByRole('button', { name: 'Play' }).focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Open' }).click();
  await page.locator('#viewer audio').waitFor({ state: 'attached' });
});
