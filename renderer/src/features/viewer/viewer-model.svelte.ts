import type { Bridge } from '../../../../main/app/bridge.ts';
import type { CallOutput } from '../../../../main/app/calls.ts';
import { isAborted, ok, type WireError } from '../../../../main/contract/errors.ts';
import type { MediaEntry, MediaFilter, MediaItem } from '../../../../main/contract/shapes.ts';
import type { ItemRef } from '../../lib/route.ts';

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
  #controller = new AbortController();
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
  async open(ref: ItemRef): Promise<void> {
    this.#controller.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.#steps += 1;
    const known = this.rows.findIndex((row) => row.id === ref.mediaId && row.accountId === ref.accountId);
    if (known >= 0) {
      this.index = known;
    }
    if (this.item?.entry.id !== ref.mediaId) {
      this.item = null;
    }
    const details = this.#bridge.call('media.item', ref, { signal: controller.signal });
    if (known < 8 || known > this.rows.length - 8) {
      this.#listing = this.#neighbours(ref, controller.signal);
      await this.#listing;
    }
    const item = await details;
    if (controller.signal.aborted) {
      return;
    }
    if (item.ok) {
      this.item = item.value;
      this.error = null;
      if (this.entry === null) {
        this.rows = [item.value.entry];
        this.index = 0;
      }
    } else if (!isAborted(item)) {
      this.error = item.error;
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
    const at = this.rows.findIndex((row) => row.id === gone.id);
    if (at >= 0) {
      this.rows = this.rows.filter((_, index) => index !== at);
      this.index = Math.max(0, this.index - (at < this.index || at === this.rows.length ? 1 : 0));
      this.total = this.total === null ? null : this.total - 1;
    }
  }

  async count(): Promise<void> {
    const counts = await this.#bridge.call('media.counts', { filter: this.#filter });
    if (counts.ok) {
      this.total = counts.value.count;
    }
  }

  /** Loads the item's details again while the old ones stay visible. */
  async reload(): Promise<void> {
    const { entry } = this;
    if (entry === null) {
      return;
    }
    const answer = await this.#bridge.call('media.item', { accountId: entry.accountId, mediaId: entry.id });
    if (answer.ok && this.entry?.id === answer.value.entry.id) {
      this.item = answer.value;
      this.rows = this.rows.map((row) =>
        row.id === entry.id ? { ...row, favourite: answer.value.entry.favourite } : row,
      );
    }
  }

  close(): void {
    this.#controller.abort();
  }

  async #neighbours(ref: ItemRef, signal: AbortSignal): Promise<void> {
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
