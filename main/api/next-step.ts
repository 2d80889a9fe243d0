/** Where a walk through a chat goes after a page, and when it ends: pure, so that any service, honest or not, can be thought of in tests. */
import type { ListedPage } from '../lib/model.ts';

/** The state of a listing. Its size is constant, since a chat may have a million messages. */
export interface WalkState {
  readonly pages: number;
  /** Cursor the next page is to be asked with; null = the newest page. */
  readonly cursor: string | null;
  readonly recentCursors: readonly string[];
  /** Ids of the last pages, newest page first. */
  readonly recentIds: readonly (readonly number[])[];
  readonly lowest: number | null;
  readonly highest: number | null;
  /** Pages in a row without an id that the last pages did not have. */
  readonly stale: number;
  /** Pages in a row whose ids all lie within what was already passed. */
  readonly idle: number;
  /** Empty pages in a row. */
  readonly empty: number;
}

export type StuckReason = 'cursor_used' | 'cursor_missing' | 'nothing_new' | 'empty_pages' | 'page_cap';

export interface WalkStep {
  readonly state: WalkState;
  /** `start`: the service says there is nothing older. `stuck`: it says there is more but gives no way on. */
  readonly end: 'more' | 'start' | 'stuck';
  readonly reason: StuckReason | null;
  /** Cursor of the next page; null unless `more`. */
  readonly nextCursor: string | null;
  /** The service's own cursor was missing or did not move, and the page's oldest message id stands in for it (API facts §4). */
  readonly fallback: boolean;
  /** Messages of the page that the pages before it already had. */
  readonly repeated: number;
}

/** The parts of a page that decide. */
export type WalkedPage = Pick<ListedPage, 'hasMore' | 'nextCursor'> & {
  readonly messages: readonly { readonly id: number }[];
  readonly bad: readonly { readonly messageId: number | null }[];
};

export const DEFAULT_PAGE_CAP = 200_000;
const CURSORS_KEPT = 64;
const PAGES_KEPT = 4;
const STALE_ALLOWED = 2;
const IDLE_ALLOWED = 40;
const EMPTY_ALLOWED = 5;

/** A walk that begins at `cursor` (null = newest). */
export function startWalk(cursor: string | null): WalkState {
  return {
    pages: 0,
    cursor,
    recentCursors: cursor === null ? [] : [cursor],
    recentIds: [],
    lowest: null,
    highest: null,
    stale: 0,
    idle: 0,
    empty: 0,
  };
}

/** The same listing, continued at another cursor, as when ground already covered is skipped; the page cap keeps counting. */
export function jumpTo(state: WalkState, cursor: string): WalkState {
  return { ...startWalk(cursor), pages: state.pages };
}

/**
 * Decides the step after the page requested with `state.cursor`.
 * Ends by itself against any service: cursors and ids seen lately, ground already passed, empty pages and the number of pages are all bounded.
 */
export function nextStep(state: WalkState, page: WalkedPage, pageCap = DEFAULT_PAGE_CAP): WalkStep {
  const ids = idsOf(page);
  const known = new Set(state.recentIds.flat());
  const repeated = ids.filter((id) => known.has(id)).length;
  const fresh = repeated < ids.length;
  const isEmpty = page.messages.length === 0 && page.bad.length === 0;
  const lowest = lowestOf(ids, state.lowest);
  const highest = highestOf(ids, state.highest);
  const moved = lowest !== state.lowest || highest !== state.highest;

  const after: WalkState = {
    pages: state.pages + 1,
    cursor: null,
    recentCursors: state.recentCursors,
    recentIds: isEmpty ? state.recentIds : [ids, ...state.recentIds].slice(0, PAGES_KEPT),
    lowest,
    highest,
    stale: fresh ? 0 : state.stale + (isEmpty ? 0 : 1),
    idle: moved ? 0 : state.idle + 1,
    empty: isEmpty ? state.empty + 1 : 0,
  };
  const stop = (end: 'start' | 'stuck', reason: StuckReason | null): WalkStep => ({
    state: after,
    end,
    reason,
    nextCursor: null,
    fallback: false,
    repeated,
  });

  if (!page.hasMore) {
    return stop('start', null);
  }
  if (after.empty > EMPTY_ALLOWED) {
    return stop('stuck', 'empty_pages');
  }
  if (after.stale > STALE_ALLOWED || after.idle > IDLE_ALLOWED) {
    return stop('stuck', 'nothing_new');
  }
  const next = chooseCursor(state, page, ids, fresh);
  if (next === null) {
    return stop('stuck', page.nextCursor === null ? 'cursor_missing' : 'cursor_used');
  }
  if (after.pages >= pageCap) {
    return stop('stuck', 'page_cap');
  }
  return {
    state: {
      ...after,
      cursor: next.cursor,
      recentCursors: [next.cursor, ...state.recentCursors].slice(0, CURSORS_KEPT),
    },
    end: 'more',
    reason: null,
    nextCursor: next.cursor,
    fallback: next.fallback,
    repeated,
  };
}

/** The service's cursor when it moves, else the page's oldest id when the page brought something new and that id moves. */
function chooseCursor(
  state: WalkState,
  page: WalkedPage,
  ids: readonly number[],
  fresh: boolean,
): { cursor: string; fallback: boolean } | null {
  if (page.nextCursor !== null && !state.recentCursors.includes(page.nextCursor)) {
    return { cursor: page.nextCursor, fallback: false };
  }
  const oldest = lowestOf(ids, null);
  if (oldest === null || !fresh || state.recentCursors.includes(String(oldest))) {
    return null;
  }
  return { cursor: String(oldest), fallback: true };
}

function idsOf(page: WalkedPage): number[] {
  const ids = page.messages.map((message) => message.id);
  for (const item of page.bad) {
    if (item.messageId !== null) {
      ids.push(item.messageId);
    }
  }
  return ids;
}

function lowestOf(ids: readonly number[], from: number | null): number | null {
  return ids.reduce<number | null>((low, id) => (low === null || id < low ? id : low), from);
}

function highestOf(ids: readonly number[], from: number | null): number | null {
  return ids.reduce<number | null>((high, id) => (high === null || id > high ? id : high), from);
}
