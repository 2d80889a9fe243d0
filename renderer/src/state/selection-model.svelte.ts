import type { SelectionSummary, Span } from '../../../main/contract/browse-shapes.ts';
import type { Bridge } from '../../../main/app/bridge.ts';
import type { MediaEntry, MediaFilter } from '../../../main/contract/shapes.ts';
import type { UndoStack } from './undo-stack.svelte.ts';
import { Latest } from '../lib/latest.svelte.ts';
import { Renewal } from '../lib/renewal.ts';
import {
  ALL,
  between,
  isAll,
  isEmpty,
  isSelected,
  NOTHING,
  readSelection,
  stateOf,
  toggled,
  toMediaSelection,
  withSpan,
  type Item,
  type Selection,
} from '../lib/selection.ts';

/** Where a selection outlives a reload: `sessionStorage`, or nothing in a test. */
export type SelectionMemory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const itemOf = ({ accountId, id, sentAt, order }: MediaEntry): Item => ({
  accountId,
  mediaId: id,
  sentAt,
  order,
});

/** The selection in one timeline, with its totals. */
export class SelectionModel {
  readonly filter: MediaFilter;
  value = $state.raw<Selection>(NOTHING);
  /** Tiles show their checks, and a press selects instead of opening. */
  chosen = $state(false);
  summary = $state.raw<SelectionSummary | null>(null);
  readonly empty = $derived(isEmpty(this.value));
  readonly active = $derived(this.chosen || !this.empty);
  readonly #bridge: Bridge;
  readonly #memory: SelectionMemory;
  readonly #key: string;
  readonly #steps: UndoStack;
  /** Where a range starts, and what was selected beside it. */
  #anchor: { readonly item: Item; readonly beside: Selection } | null = null;
  readonly #counting = new Latest();
  readonly #recounting = new Renewal(() => this.ask());

  constructor(
    ports: { readonly bridge: Bridge; readonly memory: SelectionMemory; readonly steps: UndoStack },
    filter: MediaFilter,
  ) {
    this.#bridge = ports.bridge;
    this.#memory = ports.memory;
    this.#steps = ports.steps;
    this.filter = filter;
    this.#key = `selection ${JSON.stringify(filter)}`;
    this.value = readSelection(ports.memory.getItem(this.#key));
    void this.ask();
  }

  has(entry: MediaEntry): boolean {
    return isSelected(this.value, itemOf(entry));
  }

  stateOf(span: Span): 'on' | 'some' | 'off' {
    return stateOf(this.value, span);
  }

  /** How many are selected: at once where it follows from the list's own count, else as soon as the index has answered. */
  count(listed: number | null): number | null {
    return isAll(this.value) && listed !== null ? listed - this.value.exclude.length : (this.summary?.count ?? null);
  }

  toggle(entry: MediaEntry): void {
    const item = itemOf(entry);
    this.#anchor = { item, beside: toggled(this.value, item) };
    this.#set(this.#anchor.beside);
  }

  /** Selects from where the last choice was made to this item, through whatever lies between; a range made before is given up. */
  rangeTo(entry: MediaEntry): void {
    const item = itemOf(entry);
    this.#anchor ??= { item, beside: this.value };
    this.#set(withSpan(this.#anchor.beside, between(this.#anchor.item, item), true));
  }

  /** The same for a list in an order of its own, where a range is the items themselves. */
  rangeOf(entries: readonly MediaEntry[]): void {
    const first = entries[0];
    if (first === undefined) {
      return;
    }
    this.#anchor ??= { item: itemOf(first), beside: this.value };
    const { beside } = this.#anchor;
    const more = entries.map(itemOf).filter((item) => !isSelected(beside, item));
    this.#set(more.reduce(toggled, beside));
  }

  /** The next range starts here unless one has been started. */
  startRange(entry: MediaEntry): void {
    this.#anchor ??= { item: itemOf(entry), beside: this.value };
  }

  toggleSpan(span: Span): void {
    this.#anchor = null;
    this.#set(withSpan(this.value, span, this.stateOf(span) !== 'on'));
  }

  all(): void {
    this.#anchor = null;
    this.#set(ALL);
  }

  clear(): void {
    this.#anchor = null;
    this.chosen = false;
    if (!this.empty) {
      this.#set(NOTHING);
    }
  }

  /** Selects exactly this, without a step that could be taken back: for what is a part of another step. */
  put(value: Selection): void {
    this.#anchor = null;
    this.chosen = false;
    this.#keep(value);
  }

  request(): ReturnType<typeof toMediaSelection> {
    return toMediaSelection(this.value, this.filter);
  }

  /** Whether an entry carries what was just done to the selection; for showing hearts before the index is asked again. */
  readonly isMeant = (entry: MediaEntry): boolean => this.has(entry);

  /** The library changed: asks again how much is selected. */
  recount(): Promise<void> {
    return this.#recounting.again();
  }

  /** Asks how much is selected. */
  async ask(): Promise<void> {
    if (this.empty) {
      this.#counting.giveUp();
      this.summary = null;
      return;
    }
    const answer = await this.#counting.ask((options) =>
      this.#bridge.call('selection.summary', { selection: this.request() }, options),
    );
    if (answer?.ok) {
      this.summary = answer.value;
    }
  }

  /** Its place is left: the selection ends. */
  end(): void {
    this.#counting.giveUp();
    this.#memory.removeItem(this.#key);
    this.#steps.forget(this);
  }

  #set(value: Selection): void {
    const before = this.value;
    const keep = (other: Selection) => (): string => {
      this.#anchor = null;
      this.#keep(other);
      return '';
    };
    this.#steps.did({ text: '', owner: this, undo: keep(before), redo: keep(value) });
    this.#keep(value);
  }

  #keep(value: Selection): void {
    this.value = value;
    if (isEmpty(value)) {
      this.#memory.removeItem(this.#key);
    } else {
      this.#memory.setItem(this.#key, JSON.stringify(value));
    }
    void this.ask();
  }
}
