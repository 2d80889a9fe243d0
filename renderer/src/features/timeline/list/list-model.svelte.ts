import { SvelteMap } from 'svelte/reactivity';
import type { ListedRef, MediaDetails, MediaOrder } from '../../../../../main/contract/browse-shapes.ts';
import type { Bridge } from '../../../../../main/app/bridge.ts';
import type { WireError } from '../../../../../main/contract/errors.ts';
import type { MediaCounts, MediaEntry, MediaFilter } from '../../../../../main/contract/shapes.ts';
import { drop } from '../../../lib/drop.ts';
import { Latest } from '../../../lib/latest.svelte.ts';
import { MappedScroll } from '../../../media/mapped-scroll.svelte.ts';
import { NEWEST_FIRST } from '../../../lib/columns.ts';
import { DateSource } from './date-source.ts';
import { OrderedSource } from './ordered-source.ts';
import type { SourceListener } from './row-source.ts';

/** Height of a row, CSS px. */
export const ROW = 40;
/** Rows drawn beyond each edge. */
const OVERSCAN = 6;
const REFRESH_MS = 1000;
/** Details that are kept. */
const KEPT_DETAILS = 4000;
/** Rows that one question for details names at most. */
const MOST_DETAILS = 200;

export interface ListPorts {
  readonly bridge: Bridge;
  /** Resolves when rows have stood still for a moment: what only stands beside them is asked for then. */
  readonly still: () => Promise<void>;
}

export interface VisibleListRow {
  /** 0-based place in the list. */
  readonly row: number;
  readonly entry: MediaEntry | null;
}

const refOf = ({ accountId, id, chatId }: MediaEntry): ListedRef => ({ accountId, mediaId: id, chatId });
const keyOf = ({ accountId, mediaId, chatId }: ListedRef): string =>
  `${String(accountId)}.${String(mediaId)}.${String(chatId)}`;

/** The media of a filter as a table of a million rows: where it stands, which rows are seen, and what stands beside them. */
export class ListModel extends MappedScroll {
  readonly filter: MediaFilter;
  readonly order: MediaOrder;
  counts = $state.raw<MediaCounts | null>(null);
  error = $state.raw<WireError | null>(null);
  failure = $state.raw<WireError | null>(null);
  /** Row with the tab stop. */
  focus = $state(0);
  /** The library has changed since an ordered list was begun; it is listed again when the person wants it. */
  outdated = $state(false);
  /** Steps with everything that comes. */
  version = $state(0);
  readonly details = new SvelteMap<string, MediaDetails>();
  readonly #ports: ListPorts;
  #source = $state.raw<DateSource | OrderedSource | null>(null);
  readonly #starting = new Latest();
  readonly #counting = new Latest();
  readonly #detailing = new Latest();
  #looking = false;
  #refresh: ReturnType<typeof setTimeout> | null = null;

  readonly count = $derived(this.counts?.count ?? 0);
  /** Rows that can be scrolled to. */
  readonly reach = $derived.by(() => {
    void this.version;
    return this.#source?.reach ?? 0;
  });
  /** Whether the list goes on after what can be scrolled to. */
  readonly partial = $derived.by(() => {
    void this.version;
    return this.#source instanceof OrderedSource && !this.#source.ended;
  });
  readonly height = $derived(this.reach * ROW);
  readonly visible = $derived.by((): VisibleListRow[] => {
    void this.version;
    const from = Math.max(0, Math.floor(this.top / ROW) - OVERSCAN);
    const to = Math.min(this.reach, Math.ceil((this.top + this.viewport) / ROW) + OVERSCAN);
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => ({
      row: from + index,
      entry: this.#source?.entry(from + index) ?? null,
    }));
  });

  constructor(ports: ListPorts, filter: MediaFilter, order: MediaOrder | null) {
    super();
    this.#ports = ports;
    this.filter = filter;
    this.order = order ?? NEWEST_FIRST;
  }

  /**
   * Counts and lists again; the rows that are seen stay until the new ones are here, and do not move where they can be found again. Only by date
   * is the count needed to list: in another order rows do not wait for it.
   */
  async start(): Promise<void> {
    const signal = this.#starting.begin();
    const counting = this.#count();
    if (this.order.by === 'date') {
      const counts = await counting;
      if (counts !== null) {
        await this.#show(new DateSource(this.#portsOf(), this.filter, counts, !this.order.descending), signal, counts);
      }
    } else {
      const source = new OrderedSource(this.#portsOf(), this.filter, this.order);
      const shown = this.#show(source, signal, null);
      this.counts = (await counting) ?? this.counts;
      await shown;
    }
  }

  /** Null when it could not be had, or is not wanted any more. */
  async #count(): Promise<MediaCounts | null> {
    const answer = await this.#counting.ask((options) =>
      this.#ports.bridge.call('media.counts', { filter: this.filter }, options),
    );
    if (answer !== null) {
      this.error = answer.ok ? null : answer.error;
    }
    return answer?.ok ? answer.value : null;
  }

  /** Lists what will be seen, then puts it in the place of what is seen now, together with `counts`. */
  async #show(source: DateSource | OrderedSource, signal: AbortSignal, counts: MediaCounts | null): Promise<void> {
    const anchor = await this.#anchorIn(source);
    await source.take(anchor.row, anchor.row + Math.ceil(this.viewport / ROW) + 1);
    if (signal.aborted) {
      source.close();
      return;
    }
    this.#source?.close();
    this.#source = source;
    this.counts = counts ?? this.counts;
    this.outdated = false;
    this.focus = Math.max(0, Math.min(source.reach - 1, this.focus + anchor.moved));
    this.version += 1;
    this.moveTo(anchor.row * ROW + anchor.within);
  }

  #portsOf(): { readonly bridge: Bridge; readonly listener: SourceListener } {
    return {
      bridge: this.#ports.bridge,
      listener: {
        came: () => {
          this.version += 1;
          this.load();
        },
        failed: (error: WireError) => {
          this.failure = error;
        },
        stale: () => {
          this.changed();
        },
      },
    };
  }

  /** Where the first row that is seen lies in another source, so that nothing moves under the eyes. */
  async #anchorIn(source: DateSource | OrderedSource): Promise<{ row: number; within: number; moved: number }> {
    const first = Math.floor(this.top / ROW);
    const entry = this.#source?.entry(first);
    const still = { row: first, within: this.top % ROW, moved: 0 };
    if (this.top === 0 || entry === undefined || source instanceof OrderedSource) {
      return this.#source instanceof OrderedSource ? { row: 0, within: 0, moved: 0 } : still;
    }
    const row = await source.locate(entry);
    return row === null ? still : { row, within: this.top % ROW, moved: row - first };
  }

  close(): void {
    this.#starting.giveUp();
    this.#counting.giveUp();
    this.#detailing.giveUp();
    this.#source?.close();
    this.#source = null;
    if (this.#refresh !== null) {
      clearTimeout(this.#refresh);
    }
  }

  retry(): void {
    this.failure = null;
    if (this.#source === null || this.error !== null) {
      drop(this.start());
    } else {
      this.load();
    }
  }

  /** Something changed in the library. A list by date takes it up; in any other order rows would jump, so it waits to be asked. */
  changed(_change?: unknown): void {
    if (this.order.by !== 'date') {
      this.outdated = this.#source !== null;
      return;
    }
    this.#refresh ??= setTimeout(() => {
      this.#refresh = null;
      this.details.clear();
      drop(this.start());
    }, REFRESH_MS);
  }

  /** The person changed something here: it is taken up at once. */
  async refresh(): Promise<void> {
    await this.start();
  }

  setFavourite(isMeant: (entry: MediaEntry) => boolean, favourite: boolean): void {
    this.#source?.change((entry) =>
      entry.favourite !== favourite && isMeant(entry) ? { ...entry, favourite } : entry,
    );
    this.version += 1;
  }

  resize(viewport: number): void {
    this.viewport = viewport;
    this.load();
  }

  /** Asks for what is near the viewport. */
  load(): void {
    if (this.viewport > 0 && this.failure === null) {
      const rows = Math.ceil(this.viewport / ROW);
      const first = Math.floor(this.top / ROW);
      this.#source?.want(first - rows, first + rows * 2);
      this.#look();
    }
  }

  /** Entries near what is seen. */
  here(): MediaEntry[] {
    const first = Math.floor(this.top / ROW);
    return Array.from({ length: 400 }, (_, index) => this.entry(first - 200 + index)).filter((entry) => entry !== null);
  }

  entry(row: number): MediaEntry | null {
    return this.#source?.entry(row) ?? null;
  }

  /** The entry of a row, waited for. */
  async entryAt(row: number): Promise<MediaEntry | null> {
    return (await this.take(row, row + 1))[0] ?? null;
  }

  async take(from: number, to: number): Promise<readonly MediaEntry[]> {
    return (await this.#source?.take(from, to)) ?? [];
  }

  /** The row of an item among those that are seen or near; null when it is not here. */
  find(mediaId: number): number | null {
    const rows = Math.ceil(this.viewport / ROW) + 2 * OVERSCAN;
    const first = Math.floor(this.top / ROW);
    for (let row = Math.max(0, first - rows); row < first + rows * 2; row += 1) {
      if (this.#source?.entry(row)?.id === mediaId) {
        return row;
      }
    }
    return null;
  }

  /** The row of an item wherever it is, as far as its order lets it be found. */
  async locate(spot: { readonly id: number; readonly sentAt: number }): Promise<number | null> {
    return this.find(spot.id) ?? (this.#source instanceof DateSource ? await this.#source.locate(spot) : null);
  }

  detailsOf(entry: MediaEntry): MediaDetails | null {
    return this.details.get(keyOf(refOf(entry))) ?? null;
  }

  /** Details of the rows that are seen, once they stand still. */
  #look(): void {
    if (!this.#looking) {
      this.#looking = true;
      drop(
        this.#ports.still().then(async () => {
          this.#looking = false;
          await this.#askDetails();
        }),
      );
    }
  }

  async #askDetails(): Promise<void> {
    const missing = this.visible
      .flatMap(({ entry }) => (entry === null ? [] : [refOf(entry)]))
      .filter((ref) => !this.details.has(keyOf(ref)))
      .slice(0, MOST_DETAILS);
    if (missing.length === 0) {
      return;
    }
    const answer = await this.#detailing.ask((options) =>
      this.#ports.bridge.call('media.details', { refs: missing }, options),
    );
    if (!answer?.ok) {
      return;
    }
    if (this.details.size > KEPT_DETAILS) {
      this.details.clear();
    }
    for (const row of answer.value.rows) {
      this.details.set(keyOf(row), row);
    }
  }
}
