/** Favourites, labels and notes of the made-up library, and selections over it. */
import {
  FAVOURITE,
  type Labels,
  type MarkChange,
  type MediaSelection,
  type SelectionSummary,
  type SortKey,
} from '../../../../main/contract/browse-shapes.ts';
import type { LedgerState } from '../../../../main/contract/model.ts';
import type { MadeEntry, MadeLibrary } from './library.ts';
import { matching } from './queries.ts';

const before = (a: SortKey, b: SortKey): boolean =>
  a.sentAt > b.sentAt || (a.sentAt === b.sentAt && a.order >= b.order);

export class MadeLabels {
  readonly #library: () => MadeLibrary;
  readonly #names = new Map<number, string>();
  readonly #removed = new Map<number, string>();
  readonly #media = new Map<number, Set<number>>([[FAVOURITE, new Set()]]);
  readonly #notes = new Map<number, string>();
  readonly #changes: { labelId: number; on: boolean; media: number[] }[] = [];

  constructor(library: () => MadeLibrary) {
    this.#library = library;
    const { media } = library();
    for (const [position, name] of ['Print', 'Website', 'To sort'].entries()) {
      const { id } = this.save(null, name);
      this.#put(id, media.filter((_, index) => index % (17 + position * 24) === position).slice(0, 40 + position * 50));
    }
    this.#put(
      FAVOURITE,
      media.filter((_, index) => index % 11 === 0),
    );
    for (const entry of media.slice(3, 5)) {
      this.#notes.set(entry.id, 'For the wall in the hallway.');
    }
  }

  hasAny(entry: MadeEntry, labels: readonly number[]): boolean {
    return labels.some((label) => this.#media.get(label)?.has(entry.id) === true);
  }

  of(mediaId: number): number[] {
    return [...this.#media].filter(([, media]) => media.has(mediaId)).map(([label]) => label);
  }

  note(mediaId: number): string | null {
    return this.#notes.get(mediaId) ?? null;
  }

  setNote(mediaId: number, text: string): void {
    if (text.trim() === '') {
      this.#notes.delete(mediaId);
    } else {
      this.#notes.set(mediaId, text.trim());
    }
  }

  list(): Labels {
    return {
      favourites: this.#media.get(FAVOURITE)?.size ?? 0,
      noted: this.#notes.size,
      labels: [...this.#names]
        .map(([id, name]) => ({ id, name, count: this.#media.get(id)?.size ?? 0 }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    };
  }

  save(id: number | null, name: string): { id: number } {
    const known = [...this.#names].find(([, other]) => other.toLowerCase() === name.toLowerCase());
    const chosen = id ?? known?.[0] ?? FAVOURITE + 1 + this.#names.size + this.#removed.size;
    this.#names.set(chosen, name);
    this.#media.set(chosen, this.#media.get(chosen) ?? new Set());
    return { id: chosen };
  }

  remove(id: number): boolean {
    const name = this.#names.get(id);
    if (name === undefined) {
      return false;
    }
    this.#names.delete(id);
    this.#removed.set(id, name);
    return true;
  }

  restore(id: number): boolean {
    const name = this.#removed.get(id);
    if (name === undefined) {
      return false;
    }
    this.#removed.delete(id);
    this.#names.set(id, name);
    return true;
  }

  apply(selection: MediaSelection, labelId: number, on: boolean): MarkChange | null {
    const media = this.#media.get(labelId);
    if (media === undefined) {
      return null;
    }
    const changed = this.selected(selection)
      .map(({ id }) => id)
      .filter((id) => media.has(id) !== on);
    this.#change(labelId, on, changed);
    this.#changes.push({ labelId, on, media: changed });
    return { changed: changed.length, undo: changed.length === 0 ? null : this.#changes.length };
  }

  undo(undo: number): boolean {
    const change = this.#changes[undo - 1];
    if (change === undefined) {
      return false;
    }
    this.#change(change.labelId, !change.on, change.media);
    return true;
  }

  summary(selection: MediaSelection): SelectionSummary {
    const states: Record<LedgerState, number> = {
      stored: 0,
      locked: 0,
      notReady: 0,
      protected: 0,
      gone: 0,
      failed: 0,
      pending: 0,
    };
    const rows = this.selected(selection);
    for (const row of rows) {
      states[row.state] += 1;
    }
    return { count: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0), states };
  }

  /** What a selection holds. */
  selected({ filter, spans, include, exclude }: MediaSelection): readonly MadeEntry[] {
    const named = (refs: MediaSelection['include'], id: number): boolean => refs.some(({ mediaId }) => mediaId === id);
    const within = matching(this.#library(), filter, this).filter(
      (entry) =>
        !named(exclude, entry.id) &&
        (spans === null || spans.some(({ newest, oldest }) => before(newest, entry) && before(entry, oldest))),
    );
    return [...within, ...this.#library().media.filter(({ id }) => named(include, id))];
  }

  #put(labelId: number, entries: readonly MadeEntry[]): void {
    this.#change(
      labelId,
      true,
      entries.map(({ id }) => id),
    );
  }

  #change(labelId: number, on: boolean, ids: readonly number[]): void {
    const media = this.#media.get(labelId) ?? new Set();
    for (const id of ids) {
      if (on) {
        media.add(id);
      } else {
        media.delete(id);
      }
    }
    this.#media.set(labelId, media);
    if (labelId === FAVOURITE) {
      for (const entry of this.#library().media) {
        entry.favourite = media.has(entry.id);
      }
    }
  }
}
