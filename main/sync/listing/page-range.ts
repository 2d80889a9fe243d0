import type { AnyPage } from '../../lib/model.ts';

/** Message ids proven listed, inclusive; `lo` 0 = down to the chat's first message. */
export interface ProvenRange {
  readonly hi: number;
  readonly lo: number;
  /** The cursor of the page below `lo`; null = none. */
  readonly nextCursor: string | null;
}

/** The numeric value of a cursor: the service's cursors are message ids (API facts §4), but nothing may depend on it. */
export function cursorId(cursor: string | null): number | null {
  if (cursor === null || !/^\d{1,16}$/.test(cursor)) {
    return null;
  }
  const id = Number(cursor);
  return Number.isSafeInteger(id) ? id : null;
}

/**
 * Which message ids a page proves listed.
 *
 * `above` is the lowest id the walk had proven when it asked for this page (ids from there on are known), or null when the page was
 * asked for as the newest one. A page proves nothing when one of its items could not be read (it is asked again by a later run, so that
 * a passing fault cannot lose a message), when it is empty although the service promises more, or when it only repeats what is known.
 */
export function pageRange(above: number | null, page: AnyPage): ProvenRange | null {
  if (page.bad.length > 0) {
    return null;
  }
  const ids = page.messages.map((message) => message.id).filter((id) => above === null || id < above);
  if (ids.length === 0) {
    const repeatsOnly = page.messages.length > 0;
    if (page.hasMore || repeatsOnly) {
      return null;
    }
    return { hi: above === null ? 0 : Math.max(0, above - 1), lo: 0, nextCursor: null };
  }
  let newest = 0;
  let oldest = Number.MAX_SAFE_INTEGER;
  for (const id of ids) {
    newest = Math.max(newest, id);
    oldest = Math.min(oldest, id);
  }
  const hi = above === null ? newest : above - 1;
  if (!page.hasMore) {
    return { hi, lo: 0, nextCursor: null };
  }
  const next = cursorId(page.nextCursor);
  // A numeric cursor above the oldest id makes the next page overlap; asking below the oldest id lists the same ground once.
  const nextCursor = page.nextCursor === null || (next !== null && next > oldest) ? String(oldest) : page.nextCursor;
  // A cursor below the oldest id proves nothing yet: the page it lists claims the ground in between, and is known to begin there.
  return { hi, lo: oldest, nextCursor };
}

/**
 * The newest page also proves the ids above its newest message up to `ceiling`, the newest id known before it was asked for: if they are
 * not on it, they were withdrawn.
 */
export function raiseTo(ceiling: number, range: ProvenRange | null): ProvenRange | null {
  return range === null || range.hi >= ceiling ? range : { ...range, hi: ceiling };
}
