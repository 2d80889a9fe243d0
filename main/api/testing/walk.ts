/** A walk from a cursor to older pages. */
import type { ListedPage } from '../../lib/model.ts';
import { ApiError } from '../errors.ts';
import { DEFAULT_PAGE_CAP, nextStep, startWalk, type StuckReason } from '../next-step.ts';

export interface WalkOptions {
  /** null = newest. */
  readonly startCursor?: string | null;
  readonly signal?: AbortSignal;
  /** Most pages of this walk. */
  readonly pageCap?: number;
}

export interface WalkedPageResult {
  readonly page: ListedPage;
  /** Cursor the page was asked with. */
  readonly cursor: string | null;
  readonly nextCursor: string | null;
  readonly end: 'more' | 'start' | 'stuck';
  readonly reason: StuckReason | null;
  /** See `WalkStep.fallback`. */
  readonly fallback: boolean;
}

/**
 * Pages one after the other, each asked for only when the one before was taken. The last one yielded has `end` other than `more`.
 * @throws whatever `fetchPage` throws; ApiError `aborted` between pages
 */
export async function* walkPages(
  fetchPage: (cursor: string | null, signal: AbortSignal | undefined) => Promise<ListedPage>,
  options: WalkOptions = {},
): AsyncGenerator<WalkedPageResult, void, void> {
  const { signal, pageCap = DEFAULT_PAGE_CAP } = options;
  let state = startWalk(options.startCursor ?? null);
  for (;;) {
    if (signal?.aborted === true) {
      throw new ApiError('aborted', { endpoint: 'walk' });
    }
    const { cursor } = state;
    const page = await fetchPage(cursor, signal);
    const step = nextStep(state, page, pageCap);
    state = step.state;
    yield { page, cursor, nextCursor: step.nextCursor, end: step.end, reason: step.reason, fallback: step.fallback };
    if (step.end !== 'more') {
      return;
    }
  }
}
