import type { Bridge } from '../../../main/app/bridge.ts';
import type { CallInput, CallResult } from '../../../main/app/calls.ts';
import { ok, type Result, type WireError } from '../../../main/contract/errors.ts';
import type { RemoteChatEntry } from '../../../main/contract/shapes.ts';
import { Latest, type Asking } from '../lib/latest.svelte.ts';

/** The calls that it makes. */
export interface ChatChoicePorts {
  list(input: CallInput<'chats.remote'>, options: Asking): Promise<CallResult<'chats.remote'>>;
  choose(input: CallInput<'chats.choose'>): Promise<CallResult<'chats.choose'>>;
}

export function chatChoicePorts(bridge: Bridge): ChatChoicePorts {
  return {
    list: (input, options) => bridge.call('chats.remote', input, options),
    choose: (input) => bridge.call('chats.choose', input),
  };
}

/** Which chats of an account syncs keep: as the service lists them, page by page, with what was chosen before. */
export class ChatChoice {
  /** Null before the first page has come. */
  chats = $state.raw<readonly RemoteChatEntry[] | null>(null);
  /** Chats that stay out. */
  left = $state.raw<ReadonlySet<number>>(new Set());
  error = $state.raw<WireError | null>(null);
  readonly #ports: ChatChoicePorts;
  readonly #listing = new Latest();
  readonly #saving = new Latest();

  constructor(ports: ChatChoicePorts) {
    this.#ports = ports;
  }

  readonly busy = $derived(this.#listing.busy || this.#saving.busy);
  readonly chosen = $derived((this.chats ?? []).filter((chat) => !this.left.has(chat.id)));
  /** All pages have come: only then is what is not ticked known to be left out by the person. */
  isWhole = $state(false);

  async list(accountId: number): Promise<void> {
    this.chats = null;
    this.left = new Set();
    this.error = null;
    this.isWhole = false;
    const listed = await this.#listing.ask((options) => this.#listAll(accountId, options));
    if (listed !== null) {
      this.isWhole = listed.ok;
      this.error = listed.ok ? null : listed.error;
    }
  }

  /** Takes the pages as they come. */
  async #listAll(accountId: number, options: Asking): Promise<Result<null>> {
    let after: string | null = null;
    do {
      const page: CallResult<'chats.remote'> = await this.#ports.list({ accountId, after }, options);
      if (!page.ok || options.signal.aborted) {
        return page.ok ? ok(null) : page;
      }
      const { rows, next } = page.value;
      this.chats = [...(this.chats ?? []), ...rows];
      this.left = new Set([...this.left, ...rows.filter(({ chosen }) => !chosen).map(({ id }) => id)]);
      after = next;
    } while (after !== null);
    return ok(null);
  }

  /** Nobody looks any more: no further page is asked for. */
  close(): void {
    this.#listing.giveUp();
  }

  setChosen(ids: readonly number[], chosen: boolean): void {
    const left = new Set(this.left);
    for (const id of ids) {
      if (chosen) {
        left.delete(id);
      } else {
        left.add(id);
      }
    }
    this.left = left;
  }

  /** Chats that appear later are kept. False when it could not be saved: `error` says why. */
  async save(accountId: number): Promise<boolean> {
    this.error = null;
    const saved = await this.#saving.ask(() => this.#ports.choose({ accountId, mode: 'all', chatIds: [...this.left] }));
    if (saved?.ok === false) {
      this.error = saved.error;
    }
    return saved?.ok === true;
  }
}
