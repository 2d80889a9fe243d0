import type { Bridge } from '../../../../main/app/bridge.ts';
import { isAborted, ok, type Result } from '../../../../main/contract/errors.ts';
import type { MediaEntry, MediaFilter, MediaLayout } from '../../../../main/contract/shapes.ts';
import { planOf, type Month, type Plan } from '../../media/month.ts';

/** A page as the index cuts it (`media.layout`). */
const PAGE = 200;

/** Items of a month, from the newest: `first` and those up to before `end`. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
}

/** The places of a month's items, and those pages of entries that came with them, by their number. */
export interface Whole {
  readonly plan: Plan;
  readonly pages: Map<number, readonly MediaEntry[]>;
}

/** Asks for what a timeline of one filter needs, a month at a time. */
export class MonthLoader {
  readonly #bridge: Bridge;
  readonly #filter: MediaFilter;

  constructor(bridge: Bridge, filter: MediaFilter) {
    this.#bridge = bridge;
    this.#filter = filter;
  }

  /** The places of all items of a month, with the entries of the pages that hold the items `near`. */
  async plan(month: Month, near: Stretch | null, signal: AbortSignal): Promise<Result<Whole>> {
    const { from, to } = month.bucket;
    const answers: MediaLayout[] = [];
    let after: string | null = null;
    do {
      const answer: Result<MediaLayout> = await this.#bridge.call(
        'media.layout',
        { filter: this.#filter, from, to, after, ...(near !== null && answers.length === 0 && { near }) },
        { signal },
      );
      if (!answer.ok) {
        return answer;
      }
      answers.push(answer.value);
      after = answer.value.next;
    } while (after !== null);
    const plan = planOf(answers);
    const pages = new Map<number, readonly MediaEntry[]>();
    for (const { first, rows } of answers[0]?.near ?? []) {
      pages.set(
        plan.pages.findIndex((page) => page.first === first),
        rows,
      );
    }
    return ok({ plan, pages });
  }

  /** One page of a month's plan. */
  async page(month: Month, after: string | null, signal: AbortSignal): Promise<Result<readonly MediaEntry[]>> {
    const answer = await this.#bridge.call(
      'media.page',
      { filter: this.#within(month), after, limit: PAGE },
      { signal },
    );
    return answer.ok ? ok(answer.value.rows) : answer;
  }

  /**
   * A plan with what is `near`, and with the pages of `numbers` for swapping in at once; the first page needs no plan and comes beside it.
   * Null when it was given up.
   */
  async whole(
    month: Month,
    { numbers, near }: { readonly numbers: readonly number[]; readonly near: Stretch | null },
    signal: AbortSignal,
  ): Promise<Result<Whole> | null> {
    const first = near === null && numbers.includes(0) ? this.page(month, null, signal) : null;
    const answer = await this.plan(month, near, signal);
    if (!answer.ok) {
      return isAborted(answer) ? null : answer;
    }
    const { plan, pages } = answer.value;
    for (const number of numbers) {
      const page = plan.pages[number];
      if (page !== undefined && !pages.has(number)) {
        const entries = await (number === 0 && first !== null ? first : this.page(month, page.after, signal));
        if (!entries.ok) {
          return isAborted(entries) ? null : entries;
        }
        // The library may have changed between the two: such a page is asked for again.
        const next = plan.pages[number + 1]?.first ?? plan.shape.days.length;
        if (entries.value.length === next - page.first) {
          pages.set(number, entries.value);
        }
      }
    }
    return ok({ plan, pages });
  }

  /** The bounds of a month never widen the bounds of the filter. */
  #within(month: Month): MediaFilter {
    const { from, to } = month.bucket;
    return {
      ...this.#filter,
      from: Math.max(from, this.#filter.from ?? 0),
      to: Math.min(to, this.#filter.to ?? Number.MAX_SAFE_INTEGER),
    };
  }
}
