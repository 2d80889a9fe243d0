/** More words than this in one question are cut off: each costs a lookup, and no person types them. */
const MOST_WORDS = 16;

/**
 * What a person typed, as an FTS5 expression: every word must occur, the last one may be the beginning of a word. Words are quoted, so
 * that no text whatever is an operator or a syntax error. Null when nothing is left to look for.
 */
export function ftsQuery(text: string): string | null {
  const words = text
    .toWellFormed()
    .normalize('NFC')
    .split(/[^\p{L}\p{N}\p{M}\p{Co}]+/u)
    .filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word))
    .slice(0, MOST_WORDS);
  if (words.length === 0) {
    return null;
  }
  return `${words.map((word) => `"${word}"`).join(' ')} *`;
}
