/** Checks that the documents read easily: short sentences and lines, plain openings, none of the listed phrases. Pure. */
import { proseLines, type Document } from './links.ts';

/** The style asks for fewer than 25 words; this is the most that passes. */
const MOST_WORDS = 30;
const MOST_CHARACTERS = 120;
/** Tables, headings, HTML, pictures and rules. */
const SKIPPED = /^(?:\||#|<|!\[|---)/;
const BAD_OPENING = /^(?:What|Whatever|Whoever|None that)\b(?!.*\?$)/;
/** Words that this project coined or that are hard to read, each with the word to use. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\banew\b/i, '"again"'],
  [/\bgo(?:es)? on\b/, '"continue" or "resume"'],
  [/\bbrought up to date\b/i, '"upgraded" or "updated"'],
  [/\bby itself\b/i, '"automatically"'],
  [/\bis told\b|\bare told\b/i, '"is reported" or "is shown"'],
  [/\bpapers?\b/i, '"sidecar", "manifest" or "custody file"'],
  [/\bthe gravest\b/i, '"the most severe"'],
  [/\bno (?:backup|library|media) any more\b/i, '"no longer"'],
  [/\bhas news\b|\bhave news\b/i, '"has new messages"'],
  [/\bneeds? the person\b/i, '"needs you"'],
  [/\bbytes? that (?:is|are) there\b/i, '"files already stored"'],
];

interface Sentence {
  readonly line: number;
  readonly text: string;
}

/** One line for each fault, as `path:line: fault: start of the sentence`. */
export function proseFaults(documents: readonly Document[]): string[] {
  return documents.flatMap(({ path, text }) => [
    ...sentencesOf(text).flatMap((sentence) =>
      faultsOf(sentence.text).map((fault) => `${path}:${String(sentence.line)}: ${fault}: ${startOf(sentence.text)}`),
    ),
    ...proseLines(text)
      .filter(({ prose }) => isTooLong(prose))
      .map(({ line, prose }) => `${path}:${String(line)}: ${String(prose.length)} characters: ${startOf(prose)}`),
  ]);
}

/** Whether a line of a paragraph should be wrapped. Code spans and links cannot be. */
function isTooLong(line: string): boolean {
  const parts = line
    .trim()
    .replaceAll(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, 'x')
    .split(' ');
  return line.length > MOST_CHARACTERS && !SKIPPED.test(line.trim()) && parts.length > 1;
}

/** The sentences of paragraphs and lists. Tables, headings, code and HTML are left out; a code span counts as one word. */
export function sentencesOf(text: string): Sentence[] {
  const blocks: { line: number; text: string }[] = [];
  let open = false;
  let last = 0;
  for (const { line, prose } of proseLines(text)) {
    const row = prose.trim();
    const skipped = row === '' || SKIPPED.test(row);
    const item = /^(?:[-*]|\d+\.)\s+/.exec(row)?.[0] ?? '';
    const block = blocks.at(-1);
    if (skipped) {
      open = false;
    } else if (open && item === '' && line === last + 1 && block !== undefined) {
      block.text += ` ${row}`;
    } else {
      blocks.push({ line, text: row.slice(item.length) });
      open = true;
    }
    last = line;
  }
  return blocks.flatMap((block) =>
    plainOf(block.text)
      .split(/(?<=[.!?]["')]?)\s+(?=["'(]?[\p{Lu}\d])|\s·\s/u)
      .map((sentence) => ({ line: block.line, text: sentence })),
  );
}

function faultsOf(sentence: string): string[] {
  const words = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return [
    ...(words > MOST_WORDS ? [`${String(words)} words, at most ${String(MOST_WORDS)}`] : []),
    ...(BAD_OPENING.test(sentence) ? ['begin with the thing itself'] : []),
    ...PHRASES.flatMap(([phrase, better]) => (phrase.test(sentence) ? [`write ${better}`] : [])),
  ];
}

function plainOf(markdown: string): string {
  return markdown
    .replaceAll(/`[^`]*`/g, 'Code')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*+|(?<!\w)_|_(?!\w)/g, '');
}

function startOf(sentence: string): string {
  return sentence.length > 60 ? `${sentence.slice(0, 60)}…` : sentence;
}
