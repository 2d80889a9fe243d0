import type { Bridge } from '../../../../main/app/bridge.ts';
import { isAborted, type WireError } from '../../../../main/contract/errors.ts';
import type { MessageHit } from '../../../../main/contract/shapes.ts';
import type { ChatRef } from '../../lib/route.ts';

/** Messages by their words. A newer search gives up the one before, so answers never overtake each other. */
export class SearchModel {
  hits = $state.raw<readonly MessageHit[]>([]);
  next = $state.raw<string | null>(null);
  /** The words that `hits` belong to; null = nothing was searched yet. */
  shown = $state.raw<string | null>(null);
  error = $state.raw<WireError | null>(null);
  readonly #bridge: Bridge;
  #controller = new AbortController();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  async search(text: string, accountId: number | null, chat: ChatRef | null): Promise<void> {
    this.#controller.abort();
    this.#controller = new AbortController();
    if (text === '') {
      this.hits = [];
      this.next = null;
      this.shown = null;
      return;
    }
    await this.#ask(text, accountId, chat, null);
  }

  async more(accountId: number | null, chat: ChatRef | null): Promise<void> {
    if (this.next !== null && this.shown !== null) {
      await this.#ask(this.shown, accountId, chat, this.next);
    }
  }

  async #ask(text: string, accountId: number | null, chat: ChatRef | null, after: string | null): Promise<void> {
    const { signal } = this.#controller;
    const answer = await this.#bridge.call(
      'search.messages',
      { text, accountId: chat?.accountId ?? accountId, chatId: chat?.chatId ?? null, after, limit: 50 },
      { signal },
    );
    if (signal.aborted) {
      return;
    }
    if (!answer.ok) {
      this.error = isAborted(answer) ? this.error : answer.error;
      return;
    }
    this.error = null;
    this.hits = after === null ? answer.value.hits : [...this.hits, ...answer.value.hits];
    this.next = answer.value.next;
    this.shown = text;
  }
}
