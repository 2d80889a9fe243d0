import type { MediaOrder } from '../../../../../main/contract/browse-shapes.ts';
import type { Bridge } from '../../../../../main/app/bridge.ts';
import { isAborted } from '../../../../../main/contract/errors.ts';
import type { MediaEntry, MediaFilter } from '../../../../../main/contract/shapes.ts';
import { drop } from '../../../lib/drop.ts';
import { lastWhere } from '../../../lib/last-where.ts';
import { forgetFar, PAGE, type RowSource, type SourceListener } from './row-source.ts';

/** Rows listed before they are wanted. */
const AHEAD = 2 * PAGE;

/**
 * A list in an order in which no row can be found by its number: it is listed page after page from its start, always some pages ahead
 * of what is seen. The cursor of each listed page is kept, so going back costs one request.
 */
export class OrderedSource implements RowSource {
  readonly #bridge: Bridge;
  readonly #filter: MediaFilter;
  readonly #order: MediaOrder;
  readonly #listener: SourceListener;
  /** Where each page begins and what asks for it; the last of them is not listed yet unless `ended`. */
  readonly #starts: { readonly first: number; readonly after: string | null }[] = [{ first: 0, after: null }];
  readonly #pages = new Map<number, readonly MediaEntry[]>();
  readonly #asking = new Map<number, Promise<readonly MediaEntry[] | undefined>>();
  readonly #closing = new AbortController();
  #reach = 0;
  #ended = false;
  #wanted = 0;
  /** The last question was not answered: none is put by itself until something is wanted again. */
  #failed = false;

  constructor(
    ports: { readonly bridge: Bridge; readonly listener: SourceListener },
    filter: MediaFilter,
    order: MediaOrder,
  ) {
    this.#bridge = ports.bridge;
    this.#listener = ports.listener;
    this.#filter = filter;
    this.#order = order;
  }

  get reach(): number {
    return this.#reach;
  }

  /** The whole list was listed. */
  get ended(): boolean {
    return this.#ended;
  }

  entry(row: number): MediaEntry | undefined {
    const number = this.#pageOf(row);
    return this.#pages.get(number)?.[row - this.#firstOf(number)];
  }

  want(from: number, to: number): void {
    this.#wanted = to;
    const first = this.#pageOf(from);
    for (let number = first; this.#firstOf(number) < Math.min(to, this.#reach); number += 1) {
      if (!this.#pages.has(number)) {
        drop(this.#page(number));
      }
    }
    this.#goOn();
    forgetFar(this.#pages, first);
  }

  async take(from: number, to: number): Promise<readonly MediaEntry[]> {
    const taken: MediaEntry[] = [];
    if (this.#reach === 0 && !this.#ended) {
      await this.#page(0);
    }
    for (let number = this.#pageOf(from); this.#firstOf(number) < Math.min(to, this.#reach); number += 1) {
      const page = this.#pages.get(number) ?? (await this.#page(number));
      if (page === undefined) {
        break;
      }
      const first = this.#firstOf(number);
      taken.push(...page.slice(Math.max(0, from - first), Math.max(0, to - first)));
    }
    return taken;
  }

  change(to: (entry: MediaEntry) => MediaEntry): void {
    for (const [number, page] of this.#pages) {
      this.#pages.set(number, page.map(to));
    }
  }

  close(): void {
    this.#closing.abort();
  }

  /** Pages are as long as the index made them: one may lack what was removed while it was read. */
  #pageOf(row: number): number {
    return lastWhere(this.#starts.length, (index) => this.#firstOf(index) <= row);
  }

  #firstOf(number: number): number {
    return this.#starts[number]?.first ?? this.#reach;
  }

  /** Lists the next page while what is wanted is near the end of what was listed. */
  #goOn(): void {
    if (!this.#ended && this.#wanted + AHEAD > this.#reach) {
      drop(this.#page(this.#starts.length - 1));
    }
  }

  #page(number: number): Promise<readonly MediaEntry[] | undefined> {
    const asked =
      this.#asking.get(number) ??
      this.#ask(number).finally(() => {
        this.#asking.delete(number);
        this.#goOnLater();
      });
    this.#asking.set(number, asked);
    return asked;
  }

  #goOnLater(): void {
    if (!this.#failed && !this.#closing.signal.aborted) {
      this.#goOn();
    }
  }

  async #ask(number: number): Promise<readonly MediaEntry[] | undefined> {
    const answer = await this.#bridge.call(
      'media.page',
      { filter: this.#filter, order: this.#order, after: this.#starts[number]?.after ?? null, limit: PAGE },
      { signal: this.#closing.signal },
    );
    if (this.#closing.signal.aborted) {
      return undefined;
    }
    this.#failed = !answer.ok;
    if (!answer.ok) {
      if (!isAborted(answer)) {
        this.#listener.failed(answer.error);
      }
      return undefined;
    }
    const { rows, next } = answer.value;
    this.#pages.set(number, rows);
    if (number === this.#starts.length - 1 && !this.#ended) {
      this.#reach = this.#firstOf(number) + rows.length;
      if (next === null) {
        this.#ended = true;
      } else {
        this.#starts.push({ first: this.#reach, after: next });
      }
    }
    this.#listener.came();
    return rows;
  }
}
