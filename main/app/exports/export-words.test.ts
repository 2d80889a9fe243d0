import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import { screenWords } from './export-words.ts';

const hintOf = (hint: string): string => {
  const error = screenWords(new AppError('usage', 'What happened', hint));
  return error instanceof AppError ? error.hint : 'no error for people';
};

test('what screens say has buttons instead of commands', () => {
  expect(hintOf('Name a folder with --to.')).toBe('Choose a folder.');
  expect(hintOf('Connect its drive, then run the same command again to go on.')).toBe(
    'Connect its drive, then export again: it goes on where it stopped.',
  );
  expect(hintOf('Run the same command again to go on.')).toBe('Export again: it goes on where it stopped.');
  expect(hintOf('Use --something new.')).toBe('');
  expect(hintOf('Choose another folder.')).toBe('Choose another folder.');
  const other = new Error('a fault');
  expect(screenWords(other)).toBe(other);
});

test('every hint of the engine that names an option has words for screens', async () => {
  const folder = resolve(import.meta.dirname, '../../export');
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.includes('.test.'),
  );
  const sources = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const hints = sources.flatMap((text) => [...text.matchAll(/'([A-Z][^'\n]*(?:--[a-z]|same command)[^'\n]*)'/g)]);
  expect(hints.length).toBeGreaterThan(5);
  for (const [, hint = ''] of hints) {
    expect(hintOf(hint), hint).toMatch(/^(?!.*(?:--[a-z]|command)).+$/);
  }
});
