import type { Bridge } from '../../../../main/app/bridge.ts';
import type { WireError } from '../../../../main/contract/errors.ts';
import type { MediaRef, TrashEntry, TrashScope, TrashSummary } from '../../../../main/contract/shapes.ts';
import { Latest } from '../../lib/latest.svelte.ts';
import { Paged } from '../../lib/paged.svelte.ts';

const PAGE = 100;

export const refOf = ({ entry }: TrashEntry): MediaRef => ({ accountId: entry.accountId, mediaId: entry.id });
const keyOf = (row: TrashEntry): string => `${String(row.entry.accountId)}.${String(row.entry.id)}`;

/** The contents of the trash: listed by page, selected one by one. */
export class TrashModel {
  readonly list = new Paged<TrashEntry>();
  summary = $state.raw<TrashSummary | null>(null);
  #uncounted = $state.raw<WireError | null>(null);
  /** Keys of media that were chosen; some may have left the trash since. */
  #chosen = $state.raw<ReadonlySet<string>>(new Set());
  readonly error = $derived(this.list.error ?? this.#uncounted);
  readonly #chosenRows = $derived(this.list.rows.filter((row) => this.has(row)));
  readonly chosenRefs = $derived(this.#chosenRows.map(refOf));
  readonly chosenBytes = $derived(this.#chosenRows.reduce((sum, { entry }) => sum + (entry.bytes ?? 0), 0));
  /** The part that is shown; null = all of it. */
  readonly within: TrashScope | null;
  readonly #bridge: Bridge;
  readonly #counting = new Latest();

  constructor(bridge: Bridge, within: TrashScope | null) {
    this.#bridge = bridge;
    this.within = within;
  }

  /** Lists it again, as far as it was listed. */
  async load(): Promise<void> {
    const scope = this.within === null ? {} : { within: this.within };
    const [summary] = await Promise.all([
      this.#counting.ask((options) => this.#bridge.call('trash.summary', scope, options)),
      this.list.again((after, options) => this.#bridge.call('trash.page', { after, limit: PAGE, ...scope }, options)),
    ]);
    if (summary !== null) {
      this.#uncounted = summary.ok ? null : summary.error;
      this.summary = summary.ok ? summary.value : this.summary;
    }
  }

  has(row: TrashEntry): boolean {
    return this.#chosen.has(keyOf(row));
  }

  toggle(row: TrashEntry): void {
    const chosen = new Set(this.#chosen);
    if (!chosen.delete(keyOf(row))) {
      chosen.add(keyOf(row));
    }
    this.#chosen = chosen;
  }

  close(): void {
    this.#counting.giveUp();
    this.list.giveUp();
  }
}
