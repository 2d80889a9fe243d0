import type { Bridge } from '../../../../main/app/bridge.ts';
import { isAborted, type WireError } from '../../../../main/contract/errors.ts';
import type { ChangeFilter, NamedChange } from '../../../../main/contract/shapes.ts';

const PAGE = 100;

/** Changes by a filter, newest first. A newer filter gives up the one before, so answers never overtake each other. */
export class ChangesModel {
  rows = $state.raw<readonly NamedChange[]>([]);
  next = $state.raw<string | null>(null);
  loaded = $state(false);
  error = $state.raw<WireError | null>(null);
  readonly #bridge: Bridge;
  #controller = new AbortController();
  #filter: ChangeFilter | null = null;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  async show(filter: ChangeFilter): Promise<void> {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#filter = filter;
    await this.#ask(null);
  }

  async more(): Promise<void> {
    if (this.next !== null) {
      await this.#ask(this.next);
    }
  }

  async #ask(after: string | null): Promise<void> {
    const { signal } = this.#controller;
    if (this.#filter === null) {
      return;
    }
    const answer = await this.#bridge.call('changes.page', { filter: this.#filter, after, limit: PAGE }, { signal });
    if (signal.aborted) {
      return;
    }
    if (!answer.ok) {
      this.error = isAborted(answer) ? this.error : answer.error;
      return;
    }
    this.error = null;
    this.rows = after === null ? answer.value.rows : [...this.rows, ...answer.value.rows];
    this.next = answer.value.next;
    this.loaded = true;
  }
}
