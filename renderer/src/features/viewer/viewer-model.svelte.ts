import type { Bridge } from '../../../../main/app/bridge.ts';
import type { CallOutput } from '../../../../main/app/calls.ts';
import { ok, type WireError } from '../../../../main/contract/errors.ts';
import type { MediaEntry, MediaFilter, MediaItem, MediaRef } from '../../../../main/contract/shapes.ts';
import { Latest } from '../../lib/latest.svelte.ts';

const REACH = 40;

/** Neighbours of an item in the order of the list it was opened from; null where they follow by date. */
export type Listed = (mediaId: number, reach: number) => Promise<CallOutput<'media.around'> | null>;

/** The opened item, its neighbours in the order of the timeline it was opened from, and what is known of it. */
export class ViewerModel {
  rows = $state.raw<readonly MediaEntry[]>([]);
  index = $state(0);
  /** Place of the first of `rows` among all that match; null when it is not known. */
  start = $state.raw<number | null>(null);
  total = $state.raw<number | null>(null);
  item = $state.raw<MediaItem | null>(null);
  error = $state.raw<WireError | null>(null);

  readonly entry = $derived(this.rows[this.index] ?? null);
  readonly newer = $derived(this.rows[this.index - 1] ?? null);
  readonly older = $derived(this.rows[this.index + 1] ?? null);
  readonly position = $derived(this.start === null ? null : this.start + this.index);

  readonly #bridge: Bridge;
  readonly #filter: MediaFilter;
  readonly #listed: Listed;
  #opened: MediaRef | null = null;
  readonly #opening = new Latest();
  readonly #detailing = new Latest();
  readonly #counting = new Latest();
  /** The neighbours that are asked for. */
  #listing: Promise<void> = Promise.resolve();
  /** Counts what the person asks for: only the last step is made. */
  #steps = 0;

  constructor(bridge: Bridge, filter: MediaFilter, listed: Listed) {
    this.#bridge = bridge;
    this.#listed = listed;
    this.#filter = filter;
  }

  /** Shows an item: at once when it is among the neighbours; these are asked for again before they end. */
  async open(ref: MediaRef): Promise<void> {
    const signal = this.#opening.begin();
    this.#opened = ref;
    this.#steps += 1;
    const known = this.rows.findIndex((row) => row.id === ref.mediaId && row.accountId === ref.accountId);
    if (known >= 0) {
      this.index = known;
    }
    if (this.item?.entry.id !== ref.mediaId) {
      this.item = null;
    }
    const near = known < 8 || known > this.rows.length - 8;
    this.#listing = near ? this.#neighbours(ref, signal) : Promise.resolve();
    await this.reload();
  }

  /** Asks for the details of the opened item; those that are shown stay until then. Where it has no neighbours it stands alone. */
  async reload(): Promise<void> {
    const ref = this.#opened;
    if (ref === null) {
      return;
    }
    const answer = await this.#detailing.ask(async (options) => {
      const [item] = await Promise.all([this.#bridge.call('media.item', ref, options), this.#listing]);
      return item;
    });
    if (answer?.ok === false) {
      this.error = answer.error;
    } else if (answer !== null) {
      const { entry } = answer.value;
      this.item = answer.value;
      this.error = null;
      if (this.entry === null) {
        this.rows = [entry];
        this.index = 0;
      } else {
        this.rows = this.rows.map((row) => (row.id === entry.id ? { ...row, favourite: entry.favourite } : row));
      }
    }
  }

  /** The item on one side, also where neighbours are still asked for. Null: there is none, or something else was asked for meanwhile. */
  async beside(side: 'newer' | 'older'): Promise<MediaEntry | null> {
    this.#steps += 1;
    const step = this.#steps;
    if (this[side] === null) {
      await this.#listing;
    }
    return step === this.#steps ? this[side] : null;
  }

  /** The next older item that is stored; if none of those known is, the last of them, where more are asked for. Null: the end. */
  async following(): Promise<MediaEntry | null> {
    await this.#listing;
    const after = this.rows.slice(this.index + 1);
    return after.find((row) => row.state === 'stored') ?? after.at(-1) ?? null;
  }

  /** An item was removed: it is no longer among the neighbours. */
  forget(gone: MediaEntry): void {
    if (this.#opened?.mediaId === gone.id) {
      this.#opened = null;
      this.#detailing.giveUp();
    }
    const at = this.rows.findIndex((row) => row.id === gone.id);
    if (at >= 0) {
      this.rows = this.rows.filter((_, index) => index !== at);
      this.index = Math.max(0, this.index - (at < this.index || at === this.rows.length ? 1 : 0));
      this.total = this.total === null ? null : this.total - 1;
    }
  }

  async count(): Promise<void> {
    const counts = await this.#counting.ask((options) =>
      this.#bridge.call('media.counts', { filter: this.#filter }, options),
    );
    if (counts?.ok) {
      this.total = counts.value.count;
    }
  }

  close(): void {
    this.#opening.giveUp();
    this.#detailing.giveUp();
    this.#counting.giveUp();
  }

  async #neighbours(ref: MediaRef, signal: AbortSignal): Promise<void> {
    const listed = await this.#listed(ref.mediaId, REACH);
    const answer =
      listed === null
        ? await this.#bridge.call(
            'media.around',
            { filter: this.#filter, ...ref, newer: REACH, older: REACH },
            { signal },
          )
        : ok(listed);
    if (answer.ok && !signal.aborted) {
      this.rows = answer.value.rows;
      this.index = answer.value.index;
      this.start = answer.value.position === null ? null : answer.value.position - answer.value.index;
    }
  }
}
