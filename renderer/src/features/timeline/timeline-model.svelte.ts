import { tick } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Bridge } from '../../../../main/contract/bridge.ts';
import { isAborted, type WireError } from '../../../../main/contract/errors.ts';
import type { LibraryChange } from '../../../../main/contract/events.ts';
import type { MediaCounts, MediaEntry, MediaFilter } from '../../../../main/contract/shapes.ts';
import { drop } from '../../lib/drop.ts';
import { indexAt, keptScrollTop, rowsBetween, stack, type GridMetrics, type Row } from './geometry.ts';
import { Month } from './month.ts';

const PAGE = 200;
/** Months whose items are kept; the farthest from what is seen are forgotten first. */
const KEPT_MONTHS = 36;

export interface VisibleRow {
  readonly month: Month;
  readonly monthIndex: number;
  readonly row: Row;
  /** Top of its month in the scroll box. */
  readonly offset: number;
  /** 1-based place among all rows. */
  readonly index: number;
}

export interface Place {
  readonly monthIndex: number;
  readonly rowIndex: number;
  readonly itemIndex: number;
}

/** The timeline of one filter: months from maintained counts, items of what is near the viewport. */
export class TimelineModel {
  readonly filter: MediaFilter;
  counts = $state.raw<MediaCounts | null>(null);
  error = $state.raw<WireError | null>(null);
  metrics = $state.raw<GridMetrics>({ width: 0, rowHeight: 144 });
  top = $state(0);
  viewport = $state(0);
  months = $state.raw<readonly Month[]>([]);
  /** Media id that has the one tab stop. */
  focus = $state<number | null>(null);
  /** Tells the scroll box where to stand; set by the component. */
  scrollTo: (top: number) => void = () => undefined;
  /** Steps with every change inside of months, which are plain objects. */
  #version = $state(0);
  readonly #bridge: Bridge;
  readonly #failures = new SvelteMap<string, WireError>();
  #closed = false;
  #refresh: ReturnType<typeof setTimeout> | null = null;
  #dirty: Set<string> | 'all' = new Set();

  readonly tops = $derived.by(() => {
    void this.#version;
    return stack(this.months.map((month) => month.height));
  });
  readonly height = $derived(this.tops.at(-1) ?? 0);
  readonly #firstRows = $derived.by(() => {
    void this.#version;
    return stack(this.months.map((month) => month.rows));
  });
  readonly rowCount = $derived(this.#firstRows.at(-1) ?? 0);
  readonly visible = $derived.by(() => this.#visibleRows());
  readonly currentMonth = $derived(this.months[indexAt(this.tops, this.top + 1)] ?? null);
  readonly failure = $derived(this.#failures.values().next().value ?? null);

  constructor(bridge: Bridge, filter: MediaFilter) {
    this.#bridge = bridge;
    this.filter = filter;
  }

  async start(): Promise<void> {
    const answer = await this.#bridge.call('media.counts', { filter: this.filter });
    if (this.#closed) {
      return;
    }
    if (!answer.ok) {
      this.error = isAborted(answer) ? this.error : answer.error;
      return;
    }
    this.error = null;
    const known = new Map(this.months.map((month) => [month.bucket.month, month]));
    this.months = answer.value.buckets.map((bucket) => {
      const month = known.get(bucket.month);
      if (month === undefined) {
        return new Month(bucket, this.metrics);
      }
      month.bucket = bucket;
      return month;
    });
    this.counts = answer.value;
    this.#version += 1;
    this.load();
  }

  close(): void {
    this.#closed = true;
    if (this.#refresh !== null) {
      clearTimeout(this.#refresh);
    }
    for (const month of this.months) {
      month.controller?.abort();
    }
  }

  /** The scroll box or the size of tiles changed: rows are laid out again, what is seen stays. */
  resize(metrics: GridMetrics, viewport: number): void {
    this.viewport = viewport;
    if (metrics.width === this.metrics.width && metrics.rowHeight === this.metrics.rowHeight) {
      this.load();
      return;
    }
    this.#keeping(() => {
      this.metrics = metrics;
      for (const month of this.months) {
        month.measure(metrics);
      }
    });
    this.load();
  }

  /**
   * Takes the new place of the scroll box. Called for every scroll event: a delay here would show empty rows, and the cost is a search
   * among some hundred months.
   */
  scrolled(top: number): void {
    this.top = top;
    this.load();
  }

  /** Lists the months near the viewport and gives up those that were left. */
  load(): void {
    if (this.viewport === 0 || this.metrics.width === 0) {
      return;
    }
    const first = Math.max(0, indexAt(this.tops, this.top - this.viewport));
    const last = indexAt(this.tops, this.top + this.viewport * 2);
    this.months.forEach((month, index) => {
      const near = index >= first && index <= last;
      if (!near) {
        month.controller?.abort();
        month.controller = null;
      } else if (month.status !== 'all' && month.controller === null && !this.#failures.has(month.bucket.month)) {
        drop(this.#list(month));
      }
    });
    this.#forgetFar(first, last);
  }

  retry(): void {
    this.#failures.clear();
    if (this.counts === null) {
      drop(this.start());
    } else {
      this.load();
    }
  }

  /** Something changed in the library: counts are asked again, touched months listed again, at most once a second. */
  changed(change: LibraryChange): void {
    if (change.months === null || this.#dirty === 'all') {
      this.#dirty = 'all';
    } else {
      for (const month of change.months) {
        this.#dirty.add(month);
      }
    }
    this.#refresh ??= setTimeout(() => {
      this.#refresh = null;
      drop(this.#again());
    }, 1000);
  }

  async #again(): Promise<void> {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    await this.start();
    for (const month of this.months) {
      if (month.status !== 'none' && (dirty === 'all' || dirty.has(month.bucket.month))) {
        drop(this.#listAgain(month));
      }
    }
  }

  async #list(month: Month): Promise<void> {
    const controller = new AbortController();
    month.controller = controller;
    const filter = { ...this.filter, from: month.bucket.from, to: month.bucket.to };
    while (month.status !== 'all') {
      const answer = await this.#bridge.call(
        'media.page',
        { filter: this.#within(filter), after: month.next, limit: PAGE },
        { signal: controller.signal },
      );
      if (controller.signal.aborted || this.#closed) {
        return;
      }
      if (!answer.ok) {
        this.#failures.set(month.bucket.month, answer.error);
        break;
      }
      const entries = [...month.entries, ...answer.value.rows];
      this.#put(month, entries, answer.value.next);
    }
    month.controller = null;
  }

  /** Lists a month again behind what is shown, and swaps it in one step. */
  async #listAgain(month: Month): Promise<void> {
    month.controller?.abort();
    const controller = new AbortController();
    month.controller = controller;
    const filter = this.#within({ ...this.filter, from: month.bucket.from, to: month.bucket.to });
    const wanted = Math.max(month.entries.length, PAGE);
    const entries: MediaEntry[] = [];
    let after: string | null = null;
    do {
      const answer: Awaited<ReturnType<typeof this.ask>> = await this.ask(filter, after, controller.signal);
      if (controller.signal.aborted || this.#closed || !answer.ok) {
        return;
      }
      entries.push(...answer.value.rows);
      after = answer.value.next;
    } while (after !== null && entries.length < wanted);
    month.controller = null;
    this.#put(month, entries, after);
    this.load();
  }

  private ask(filter: MediaFilter, after: string | null, signal: AbortSignal) {
    return this.#bridge.call('media.page', { filter, after, limit: PAGE }, { signal });
  }

  /** The bounds of a month never widen the bounds of the filter. */
  #within(filter: MediaFilter): MediaFilter {
    return {
      ...filter,
      from: Math.max(filter.from ?? 0, this.filter.from ?? 0),
      to: Math.min(filter.to ?? Number.MAX_SAFE_INTEGER, this.filter.to ?? Number.MAX_SAFE_INTEGER),
    };
  }

  #put(month: Month, entries: readonly MediaEntry[], next: string | null): void {
    const timeZone = this.counts?.timeZone ?? 'UTC';
    this.#keeping(() => {
      month.setEntries(entries, next, timeZone, this.metrics);
    });
    this.focus ??= this.months.find((each) => each.entries.length > 0)?.entries[0]?.id ?? null;
  }

  /** Changes heights without moving what is seen: the first row in view stays where it is. */
  #keeping(change: () => void): void {
    const anchor = this.visible.find((row) => row.offset + row.row.top + row.row.height > this.top);
    const item = anchor?.month.entries[anchor.row.segments[0]?.first ?? 0]?.id ?? null;
    const distance = anchor === undefined ? 0 : anchor.offset + anchor.row.top - this.top;
    const before = this.tops;
    const at = Math.max(0, indexAt(before, this.top));
    const stood = { top: before[at] ?? 0, before: (before[at + 1] ?? 0) - (before[at] ?? 0) };
    change();
    this.#version += 1;
    if (this.top < 8) {
      return;
    }
    let top = this.top;
    const place = item === null ? null : this.find(item);
    if (place !== null) {
      const row = this.months[place.monthIndex]?.layout.rows[place.rowIndex];
      top = (this.tops[place.monthIndex] ?? 0) + (row?.top ?? 0) - distance;
    } else {
      const after = (this.tops[at + 1] ?? 0) - (this.tops[at] ?? 0);
      const moved = (this.tops[at] ?? 0) - stood.top;
      top = moved + keptScrollTop(this.top, { ...stood, after });
    }
    if (Math.abs(top - this.top) >= 1) {
      this.top = top;
      drop(
        tick().then(() => {
          this.scrollTo(top);
        }),
      );
    }
  }

  #forgetFar(first: number, last: number): void {
    const kept = this.months.flatMap((month, index) =>
      month.status === 'none' ? [] : [{ month, far: index < first ? first - index : index - last }],
    );
    if (kept.length > KEPT_MONTHS) {
      for (const { month } of kept.sort((a, b) => b.far - a.far).slice(0, kept.length - KEPT_MONTHS)) {
        month.forget();
      }
    }
  }

  #visibleRows(): VisibleRow[] {
    void this.#version;
    const from = this.top - this.viewport / 2;
    const to = this.top + this.viewport * 1.5;
    const rows: VisibleRow[] = [];
    const last = indexAt(this.tops, to);
    for (let index = Math.max(0, indexAt(this.tops, from)); index <= last; index += 1) {
      const month = this.months[index];
      if (month === undefined) {
        continue;
      }
      const offset = this.tops[index] ?? 0;
      const { start, end } = rowsBetween(month.layout, from - offset, to - offset);
      for (let at = start; at < end; at += 1) {
        const row = month.layout.rows[at];
        if (row !== undefined) {
          rows.push({ month, monthIndex: index, row, offset, index: (this.#firstRows[index] ?? 0) + at + 1 });
        }
      }
    }
    return rows;
  }

  /** Where an item lies; null when it is not listed. */
  find(mediaId: number): Place | null {
    for (const [monthIndex, month] of this.months.entries()) {
      const itemIndex = month.entries.findIndex((entry) => entry.id === mediaId);
      if (itemIndex >= 0) {
        const rowIndex = month.layout.rows.findIndex((row) =>
          row.segments.some(
            (segment) => itemIndex >= segment.first && itemIndex < segment.first + segment.widths.length,
          ),
        );
        return { monthIndex, rowIndex, itemIndex };
      }
    }
    return null;
  }
}
