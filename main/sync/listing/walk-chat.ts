import { jumpTo, nextStep, startWalk, type StuckReason, type WalkState } from '../../api/next-step.ts';
import type { ApplyPageResult, CoverageRange } from '../../index/pages/calls.ts';
import type { AnyPage } from '../../lib/model.ts';
import { cursorId, pageRange, raiseTo, type ProvenRange } from './page-range.ts';

export interface WalkPorts {
  /** One page of the listing, newest first, below `cursor`. Rejects on abort and on errors that retries did not cure. */
  fetchPage(cursor: string | null): Promise<AnyPage>;
  /** Writes page, coverage and file jobs in one transaction. */
  applyPage(cursor: string | null, page: AnyPage, range: ProvenRange | null): Promise<ApplyPageResult>;
  /** Ranges proven so far, newest first. */
  coverage(): Promise<readonly CoverageRange[]>;
}

export interface WalkOptions {
  /** Walk everything again: covered ground is not jumped over. */
  readonly full: boolean;
  /** Hard cap of pages for this walk: a service that never ends must not keep the walk for ever. */
  readonly pageCap: number;
}

/** `complete`: one range from the newest message to the chat's start. `gaps`: the start was reached, but pages in between could not be read. */
export interface WalkResult {
  readonly end: 'complete' | 'gaps' | StuckReason;
  readonly pages: number;
}

/** How often a page that is empty although the service promises more is asked for before the listing continues past it. */
const EMPTY_PAGE_TRIES = 3;

/** One range down to the chat's start. */
function isComplete(ranges: readonly CoverageRange[]): boolean {
  return ranges.length === 1 && ranges[0]?.lo === 0;
}

/**
 * Walks a chat's listing from its newest message until covered ground reaches the start, continues inside gaps that interrupted walks
 * or unreadable pages left, and tries each remaining gap once more. A quiet chat costs one request.
 */
export async function walkChat(ports: WalkPorts, options: WalkOptions): Promise<WalkResult> {
  const [top] = await ports.coverage();
  const walk = new ChatWalk(ports, options.pageCap, top?.hi ?? 0);
  const end = await walk.descend(null, null, options.full);
  let ranges = await ports.coverage();
  if (!walk.topProven || !isComplete(ranges)) {
    await walk.fillGaps(ranges);
    ranges = await ports.coverage();
  }
  // A walk of everything that was cut short has not looked at everything, however much was known before.
  const done = walk.topProven && isComplete(ranges) && (!options.full || end === null);
  return { end: done ? 'complete' : (end ?? 'gaps'), pages: walk.pages };
}

class ChatWalk {
  pages = 0;
  /** The newest page could be read: without it, one range to the start may still lack what came since. */
  topProven = false;
  readonly #ports: WalkPorts;
  readonly #pageCap: number;
  /** Newest id known before the walk: what the newest page does not show below it is not there any more. */
  readonly #ceiling: number;

  constructor(ports: WalkPorts, pageCap: number, ceiling: number) {
    this.#ports = ports;
    this.#pageCap = pageCap;
    this.#ceiling = ceiling;
  }

  /**
   * Walks down from `cursor`; `above` is the lowest id proven there (see `pageRange`). Null when the start was reached, over listed or
   * over covered ground; else why the walk could not continue.
   */
  async descend(cursor: string | null, above: number | null, full: boolean): Promise<StuckReason | null> {
    let state = startWalk(cursor);
    let proven = above;
    let jumpedTo = Number.POSITIVE_INFINITY;
    for (;;) {
      const page = await this.#page(state.cursor);
      const range = state.cursor === null ? raiseTo(this.#ceiling, pageRange(proven, page)) : pageRange(proven, page);
      const { covered } = await this.#ports.applyPage(state.cursor, page, range);
      this.topProven ||= state.cursor === null && range !== null;
      const step = nextStep(state, page, this.#pageCap - this.pages + state.pages + 1);
      if (range?.lo === 0 || (!full && covered?.lo === 0)) {
        return null;
      }
      const jump = full || range === null ? null : jumpOver(step.state, range, covered);
      // Each jump leads further down: a service whose cursors lead back up must not be followed round and round.
      if (jump !== null && jump.above < jumpedTo && this.pages < this.#pageCap) {
        state = jump.state;
        proven = jump.above;
        jumpedTo = jump.above;
      } else if (step.end === 'more') {
        state = step.state;
        proven = range?.lo ?? cursorId(step.nextCursor);
      } else {
        return step.reason;
      }
    }
  }

  /** The newest page, if it could not be read, and each gap below a range are asked for once more: a fault that has passed heals within the run. */
  async fillGaps(ranges: readonly CoverageRange[]): Promise<void> {
    if (!this.topProven && this.pages < this.#pageCap) {
      await this.descend(null, null, false);
    }
    for (const { lo } of ranges) {
      // The way down from a range above may have closed this gap already.
      const range = (await this.#ports.coverage()).find((candidate) => candidate.lo === lo);
      if (range !== undefined && lo > 0 && this.pages < this.#pageCap) {
        await this.descend(range.nextCursor ?? String(lo), lo, false);
      }
    }
  }

  async #page(cursor: string | null): Promise<AnyPage> {
    for (let asked = 1; ; asked += 1) {
      this.pages += 1;
      const page = await this.#ports.fetchPage(cursor);
      const emptyYetMore = page.hasMore && page.messages.length === 0 && page.bad.length === 0;
      if (!emptyYetMore || asked >= EMPTY_PAGE_TRIES || this.pages >= this.#pageCap) {
        return page;
      }
    }
  }
}

/** Where to go on when the page fell into ground that is covered further down than the page itself reaches; null when it is not. */
function jumpOver(
  state: WalkState,
  range: ProvenRange,
  covered: CoverageRange | null,
): { state: WalkState; above: number } | null {
  if (covered === null || covered.lo >= range.lo) {
    return null;
  }
  return { state: jumpTo(state, covered.nextCursor ?? String(covered.lo)), above: covered.lo };
}
