/**
 * Text as the search sees it. SQLite's tokenizer knows words by the spaces and marks between them: scripts that write none (Chinese, Japanese,
 * Thai, …) would be one long word, and emoji none at all. Here each letter of such a script is parted from its neighbours, so that any piece
 * of it is a phrase of single letters, and each emoji gets a word of its own. Pure.
 */

/** Parts words and shows nothing. */
const BREAK = '\u001F';
const BREAKS = new RegExp(`${BREAK}{2,}`, 'gu');
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Bopomofo}\\p{Script=Yi}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}\u30FC';
const LETTER = new RegExp(`(?=[${UNSPACED}])[\\p{L}\\p{N}]\\p{M}*`, 'gu');
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}/gu;
const SPECIAL = new RegExp(`[${UNSPACED}]|\\p{Extended_Pictographic}|\\p{Regional_Indicator}|[^\\x00-\\u02FF]`, 'u');

/** Two letters for private use stand for an emoji: the tokenizer takes them for a word. */
const HIGH = 0xe000;
const LOW = 0xe100;
const LOW_BITS = 9;
const ENCODED = /([\uE000-\uE0FF])([\uE100-\uE2FF])/gu;

const encoded = (emoji: string): string => {
  const code = emoji.codePointAt(0) ?? 0;
  return `${BREAK}${String.fromCharCode(HIGH + (code >> LOW_BITS), LOW + (code & ((1 << LOW_BITS) - 1)))}${BREAK}`;
};

/** The indexed form of a text. The same form is compared when the text is removed. */
export function indexedText(text: string): string {
  return SPECIAL.test(text)
    ? text
        .normalize('NFC')
        .replaceAll(LETTER, `${BREAK}$&${BREAK}`)
        .replaceAll(EMOJI, encoded)
        .replaceAll(BREAKS, BREAK)
    : text;
}

/** The text again, from what the index was given; marks that were put in between stay. */
export function shownText(indexed: string): string {
  return indexed
    .replaceAll(BREAK, '')
    .replaceAll(ENCODED, (_pair, high: string, low: string) =>
      String.fromCodePoint(((high.charCodeAt(0) - HIGH) << LOW_BITS) | (low.charCodeAt(0) - LOW)),
    );
}

const WORD =
  /[\p{L}\p{N}\p{M}\p{Co}]*[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{M}\p{Co}]*|(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200D|\uFE0F)+/gu;
const FOUND = /[\p{L}\p{N}\p{Co}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;

/** Splits a typed query into words and runs of emoji. */
export function wordsIn(text: string): string[] {
  return [...text.toWellFormed().normalize('NFC').matchAll(WORD)].flatMap(([word]) => (FOUND.test(word) ? [word] : []));
}

/** Pieces of what a person typed in which there is nothing to look for, such as `:)`. */
export function unsearchableIn(text: string): string[] {
  return text.split(/\s+/u).filter((piece) => piece !== '' && wordsIn(piece).length === 0);
}

const TOKEN = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;
/** A mark over a letter, or what colours an emoji, belongs to it: the tokenizer leaves both out. */
const TRAILING = new RegExp(`(?:${BREAK}?(?:\\p{M}|\\p{Emoji_Modifier}|\u200D))*`, 'uy');

interface Token {
  /** As it is compared: without accents and case. */
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

const tokensOf = (indexed: string): Token[] =>
  [...indexed.matchAll(TOKEN)].map((match) => ({
    word: match[0].normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase(),
    from: match.index,
    to: match.index + match[0].length,
  }));

/**
 * A text in pieces, those marked that a search for `typed` finds: each word anywhere, the last one as the beginning of a word. In time that
 * grows with the text.
 */
export function markedText(text: string, typed: string): { readonly text: string; readonly hit: boolean }[] {
  const indexed = indexedText(text);
  const tokens = tokensOf(indexed);
  const phrases = wordsIn(typed).map((word) => tokensOf(indexedText(word)).map(({ word: part }) => part));
  const isAt = (phrase: readonly string[], at: number, open: boolean): boolean =>
    phrase.every((part, index) => {
      const word = tokens[at + index]?.word;
      return word === part || (open && index === phrase.length - 1 && word?.startsWith(part) === true);
    });
  const parts: { text: string; hit: boolean }[] = [];
  let done = 0;
  const add = (to: number, hit: boolean): void => {
    const piece = shownText(indexed.slice(done, to));
    if (piece !== '') {
      parts.push({ text: piece, hit });
    }
    done = Math.max(done, to);
  };
  for (const [at, { from }] of tokens.entries()) {
    const found = phrases.filter((phrase, index) => isAt(phrase, at, index === phrases.length - 1));
    const longest = Math.max(0, ...found.map((phrase) => phrase.length));
    const last = tokens[at + longest - 1];
    if (longest > 0 && last !== undefined) {
      TRAILING.lastIndex = last.to;
      TRAILING.test(indexed);
      add(Math.max(done, from), false);
      add(Math.max(done, TRAILING.lastIndex), true);
    }
  }
  add(indexed.length, false);
  return parts;
}
