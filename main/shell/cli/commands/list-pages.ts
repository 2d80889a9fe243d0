import { AppError } from '../../../lib/app-error.ts';

/** How much of a list a person asked for: `limit` rows (null = all) after the token of an earlier list (null = from its beginning). */
export interface Range {
  readonly limit: number | null;
  readonly after: string | null;
}

interface Page {
  readonly rows: readonly unknown[];
  readonly next: string | null;
}

/**
 * Pages of at most `size` rows until the range ends; the last page's `next` then tells whether there are more. Memory does not depend on
 * the length of the list. AppError `usage` for a token that no page gave.
 */
export async function* pagesOf<Answer extends Page>(
  range: Range,
  size: number,
  ask: (part: { readonly after: string | null; readonly limit: number }) => Promise<Answer>,
): AsyncGenerator<Answer, void, void> {
  // The index would start again at a token it cannot read; a script that continues must not get everything a second time.
  if (range.after !== null && !/^-?[0-9a-z]{1,12}\.-?[0-9a-z]{1,12}$/.test(range.after)) {
    throw new AppError('usage', 'The token of --after is not one that a list gave.', 'Leave it out to start anew.');
  }
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  let { after } = range;
  do {
    const page = await ask({ after, limit: Math.min(size, left) });
    left -= page.rows.length;
    after = page.next;
    yield page;
  } while (after !== null && left > 0);
}
