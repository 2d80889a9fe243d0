import { SvelteMap } from 'svelte/reactivity';
import type { Bridge } from '../../../../main/app/bridge.ts';
import { isAborted, type WireError } from '../../../../main/contract/errors.ts';
import type { LibraryChange } from '../../../../main/contract/events.ts';
import type { MediaCounts, MediaEntry, MediaFilter } from '../../../../main/contract/shapes.ts';
import { drop } from '../../lib/drop.ts';
import { Latest } from '../../lib/latest.svelte.ts';
import { Renewal } from '../../lib/renewal.ts';
import { anchorOf, farPages, nextToPlan, pagesBetween, RowWindow, stretchBetween, topAfter } from './in-view.ts';
import { indexAt, stack, type GridMetrics } from '../../media/geometry.ts';
import { MappedScroll } from '../../media/mapped-scroll.svelte.ts';
import { MonthLoader } from './month-loader.ts';
import { Month } from '../../media/month.ts';

/** Pages of entries that are kept; the farthest from what is seen are forgotten first. */
const KEPT_PAGES = 60;
/** Rows drawn beyond each edge of what is seen, in heights of it. */
const OVERSCAN = 0.4;
/** Changes of the library are taken up at most this often. */
const REFRESH_MS = 1000;

export interface Place {
  readonly monthIndex: number;
  readonly itemIndex: number;
}

export interface TimelinePorts {
  readonly bridge: Bridge;
  /** Resolves when there is nothing better to do; the places of far months are asked for then. */
  readonly idle: () => Promise<void>;
}

/** The timeline of one filter: months from maintained counts, places of items by month, entries of what is near the viewport. */
export class TimelineModel extends MappedScroll {
  readonly filter: MediaFilter;
  counts = $state.raw<MediaCounts | null>(null);
  error = $state.raw<WireError | null>(null);
  metrics = $state.raw<GridMetrics>({ width: 0, rowHeight: 144 });
  months = $state.raw<readonly Month[]>([]);
  /** Media id that has the one tab stop. */
  focus = $state<number | null>(null);
  /** One has just leapt here: what is seen is drawn before what lies beyond its edges. The component ends it. */
  landing = $state(false);
  /** Steps with every change inside of months, which are plain objects. */
  version = $state(0);
  /** Where the person goes. A later step there takes the place of one that still waits for what it leads to. */
  readonly jumps = new Latest();
  readonly #bridge: Bridge;
  readonly #idle: () => Promise<void>;
  readonly #loader: MonthLoader;
  readonly #failures = new SvelteMap<string, WireError>();
  readonly #rows = new RowWindow();
  readonly #counting = new Renewal(() => this.#count());
  #closed = false;
  #planningAll = false;
  #refresh: ReturnType<typeof setTimeout> | null = null;
  #dirty: Set<string> | 'all' = new Set();

  readonly tops = $derived.by(() => {
    void this.version;
    return stack(this.months.map((month) => month.height));
  });
  readonly height = $derived(this.tops.at(-1) ?? 0);
  readonly #firstRows = $derived.by(() => {
    void this.version;
    return stack(this.months.map((month) => month.rows));
  });
  readonly rowCount = $derived(this.#firstRows.at(-1) ?? 0);
  readonly #beyond = $derived(this.landing ? 0 : OVERSCAN);
  readonly visible = $derived.by(() =>
    this.#rows.between(
      { months: this.months, tops: this.tops, firstRows: this.#firstRows, version: this.version },
      this.top - this.viewport * this.#beyond,
      this.top + this.viewport * (1 + this.#beyond),
    ),
  );
  readonly currentMonth = $derived(this.months[indexAt(this.tops, this.top + 1)] ?? null);
  readonly failure = $derived(this.#failures.values().next().value ?? null);

  constructor(ports: TimelinePorts, filter: MediaFilter) {
    super();
    this.#bridge = ports.bridge;
    this.#idle = ports.idle;
    this.#loader = new MonthLoader(ports.bridge, filter);
    this.filter = filter;
  }

  async start(): Promise<void> {
    await this.#counting.again();
    if (!this.#closed && this.error === null) {
      this.load();
      drop(this.#planAll());
    }
  }

  async #count(): Promise<void> {
    const answer = await this.#bridge.call('media.counts', { filter: this.filter });
    if (this.#closed || isAborted(answer)) {
      return;
    }
    this.error = answer.ok ? null : answer.error;
    if (!answer.ok) {
      return;
    }
    this.#keeping(() => {
      const known = new Map(this.months.map((month) => [month.bucket.month, month]));
      this.months = answer.value.buckets.map((bucket) => {
        const month = known.get(bucket.month);
        known.delete(bucket.month);
        if (month === undefined) {
          return new Month(bucket, this.metrics);
        }
        month.stale ||= month.bucket.count !== bucket.count;
        month.bucket = bucket;
        return month;
      });
      for (const month of known.values()) {
        month.giveUp();
      }
      this.counts = answer.value;
    });
  }

  close(): void {
    this.#closed = true;
    this.jumps.giveUp();
    if (this.#refresh !== null) {
      clearTimeout(this.#refresh);
    }
    for (const month of this.months) {
      month.giveUp();
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

  override moveTo(top: number): void {
    this.landing ||= Math.abs(top - this.top) > this.viewport;
    super.moveTo(top);
  }

  /** Asks for what is near the viewport and gives up what was left. */
  load(): void {
    if (this.viewport === 0 || this.metrics.width === 0) {
      return;
    }
    const from = this.top - this.viewport;
    const to = this.top + this.viewport * 2;
    const first = Math.max(0, indexAt(this.tops, from));
    const last = indexAt(this.tops, to);
    this.months.forEach((month, index) => {
      if (index < first || index > last) {
        if (month.held === 0) {
          month.giveUp();
        }
        return;
      }
      if (this.#failures.has(month.bucket.month)) {
        return;
      }
      if (month.plan === null || month.stale) {
        if (month.planning === null) {
          drop(this.#plan(month));
        }
      }
      this.#loadPages(month, from - (this.tops[index] ?? 0), to - (this.tops[index] ?? 0));
    });
    this.#forgetFar();
  }

  /** Pages of the rows between two heights of a month. */
  #loadPages(month: Month, from: number, to: number): void {
    const wanted = month.plan === null ? [] : pagesBetween(month, from, to);
    for (const [number, controller] of month.asking) {
      if (!wanted.includes(number) && month.held === 0) {
        controller.abort();
        month.asking.delete(number);
      }
    }
    for (const number of wanted) {
      if (!month.hasPage(number) && !month.asking.has(number)) {
        drop(this.#page(month, number));
      }
    }
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
  changed(change: Pick<LibraryChange, 'months'>): void {
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
    }, REFRESH_MS);
  }

  async #again(): Promise<void> {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    for (const month of this.months) {
      month.stale ||= month.plan !== null && (dirty === 'all' || dirty.has(month.bucket.month));
    }
    await this.start();
  }

  /** The person changed something here: it is taken up at once. Resolves when what is seen is as it is now. */
  async refresh(): Promise<void> {
    for (const month of this.months) {
      month.stale ||= month.plan !== null;
    }
    await this.#counting.again();
    if (!this.#closed && this.error === null) {
      const seen = new Set(this.visible.map(({ month }) => month));
      await Promise.all(
        [...seen].map(async (month) => {
          month.planning?.abort();
          await this.#plan(month);
        }),
      );
      this.load();
    }
  }

  /** Hearts were given or taken: shown at once where the entries are here. */
  setFavourite(isMeant: (entry: MediaEntry) => boolean, favourite: boolean): void {
    for (const month of this.months) {
      for (const number of month.pagesHere()) {
        month.changeEntries(number, (entry) =>
          entry.favourite !== favourite && isMeant(entry) ? { ...entry, favourite } : entry,
        );
      }
    }
    this.version += 1;
  }

  /** Asks for a month's places; those that were known before stay until the new ones are here, and are swapped in one step. */
  async #plan(month: Month): Promise<void> {
    const controller = new AbortController();
    month.planning = controller;
    const top = this.top - (this.tops[this.months.indexOf(month)] ?? 0);
    const [from, to] = [top - this.viewport, top + this.viewport * 2];
    const here = month.plan === null ? [] : pagesBetween(month, from, to);
    const atStart = month.plan === null && top > -this.viewport && top < this.viewport;
    const numbers = atStart ? [0] : here.length === 0 ? [] : [...here, (here.at(-1) ?? 0) + 1];
    const near = atStart ? null : stretchBetween(month, from, to);
    const answer = await this.#loader.whole(month, { numbers, near }, controller.signal);
    if (controller.signal.aborted || this.#closed || answer === null) {
      return;
    }
    month.planning = null;
    if (!answer.ok) {
      this.#failures.set(month.bucket.month, answer.error);
      return;
    }
    this.#keeping(() => {
      month.setPlan(answer.value.plan, answer.value.pages, this.metrics);
    });
    this.focus ??= month.entry(0)?.id ?? null;
    this.load();
  }

  async #page(month: Month, number: number): Promise<void> {
    const controller = new AbortController();
    const page = month.pages[number];
    const length = month.pageLength(number);
    month.asking.set(number, controller);
    const answer = await this.#loader.page(month, page?.after ?? null, controller.signal);
    if (controller.signal.aborted || this.#closed || month.pages[number] !== page) {
      return;
    }
    month.asking.delete(number);
    if (!answer.ok) {
      if (!isAborted(answer)) {
        this.#failures.set(month.bucket.month, answer.error);
      }
      return;
    }
    month.setPage(number, answer.value);
    if (answer.value.length !== length) {
      // The library has changed since the places were told.
      month.stale = true;
      this.load();
    }
    this.version += 1;
    this.focus ??= answer.value[0]?.id ?? null;
  }

  /** Places of all months, the nearest first, when there is nothing better to do: heights are true then, and jumps need no more than a page. */
  async #planAll(): Promise<void> {
    if (this.#planningAll) {
      return;
    }
    this.#planningAll = true;
    while (!this.#closed) {
      await this.#idle();
      const next = nextToPlan(this, ({ bucket }) => !this.#failures.has(bucket.month));
      if (next === null) {
        break;
      }
      if (!this.#closed && !this.months.some((month) => month.planning !== null || month.asking.size > 0)) {
        await this.#plan(next);
      }
    }
    this.#planningAll = false;
  }

  /** Changes heights without moving what is seen: the first row in view stays where it is, and the scroll box stays untouched. */
  #keeping(change: () => void): void {
    const anchor = anchorOf(this, this.visible);
    change();
    this.version += 1;
    if (this.top < 8) {
      return;
    }
    const top = topAfter(anchor, this);
    if (Math.abs(top - this.top) >= 1) {
      this.shiftTo(top);
    }
  }

  #forgetFar(): void {
    for (const { month, number } of farPages(this, KEPT_PAGES)) {
      month.setPage(number, undefined);
    }
  }

  /** Entries that are here: those near what is seen. */
  here(): MediaEntry[] {
    return this.months.flatMap((month) => month.pagesHere().flatMap((number) => month.entriesOf(number)));
  }

  /** Where an item lies; null when it is not here. */
  find(mediaId: number): Place | null {
    for (const [monthIndex, month] of this.months.entries()) {
      const itemIndex = month.indexOf(mediaId);
      if (itemIndex >= 0) {
        return { monthIndex, itemIndex };
      }
    }
    return null;
  }

  /** Top and height of the row of a place. */
  rowAt({ monthIndex, itemIndex }: Place): { readonly top: number; readonly height: number } | null {
    const month = this.months[monthIndex];
    const row = month?.row(month.rowOf(itemIndex));
    return row === undefined ? null : { top: (this.tops[monthIndex] ?? 0) + row.top, height: row.height };
  }

  /** Resolves when a page of a month is here, or could not be had. */
  async listed(month: Month, number: number): Promise<void> {
    if (!month.hasPage(number) && month.pages[number] !== undefined) {
      await this.#page(month, number);
    }
  }

  /** Resolves when the places of a month are known, or could not be had. */
  async planned(month: Month): Promise<void> {
    if (month.plan === null) {
      month.planning?.abort();
      await this.#plan(month);
    }
  }
}
