import type { LayoutPage } from '../../../../../main/contract/browse-shapes.ts';
import type { Bridge } from '../../../../../main/app/bridge.ts';
import { isAborted, ok, type Result } from '../../../../../main/contract/errors.ts';
import type {
  MediaCounts,
  MediaEntry,
  MediaFilter,
  MediaLayout,
  MonthBucket,
} from '../../../../../main/contract/shapes.ts';
import { drop } from '../../../lib/drop.ts';
import { lastWhere } from '../../../lib/last-where.ts';
import { planOf } from '../../../media/month.ts';
import { forgetFar, PAGE, type RowSource, type SourceListener } from './row-source.ts';

/** Where a page lies: its month, its first row (newest first), its rows, and what asks for it. */
interface Place {
  readonly bucket: MonthBucket;
  readonly first: number;
  readonly length: number;
  readonly after: string | null;
}

/**
 * A list by date. Counts by month tell in which month a row lies, the layout of a long month where its pages begin, and it brings those that
 * are looked at: any row is one question away. Rows run newest first; `upwards` turns them over.
 */
export class DateSource implements RowSource {
  readonly reach: number;
  readonly #bridge: Bridge;
  readonly #filter: MediaFilter;
  readonly #listener: SourceListener;
  readonly #upwards: boolean;
  readonly #buckets: readonly MonthBucket[];
  /** Rows before each month, and all. */
  readonly #firsts: Float64Array;
  readonly #plans = new Map<number, Promise<readonly LayoutPage[] | null>>();
  readonly #known = new Map<number, readonly LayoutPage[]>();
  /** By the number of their first row. */
  readonly #pages = new Map<number, readonly MediaEntry[]>();
  readonly #asking = new Map<number, AbortController>();
  readonly #closing = new AbortController();

  constructor(
    ports: { readonly bridge: Bridge; readonly listener: SourceListener },
    filter: MediaFilter,
    counts: MediaCounts,
    upwards: boolean,
  ) {
    this.#bridge = ports.bridge;
    this.#listener = ports.listener;
    this.#filter = filter;
    this.#upwards = upwards;
    this.#buckets = counts.buckets;
    this.#firsts = new Float64Array(counts.buckets.length + 1);
    counts.buckets.forEach((bucket, index) => {
      this.#firsts[index + 1] = (this.#firsts[index] ?? 0) + bucket.count;
    });
    this.reach = this.#firsts.at(-1) ?? 0;
  }

  entry(row: number): MediaEntry | undefined {
    const place = this.#placeOf(this.#turned(row));
    return place === null ? undefined : this.#pages.get(place.first)?.[this.#turned(row) - place.first];
  }

  want(from: number, to: number): void {
    const wanted = new Set<number>();
    const [low, high] = this.#upwards ? [this.#turned(to - 1), this.#turned(from) + 1] : [from, to];
    for (let row = Math.max(0, low); row < Math.min(high, this.reach);) {
      const place = this.#placeOf(row);
      const month = this.#monthOf(row);
      if (place === null) {
        drop(this.#plan(month, { low: row, high }).then(() => undefined));
        row = this.#firsts[month + 1] ?? this.reach;
      } else {
        wanted.add(place.first);
        if (!this.#pages.has(place.first) && !this.#asking.has(place.first)) {
          drop(this.#page(place));
        }
        row = place.first + Math.max(1, place.length);
      }
    }
    for (const [first, controller] of this.#asking) {
      if (!wanted.has(first)) {
        controller.abort();
        this.#asking.delete(first);
      }
    }
    forgetFar(this.#pages, low);
  }

  async take(from: number, to: number): Promise<readonly MediaEntry[]> {
    const taken: MediaEntry[] = [];
    const [low, high] = this.#upwards ? [this.#turned(to - 1), this.#turned(from) + 1] : [from, to];
    for (let row = Math.max(0, from); row < Math.min(to, this.reach); row += 1) {
      const turned = this.#turned(row);
      await this.#plan(this.#monthOf(turned), { low, high });
      const place = this.#placeOf(turned);
      const page = place === null ? undefined : (this.#pages.get(place.first) ?? (await this.#page(place)));
      const entry = page?.[turned - (place?.first ?? 0)];
      if (entry === undefined) {
        break;
      }
      taken.push(entry);
    }
    return taken;
  }

  change(to: (entry: MediaEntry) => MediaEntry): void {
    for (const [first, page] of this.#pages) {
      this.#pages.set(first, page.map(to));
    }
  }

  close(): void {
    this.#closing.abort();
    for (const controller of this.#asking.values()) {
      controller.abort();
    }
  }

  /** The row of an item as it stood before the counts changed; null when it is not found in its month. */
  async locate(spot: { readonly id: number; readonly sentAt: number }): Promise<number | null> {
    const month = this.#buckets.findIndex(({ from, to }) => spot.sentAt >= from && spot.sentAt < to);
    const pages = month < 0 ? null : await this.#plan(month);
    const first = this.#firsts[month] ?? 0;
    for (let low = 0, high = (pages?.length ?? 0) - 1; low <= high;) {
      const middle = (low + high) >> 1;
      const place = this.#placeOf(first + (pages?.[middle]?.first ?? 0));
      const page = place === null ? undefined : (this.#pages.get(place.first) ?? (await this.#page(place)));
      const at = page?.findIndex(({ id }) => id === spot.id) ?? -1;
      if (place === null || page === undefined || at >= 0) {
        return place === null || at < 0 ? null : this.#turned(place.first + at);
      }
      if (spot.sentAt > (page[0]?.sentAt ?? 0)) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return null;
  }

  #turned(row: number): number {
    return this.#upwards ? this.reach - 1 - row : row;
  }

  #monthOf(row: number): number {
    return lastWhere(this.#buckets.length, (index) => (this.#firsts[index] ?? 0) <= row);
  }

  /** Null while the pages of its month are not known. */
  #placeOf(row: number): Place | null {
    const month = this.#monthOf(row);
    const bucket = this.#buckets[month];
    if (row < 0 || row >= this.reach || bucket === undefined) {
      return null;
    }
    const pages = bucket.count <= PAGE ? ONE_PAGE : this.#known.get(month);
    if (pages === undefined) {
      return null;
    }
    const start = this.#firsts[month] ?? 0;
    const index = lastWhere(pages.length, (number) => (pages[number]?.first ?? 0) <= row - start);
    const page = pages[index] ?? { first: 0, after: null };
    const end = pages[index + 1]?.first ?? bucket.count;
    return { bucket, first: start + page.first, length: end - page.first, after: page.after };
  }

  /** The pages of a month; entries of the rows from `low` to before `high` (newest first) come with them. */
  #plan(
    month: number,
    near: { readonly low: number; readonly high: number } | null = null,
  ): Promise<readonly LayoutPage[] | null> {
    const bucket = this.#buckets[month];
    if (bucket === undefined || bucket.count <= PAGE) {
      return Promise.resolve(ONE_PAGE);
    }
    const known = this.#plans.get(month);
    if (known !== undefined) {
      return known;
    }
    const start = this.#firsts[month] ?? 0;
    const within = (row: number): number => Math.min(bucket.count, Math.max(0, row - start));
    const wanted = near === null ? null : { first: within(near.low), end: within(near.high) };
    const asked = this.#layout(bucket, wanted).then((answer) => {
      if (!answer.ok) {
        this.#plans.delete(month);
        if (!isAborted(answer)) {
          this.#listener.failed(answer.error);
        }
        return null;
      }
      const { pages, near: entries } = answer.value;
      this.#known.set(month, pages);
      for (const { first, rows } of entries) {
        this.#pages.set(start + first, rows);
      }
      this.#listener.came();
      return pages;
    });
    this.#plans.set(month, asked);
    return asked;
  }

  async #layout(
    { from, to }: MonthBucket,
    near: { readonly first: number; readonly end: number } | null,
  ): Promise<Result<Pick<MediaLayout, 'pages' | 'near'>>> {
    const answers: MediaLayout[] = [];
    let after: string | null = null;
    do {
      const answer: Result<MediaLayout> = await this.#bridge.call(
        'media.layout',
        { filter: this.#filter, from, to, after, ...(near !== null && answers.length === 0 && { near }) },
        { signal: this.#closing.signal },
      );
      if (!answer.ok) {
        return answer;
      }
      answers.push(answer.value);
      after = answer.value.next;
    } while (after !== null);
    return ok({ pages: planOf(answers).pages, near: answers[0]?.near ?? [] });
  }

  async #page(place: Place): Promise<readonly MediaEntry[] | undefined> {
    const controller = new AbortController();
    this.#asking.set(place.first, controller);
    const { from, to } = place.bucket;
    const answer = await this.#bridge.call(
      'media.page',
      {
        filter: {
          ...this.#filter,
          from: Math.max(from, this.#filter.from ?? 0),
          to: Math.min(to, this.#filter.to ?? Number.MAX_SAFE_INTEGER),
        },
        after: place.after,
        limit: PAGE,
      },
      { signal: controller.signal },
    );
    if (this.#asking.get(place.first) === controller) {
      this.#asking.delete(place.first);
    }
    if (controller.signal.aborted || this.#closing.signal.aborted) {
      return undefined;
    }
    if (!answer.ok) {
      if (!isAborted(answer)) {
        this.#listener.failed(answer.error);
      }
      return undefined;
    }
    this.#pages.set(place.first, answer.value.rows);
    if (answer.value.rows.length !== place.length) {
      this.#listener.stale();
    }
    this.#listener.came();
    return answer.value.rows;
  }
}

const ONE_PAGE: readonly LayoutPage[] = [{ first: 0, after: null }];
