import type { Bridge } from '../../../../main/app/bridge.ts';
import { isAborted, type WireError } from '../../../../main/contract/errors.ts';
import type { MediaRef, TrashEntry, TrashScope, TrashSummary } from '../../../../main/contract/shapes.ts';

const PAGE = 100;

export const refOf = ({ entry }: TrashEntry): MediaRef => ({ accountId: entry.accountId, mediaId: entry.id });
const keyOf = ({ accountId, mediaId }: MediaRef): string => `${String(accountId)}.${String(mediaId)}`;

/** The contents of the trash: listed by page, selected one by one. */
export class TrashModel {
  summary = $state.raw<TrashSummary | null>(null);
  rows = $state.raw<readonly TrashEntry[]>([]);
  next = $state.raw<string | null>(null);
  error = $state.raw<WireError | null>(null);
  /** Media that are chosen, by account and id. */
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  readonly chosenRefs = $derived(this.rows.map(refOf).filter((ref) => this.chosen.has(keyOf(ref))));
  readonly chosenBytes = $derived(
    this.rows.reduce((sum, row) => sum + (this.has(row) ? (row.entry.bytes ?? 0) : 0), 0),
  );
  /** The part that is shown; null = all of it. */
  readonly within: TrashScope | null;
  readonly #bridge: Bridge;
  #controller = new AbortController();

  constructor(bridge: Bridge, within: TrashScope | null) {
    this.#bridge = bridge;
    this.within = within;
  }

  /** Lists it again, as far as it was listed. */
  async load(): Promise<void> {
    this.#controller.abort();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    const [summary, page] = await Promise.all([
      this.#bridge.call('trash.summary', this.#scope, { signal }),
      this.#bridge.call('trash.page', { after: null, limit: PAGE, ...this.#scope }, { signal }),
    ]);
    if (signal.aborted) {
      return;
    }
    if (!summary.ok || !page.ok) {
      const failed = summary.ok ? page : summary;
      this.error = failed.ok || isAborted(failed) ? this.error : failed.error;
      return;
    }
    this.error = null;
    this.summary = summary.value;
    this.rows = page.value.rows;
    this.next = page.value.next;
    const here = new Set(this.rows.map((row) => keyOf(refOf(row))));
    this.chosen = new Set([...this.chosen].filter((key) => here.has(key)));
  }

  async more(): Promise<void> {
    const { signal } = this.#controller;
    if (this.next === null) {
      return;
    }
    const page = await this.#bridge.call('trash.page', { after: this.next, limit: PAGE, ...this.#scope }, { signal });
    if (page.ok && !signal.aborted) {
      this.rows = [...this.rows, ...page.value.rows];
      this.next = page.value.next;
    }
  }

  has(row: TrashEntry): boolean {
    return this.chosen.has(keyOf(refOf(row)));
  }

  toggle(row: TrashEntry): void {
    const key = keyOf(refOf(row));
    const chosen = new Set(this.chosen);
    if (!chosen.delete(key)) {
      chosen.add(key);
    }
    this.chosen = chosen;
  }

  get #scope(): { within?: TrashScope } {
    return this.within === null ? {} : { within: this.within };
  }

  close(): void {
    this.#controller.abort();
  }
}
