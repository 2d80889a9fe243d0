/** Manual page and completions of the real command line, read by the programs that they are for where those are here. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EXPORT_LINKS } from '../../../main/contract/export-shapes.ts';
import { MEDIA_KINDS } from '../../../main/contract/model.ts';
import { buildProgram } from '../../../main/shell/cli/main.ts';
import { run, runWell } from '../run.ts';
import { allCommands, choicesIn, commandTree } from './command-tree.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.ts';
import { manPage } from './man-page.ts';

const tree = commandTree(buildProgram(() => undefined));
const page = manPage(tree, { version: '1.2.3', date: '2026-11-24', exitCodes: [['0', 'Done.']], environment: [] });
const has = (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    ({ code }) => code === 0,
    () => false,
  );

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-shell-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('the tree knows every command and option, and the words that options take', () => {
  const names = allCommands(tree).map(({ path }) => path.join(' '));
  expect(names).toEqual(expect.arrayContaining(['chatkeep sync', 'chatkeep account add', 'chatkeep export verify']));
  expect(names).not.toContain('chatkeep account help');
  const option = (command: string, long: string) =>
    allCommands(tree)
      .find(({ path }) => path.join(' ') === `chatkeep ${command}`)
      ?.options.find((each) => each.long === long);
  expect(option('media', '--kind')?.choices).toEqual([...MEDIA_KINDS]);
  expect(option('export', '--link')?.choices).toEqual([...EXPORT_LINKS]);
  expect(option('media', '--sender')?.choices).toEqual(['me', 'them']);
  expect(option('account add', '--key')).toBeUndefined();
});

test.each([
  ['only this chat; may be repeated', []],
  ['time between two rounds, such as 30s, 15m, 2h (from 10s)', []],
  ['photo, video; may be repeated', ['photo', 'video']],
])('%j lists its words', (text, words) => {
  expect(choicesIn(text)).toEqual(words);
});

test('the manual page tells every command', async () => {
  for (const { path, commands } of allCommands(tree)) {
    if (commands.length === 0) {
      expect(page).toContain(`.SS ${path.slice(1).join(' ').replaceAll('-', '\\-')}`);
    }
  }
  if (await has('groff')) {
    await writeFile(join(folder, 'chatkeep.1'), page);
    const { code, stderr } = await run('groff', ['-man', '-ww', '-Tutf8', '-z', join(folder, 'chatkeep.1')]);
    expect([code, stderr]).toEqual([0, '']);
  }
});

test('bash completes commands, options, their words and folders', async () => {
  await writeFile(join(folder, 'completion.bash'), bashCompletion(tree));
  await writeFile(join(folder, 'library-one'), '');
  const complete = async (...words: string[]): Promise<string[]> => {
    const script = `source completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _chatkeep; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const said = await runWell('bash', ['-c', `cd '${folder}'; ${script}`, 'bash', 'chatkeep', ...words]);
    return said.split('\n').filter((line) => line !== '');
  };
  expect(await complete('sy')).toEqual(['sync']);
  expect(await complete('account', 'a')).toEqual(['add']);
  expect(await complete('sync', '--fu')).toEqual(['--full']);
  expect(await complete('media', '--kind', 'v')).toEqual(['video']);
  expect(await complete('--library', 'lib')).toEqual(['library-one']);
  expect(await complete('media', '--verb')).toEqual(['--verbose']);
});

test('zsh and fish read theirs', async () => {
  await writeFile(join(folder, '_chatkeep'), zshCompletion(tree));
  await writeFile(join(folder, 'chatkeep.fish'), fishCompletion(tree));
  expect(zshCompletion(tree).startsWith('#compdef chatkeep\n')).toBe(true);
  expect(fishCompletion(tree)).toContain(
    "-n '__fish_seen_subcommand_from account; and __fish_seen_subcommand_from add' -l key-stdin",
  );
  if (await has('zsh')) {
    await runWell('zsh', ['-n', join(folder, '_chatkeep')]);
  }
  if (await has('fish')) {
    await runWell('fish', ['-n', join(folder, 'chatkeep.fish')]);
  }
});
