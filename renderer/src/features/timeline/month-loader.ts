import type { Bridge } from '../../../../main/contract/bridge.ts';
import { isAborted, ok, type Result } from '../../../../main/contract/errors.ts';
import type { MediaEntry, MediaFilter, MediaLayout } from '../../../../main/contract/shapes.ts';
import { planOf, type Month, type Plan } from './month.ts';

/** A page as the index cuts it (`media.layout`). */
const PAGE = 200;

/** Asks for what a timeline of one filter needs, a month at a time. */
export class MonthLoader {
  readonly #bridge: Bridge;
  readonly #filter: MediaFilter;

  constructor(bridge: Bridge, filter: MediaFilter) {
    this.#bridge = bridge;
    this.#filter = filter;
  }

  /** The places of all items of a month. */
  async plan(month: Month, signal: AbortSignal): Promise<Result<Plan>> {
    const { from, to } = month.bucket;
    const answers: MediaLayout[] = [];
    let after: string | null = null;
    do {
      const answer: Result<MediaLayout> = await this.#bridge.call(
        'media.layout',
        { filter: this.#filter, from, to, after },
        { signal },
      );
      if (!answer.ok) {
        return answer;
      }
      answers.push(answer.value);
      after = answer.value.next;
    } while (after !== null);
    return ok(planOf(answers));
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

  /** A plan with some of its pages, for swapping in at once; its first page needs no plan and comes with it. Null when it was given up. */
  async whole(
    month: Month,
    numbers: readonly number[],
    signal: AbortSignal,
  ): Promise<Result<{ plan: Plan; pages: Map<number, readonly MediaEntry[]> }> | null> {
    const first = numbers.includes(0) ? this.page(month, null, signal) : null;
    const plan = await this.plan(month, signal);
    if (!plan.ok) {
      return isAborted(plan) ? null : plan;
    }
    const pages = new Map<number, readonly MediaEntry[]>();
    for (const number of numbers) {
      const page = plan.value.pages[number];
      if (page !== undefined) {
        const entries = await (number === 0 && first !== null ? first : this.page(month, page.after, signal));
        if (!entries.ok) {
          return isAborted(entries) ? null : entries;
        }
        // The library may have changed between the two: such a page is asked for again.
        const next = plan.value.pages[number + 1]?.first ?? plan.value.shape.days.length;
        if (entries.value.length === next - page.first) {
          pages.set(number, entries.value);
        }
      }
    }
    return ok({ plan: plan.value, pages });
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
