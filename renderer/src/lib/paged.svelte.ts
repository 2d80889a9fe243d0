import { ok, type Result, type WireError } from '../../../main/contract/errors.ts';
import { Latest, type Asking } from './latest.svelte.ts';

export interface RowPage<Row> {
  readonly rows: readonly Row[];
  /** Leads to the next page; null after the last. */
  readonly next: string | null;
}

/** Asks for the page that `after` leads to; null = the first. */
export type PageQuestion<Row> = (after: string | null, options: Asking) => Promise<Result<RowPage<Row>>>;

/** Rows that come page by page. A new list gives up the one before. */
export class Paged<Row> {
  rows = $state.raw<readonly Row[]>([]);
  next = $state.raw<string | null>(null);
  /** A first page has come. */
  loaded = $state(false);
  error = $state.raw<WireError | null>(null);
  readonly #latest = new Latest();
  /** Rows that are shown. Effects that list must not depend on it. */
  #reach = 0;
  #question: PageQuestion<Row> = () => Promise.resolve(ok({ rows: [], next: null }));

  /** Lists from the start. The rows that are shown stay until the new ones are here. */
  async list(question: PageQuestion<Row>): Promise<void> {
    this.#question = question;
    await this.#take([], null, 0);
  }

  /** Lists from the start again, as far as it was listed. */
  async again(question: PageQuestion<Row>): Promise<void> {
    this.#question = question;
    await this.#take([], null, this.#reach);
  }

  /** Adds the next page. Rows that are asked for already are not asked for again. */
  async more(): Promise<void> {
    if (this.next !== null && !this.#latest.busy) {
      await this.#take(this.rows, this.next, 0);
    }
  }

  /** Forgets the rows. */
  clear(): void {
    this.giveUp();
    this.rows = [];
    this.#reach = 0;
    this.next = null;
    this.loaded = false;
    this.error = null;
  }

  giveUp(): void {
    this.#latest.giveUp();
  }

  async #take(before: readonly Row[], after: string | null, least: number): Promise<void> {
    const question = this.#question;
    const answer = await this.#latest.ask(async (options): Promise<Result<RowPage<Row>>> => {
      let [rows, next] = [before, after];
      do {
        const page = await question(next, options);
        if (!page.ok) {
          return page;
        }
        rows = [...rows, ...page.value.rows];
        ({ next } = page.value);
      } while (next !== null && rows.length < least);
      return ok({ rows, next });
    });
    if (answer === null) {
      return;
    }
    this.error = answer.ok ? null : answer.error;
    if (answer.ok) {
      this.rows = answer.value.rows;
      this.#reach = this.rows.length;
      this.next = answer.value.next;
      this.loaded = true;
    }
  }
}
