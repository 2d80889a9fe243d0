import type { Bridge } from '../../../../main/app/bridge.ts';
import type { WireError } from '../../../../main/contract/errors.ts';
import type { Message, MessageAnchor } from '../../../../main/contract/shapes.ts';
import { Latest } from '../../lib/latest.svelte.ts';
import type { ChatRef } from '../../lib/route.ts';

const PAGE = 50;
/** Messages that one question brings at most. */
const MOST_ASKED = 100;
/** Messages kept in the page at a time; the other end is let go and can be listed again. */
const MOST = 300;

/** A conversation around one of its messages, listed further in both directions as the person reads. */
export class ConversationModel {
  rows = $state.raw<readonly Message[]>([]);
  hasOlder = $state(false);
  hasNewer = $state(false);
  loaded = $state(false);
  error = $state.raw<WireError | null>(null);
  readonly #bridge: Bridge;
  readonly #chat: ChatRef;
  readonly #listing = new Latest();
  readonly #renewing = new Latest();

  constructor(bridge: Bridge, chat: ChatRef) {
    this.#bridge = bridge;
    this.#chat = chat;
  }

  async open(anchor: MessageAnchor): Promise<void> {
    this.#renewing.giveUp();
    await this.#ask(anchor, (page) => {
      this.rows = page.rows;
      this.hasOlder = page.hasOlder;
      this.hasNewer = page.hasNewer;
      this.loaded = true;
    });
  }

  /** Adds the messages before the first. True when something came. */
  async older(): Promise<boolean> {
    const first = this.rows[0];
    if (!this.hasOlder || this.#listing.busy || first === undefined) {
      return false;
    }
    return this.#ask({ at: 'older', messageId: first.id }, (page) => {
      const rows = [...page.rows, ...this.rows];
      this.hasOlder = page.hasOlder;
      this.hasNewer = this.hasNewer || rows.length > MOST;
      this.rows = rows.slice(0, MOST);
    });
  }

  /** Adds the messages after the last. */
  async newer(): Promise<boolean> {
    const last = this.rows.at(-1);
    if (!this.hasNewer || this.#listing.busy || last === undefined) {
      return false;
    }
    return this.#ask({ at: 'newer', messageId: last.id }, (page) => {
      const rows = [...this.rows, ...page.rows];
      this.hasNewer = page.hasNewer;
      this.hasOlder = this.hasOlder || rows.length > MOST;
      this.rows = rows.slice(-MOST);
    });
  }

  /** New messages may be there: asked for when the person reads at the newest end. */
  freshen(): void {
    if (this.loaded && !this.hasNewer) {
      this.hasNewer = true;
      void this.newer();
    }
  }

  /** Asks for the messages that are here once more; each stays in its place. */
  async refresh(): Promise<void> {
    const signal = this.#renewing.begin();
    const fresh = new Map<number, Message>();
    const last = this.rows.at(-1)?.id ?? 0;
    let after = (this.rows[0]?.id ?? 1) - 1;
    while (after > 0 && after < last) {
      const answer = await this.#bridge.call(
        'messages.page',
        { ...this.#chat, anchor: { at: 'newer', messageId: after }, limit: MOST_ASKED },
        { signal },
      );
      if (!answer.ok || signal.aborted) {
        return;
      }
      for (const row of answer.value.rows) {
        fresh.set(row.id, row);
      }
      after = answer.value.hasNewer ? (answer.value.rows.at(-1)?.id ?? last) : last;
    }
    this.rows = this.rows.map((row) => fresh.get(row.id) ?? row);
  }

  close(): void {
    this.#listing.giveUp();
    this.#renewing.giveUp();
  }

  async #ask(
    anchor: MessageAnchor,
    take: (page: { rows: readonly Message[]; hasOlder: boolean; hasNewer: boolean }) => void,
  ): Promise<boolean> {
    const answer = await this.#listing.ask((options) =>
      this.#bridge.call('messages.page', { ...this.#chat, anchor, limit: PAGE }, options),
    );
    if (answer === null) {
      return false;
    }
    this.error = answer.ok ? null : answer.error;
    if (answer.ok) {
      take(answer.value);
    }
    return answer.ok && answer.value.rows.length > 0;
  }
}
