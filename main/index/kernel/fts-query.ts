import { indexedText, wordsIn } from '../../contract/search-text.ts';

/** More words than this in one question are cut off: each costs a lookup, and no person types them. */
const MOST_WORDS = 16;

/**
 * Turns a typed query into an FTS5 expression: every word must occur, the last one may be the beginning of a word. A word of a script without
 * spaces is a phrase of its letters, found anywhere. Words are quoted, so that no text whatever is an operator or a syntax error. Null when
 * nothing is left to look for.
 */
export function ftsQuery(text: string): string | null {
  const words = wordsIn(text).slice(0, MOST_WORDS);
  return words.length === 0 ? null : `${words.map((word) => `"${indexedText(word)}"`).join(' ')} *`;
}

/** The key of the message that row `f` of `message_fts` is about. */
export const MESSAGE_OF = 'f.rowid & 2147483647';

/** The id of a message's row in `message_fts`; takes the time it was sent and its key. Cast: numbers are bound as reals. */
export const PLACE_OF = '(4294967295 - max(0, min(CAST(? AS INTEGER) / 1000, 4294967295))) << 31 | CAST(? AS INTEGER)';
