import { AppError } from '../../../lib/app-error.ts';
import type { RangeOptions } from '../options/filter-options.ts';
import type { Answers } from '../terminal/answers.ts';

interface Page {
  readonly rows: readonly unknown[];
  readonly next: string | null;
}

/**
 * Asks for pages of at most `size` rows until the range ends, then says after which token there are more. Memory does not depend on the
 * length of the list. A person is told `none` where nothing came. AppError `usage` for a token that no page gave.
 */
export async function listPages(
  answers: Answers,
  range: RangeOptions,
  size: number,
  none: string,
  show: (part: { readonly after: string | null; readonly limit: number }) => Promise<Page>,
): Promise<void> {
  let { limit: left = Number.POSITIVE_INFINITY, after = null }: { limit?: number; after?: string | null } = range;
  // The index would start again at a token it cannot read; a script that continues must not get everything a second time.
  if (after !== null && !/^-?[0-9a-z]{1,12}\.-?[0-9a-z]{1,12}$/.test(after)) {
    throw new AppError('usage', 'The token of --after is not one that a list gave.', 'Leave it out to start anew.');
  }
  const isWhole = after === null;
  let found = 0;
  do {
    const page = await show({ after, limit: Math.min(size, left) });
    left -= page.rows.length;
    found += page.rows.length;
    after = page.next;
  } while (after !== null && left > 0);
  if (found === 0) {
    answers.hint(isWhole ? none : 'There is no more.');
  }
  if (after !== null) {
    // Not left out with --quiet: without it a script could not continue.
    answers.io.word(`next: ${after}`);
  }
}
