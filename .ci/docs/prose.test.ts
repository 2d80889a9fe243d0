import { expect, test } from 'vitest';
import { documents } from './documents.ts';
import { proseFaults, sentencesOf } from './prose.ts';

const CHECKED = /^(?:README|ARCHITECTURE|CONTRIBUTING|SECURITY|CHANGELOG)\.md$|^docs\//;

test('sentences of the documents are short, begin plainly and use the common words', () => {
  const checked = documents().filter(({ path }) => CHECKED.test(path));
  expect(checked.length).toBeGreaterThan(10);
  expect(proseFaults(checked)).toEqual([]);
});

const faults = (text: string): string[] => proseFaults([{ path: 'a.md', text }]);

test('the check sees long sentences, over several lines and in lists', () => {
  const long = Array.from({ length: 31 }, () => 'w').join(' ');
  expect(faults(`Short.\n\n${long.replace('w w', 'w\nw')}.`)).toEqual([
    expect.stringMatching(/^a\.md:3: 31 words, at most 30: w w/),
  ]);
  expect(faults(`- one\n- ${long}`)).toEqual([expect.stringMatching(/^a\.md:2: 31 words/)]);
  expect(faults(`${long.slice(2)}. And more.`)).toEqual([]);
});

test('the check sees bad openings and listed phrases, and lets questions be', () => {
  expect(faults('It works. What is left out does not limit.')).toEqual([
    'a.md:1: begin with the thing itself: What is left out does not limit.',
  ]);
  expect(faults('Whoever gets it runs it.')).toHaveLength(1);
  expect(faults('None that is open may go.')).toHaveLength(1);
  expect(faults('The file is fetched anew.')).toEqual(['a.md:1: write "again": The file is fetched anew.']);
  expect(faults('What does it cost? Nothing.')).toEqual([]);
});

test('the check sees lines that should be wrapped', () => {
  const wide = 'word. '.repeat(21).trim();
  expect(faults(`Short.\n${wide}`)).toEqual([expect.stringMatching(/^a\.md:2: 125 characters: word/)]);
  expect(faults(`| ${wide} |\n\n\`${wide}\`\n\n\`\`\`\n${wide}\n\`\`\``)).toEqual([]);
});

test('tables, headings and code are not prose', () => {
  expect(faults('# What is here\n\n| What is anew |\n\n```\nWhat is anew\n```\n\n    What is anew\n\n`anew`')).toEqual(
    [],
  );
  expect(sentencesOf('See `a. B` and [the page](x.md). Then **go**.').map(({ text }) => text)).toEqual([
    'See Code and the page.',
    'Then go.',
  ]);
});
