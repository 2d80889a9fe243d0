import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../main/shell/cli/main.ts';
import { commandTree } from '../dist-tools/shell/command-tree.ts';
import { unknownCommands } from './commands.ts';
import { documents, root } from './documents.ts';
import { anchorsOf, brokenPointers, type Document } from './links.ts';

test('every link, picture, heading and file that the documents name is there', () => {
  const found = documents();
  expect(found.map(({ path }) => path)).toContain('README.md');
  expect(brokenPointers(found, (path) => existsSync(join(root, path)))).toEqual([]);
});

const program = commandTree(buildProgram(() => undefined));

test('every command and option that the documents tell to type exists', () => {
  const found = documents().filter(({ path }) => path !== 'CHANGELOG.md');
  expect(unknownCommands(found, program)).toEqual([]);
});

test('the check of commands sees what does not exist, and nothing else', () => {
  const check = (text: string): string[] => unknownCommands([{ path: 'a.md', text }], program);
  expect(
    check('`chatkeep snc` and `chatkeep sync --fully`\n```\nchatkeep --library X ledger | less --nothing\n```'),
  ).toEqual(['a.md:1: there is no command snc', 'a.md:1: chatkeep sync has no --fully']);
  expect(check('### `sync [--chat ID]… [--fully]`')).toEqual(['a.md:1: chatkeep sync has no --fully']);
  expect(check('`npm run --silent chatkeep -- export verify DIR --deep`')).toEqual([
    'a.md:1: chatkeep export verify has no --deep',
  ]);
  expect(
    check('chatkeep nothing, `chatkeep://media`, `/opt/x/chatkeep --disable-gpu`, `chatkeep search "harbour"`'),
  ).toEqual([]);
});

describe('the check sees', () => {
  const check = (text: string, more: readonly Document[] = []): string[] =>
    brokenPointers([{ path: 'docs/a.md', text }, ...more], (path) =>
      ['docs/a.md', 'docs/b.md', 'README.md'].includes(path),
    );

  test('files that are not there, in links, pictures, HTML and backticks', () => {
    expect(check('[x](no.md)\n![x](p.png)\n<img src="q.png">\n`main/no/such.ts`')).toEqual([
      'docs/a.md:1: no.md: no such file',
      'docs/a.md:2: p.png: no such file',
      'docs/a.md:3: q.png: no such file',
      'docs/a.md:4: main/no/such.ts: no such file',
    ]);
  });

  test('headings that are not there, here and in another document', () => {
    const other = { path: 'docs/b.md', text: '# One\n## Two words: `code`, [a link](x)\n## One' };
    expect(
      check('# Here\n[a](#here) [b](#there) [c](b.md#two-words-code-a-link) [d](b.md#one-1) [e](b.md#three)', [other]),
    ).toEqual(
      expect.arrayContaining(['docs/a.md:2: #there: no such heading', 'docs/a.md:2: b.md#three: no such heading']),
    );
  });

  test('ways out of the project', () => {
    expect(check('[x](../../x.md) [y](/etc/y.md)').map((line) => line.split(': ').at(-1))).toEqual([
      'outside the project',
      'outside the project',
    ]);
  });

  test('no fault in what is right, elsewhere, or code', () => {
    expect(
      check(
        '[x](b.md) [y](../README.md) [z](https://example.org/no.md)\n```\n[x](no.md)\n```\n`[x](no.md)` `main/*.ts`',
      ),
    ).toEqual([]);
  });
});

test('two headings of one name have anchors of their own', () => {
  expect([...anchorsOf('# A b\n## A b\n```\n# No\n```')]).toEqual(['a-b', 'a-b-1']);
});
