import type { Bridge } from '../../../../main/app/bridge.ts';
import { ok, type WireError } from '../../../../main/contract/errors.ts';
import type { ChatHits } from '../../../../main/contract/shapes.ts';
import { Latest } from '../../lib/latest.svelte.ts';
import type { ChatRef } from '../../lib/route.ts';

const NONE: ChatHits = { ids: [], more: false };

/** The messages of one conversation in which words occur, newest first. A newer search gives up the one before. */
export class FindModel {
  hits = $state.raw<ChatHits>(NONE);
  /** The words that `hits` belong to; '' = none. */
  words = $state.raw('');
  error = $state.raw<WireError | null>(null);
  readonly #bridge: Bridge;
  readonly #chat: ChatRef;
  readonly #latest = new Latest();

  constructor(bridge: Bridge, chat: ChatRef) {
    this.#bridge = bridge;
    this.#chat = chat;
  }

  /** Whether it was answered: false when it failed or another search came. */
  async find(words: string): Promise<boolean> {
    const answer = await this.#latest.ask(async (options) =>
      words === '' ? ok(NONE) : this.#bridge.call('messages.find', { ...this.#chat, text: words }, options),
    );
    if (answer === null) {
      return false;
    }
    this.error = answer.ok ? null : answer.error;
    if (answer.ok) {
      this.hits = answer.value;
      this.words = words;
    }
    return answer.ok;
  }

  /** Place of a message among the hits, from 0; -1 = it is none. */
  indexOf(messageId: number | null): number {
    return messageId === null ? -1 : this.hits.ids.indexOf(messageId);
  }

  /** The newest hit that is not after a message; if all are, the newest. Null: there are no hits. */
  upTo(messageId: number | null): number | null {
    const { ids } = this.hits;
    return ids.find((id) => messageId === null || id <= messageId) ?? ids[0] ?? null;
  }

  /** The hit beside a message: the next older or newer one, round at the ends. Null: there are no hits. */
  beside(messageId: number | null, side: 'older' | 'newer'): number | null {
    const { ids } = this.hits;
    const at = this.indexOf(messageId);
    if (at < 0) {
      return this.upTo(messageId);
    }
    return ids[(at + (side === 'older' ? 1 : ids.length - 1)) % ids.length] ?? null;
  }

  close(): void {
    this.#latest.giveUp();
  }
}
