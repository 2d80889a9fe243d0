import type { ApplyPageResult, CoverageRange } from '../../index/pages/calls.ts';
import type { AnyPage, ListedPage } from '../../lib/model.ts';
import type { ProvenRange } from '../listing/page-range.ts';
import type { WalkPorts } from '../listing/walk-chat.ts';
import { badItem, page } from './made.ts';

/** What a service can do to one answer. `arrive`: new messages come right after it. `cut`: the request fails. `kill`: it is answered, but not written. */
export type Adversity =
  | 'none'
  | 'repeat'
  | 'empty'
  | 'noCursor'
  | 'stuckCursor'
  | 'overlap'
  | 'badItem'
  | 'namelessItem'
  | 'arrive'
  | 'cut'
  | 'kill';

export class Cut extends Error {}

/** A chat as the service has it: pages newest first, below a cursor that is the oldest id of the page before. */
export class ModelService {
  readonly ids: number[];
  readonly #pageSize: number;
  #last: ListedPage | null = null;

  constructor(ids: readonly number[], pageSize: number) {
    this.ids = [...ids].sort((a, b) => b - a);
    this.#pageSize = pageSize;
  }

  arrive(count: number): void {
    for (let added = 0; added < count; added += 1) {
      this.ids.unshift((this.ids[0] ?? 0) + 1 + (added % 3));
    }
  }

  answer(cursor: string | null, adversity: Adversity): ListedPage {
    const below = cursor === null ? Number.POSITIVE_INFINITY : Number(cursor);
    const older = this.ids.filter((id) => id < below);
    const ids = older.slice(0, this.#pageSize);
    const oldest = ids.at(-1);
    const hasMore = older.length > ids.length;
    const honest = page(ids, { hasMore, nextCursor: hasMore && oldest !== undefined ? String(oldest) : null });
    const answer = this.#twisted(honest, ids, cursor, adversity);
    this.#last = answer;
    return answer;
  }

  #twisted(honest: ListedPage, ids: readonly number[], cursor: string | null, adversity: Adversity): ListedPage {
    const [first, ...others] = ids;
    switch (adversity) {
      case 'repeat':
        // Only the page above is repeated: an older page in place of a newer one cannot be told from messages withdrawn in between.
        return this.#last?.hasMore === true && this.#last.messages.every(({ id }) => id >= Number(cursor ?? Infinity))
          ? this.#last
          : honest;
      case 'empty':
        return honest.hasMore ? { ...honest, messages: [] } : honest;
      case 'noCursor':
        return { ...honest, nextCursor: null };
      case 'stuckCursor':
        return honest.hasMore ? { ...honest, nextCursor: cursor ?? '99999' } : honest;
      case 'overlap':
        return honest.hasMore ? { ...honest, nextCursor: String(ids[Math.floor(ids.length / 2)] ?? 0) } : honest;
      case 'badItem':
      case 'namelessItem':
        return first === undefined
          ? honest
          : { ...honest, messages: page(others).messages, bad: [badItem(adversity === 'badItem' ? first : null)] };
      default:
        return honest;
    }
  }
}

/** What the index does with coverage: ranges that touch become one, and none reaches above the newest id that was shown. */
export class ModelIndex {
  readonly listed = new Set<number>();
  readonly claimed: ProvenRange[] = [];
  ranges: CoverageRange[] = [];

  apply(listed: AnyPage, range: ProvenRange | null): ApplyPageResult {
    for (const { id } of listed.messages) {
      this.listed.add(id);
    }
    return {
      seen: listed.messages.length,
      new: 0,
      changed: 0,
      bad: listed.bad.length,
      gone: 0,
      newMedia: 0,
      filesWanted: 0,
      covered: range === null ? null : this.#cover(range),
    };
  }

  #cover(range: ProvenRange): CoverageRange {
    if (range.lo > range.hi || range.lo < 0) {
      throw new RangeError('a page proves no range');
    }
    const newest = Math.max(0, ...this.listed);
    const claim = { ...range, hi: Math.max(range.lo, Math.min(range.hi, newest)) };
    this.claimed.push(claim);
    let merged: CoverageRange = { ...claim, checkedAt: 0 };
    const apart: CoverageRange[] = [];
    for (const old of this.ranges) {
      if (old.lo > claim.hi + 1 || old.hi < claim.lo - 1) {
        apart.push(old);
      } else {
        const nextCursor = old.lo < merged.lo ? old.nextCursor : merged.nextCursor;
        merged = { ...merged, hi: Math.max(old.hi, merged.hi), lo: Math.min(old.lo, merged.lo), nextCursor };
      }
    }
    this.ranges = [...apart, merged].sort((a, b) => b.hi - a.hi);
    return merged;
  }
}

/** The ports of one walk; `adversityAt` is asked for each request, counted from 0. */
export function walkPorts(
  service: ModelService,
  index: ModelIndex,
  adversityAt: (request: number) => Adversity,
): WalkPorts & { readonly requests: () => number; readonly newestAsked: () => readonly number[] } {
  let requests = 0;
  let atNewest: readonly number[] = [];
  let killed = false;
  return {
    requests: () => requests,
    newestAsked: () => atNewest,
    fetchPage: async (cursor) => {
      const adversity = adversityAt(requests);
      requests += 1;
      await Promise.resolve();
      if (adversity === 'cut') {
        throw new Cut('cut');
      }
      if (cursor === null && requests === 1) {
        atNewest = [...service.ids];
      }
      const answer = service.answer(cursor, adversity);
      killed = adversity === 'kill';
      if (adversity === 'arrive') {
        service.arrive(4);
      }
      return answer;
    },
    applyPage: async (_cursor, listed, range) => {
      await Promise.resolve();
      if (killed) {
        throw new Cut('killed');
      }
      return index.apply(listed, range);
    },
    coverage: async () => {
      await Promise.resolve();
      return [...index.ranges];
    },
  };
}
