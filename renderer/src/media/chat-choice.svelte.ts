import type { Bridge } from '../../../main/app/bridge.ts';
import type { CallInput, CallResult } from '../../../main/app/calls.ts';
import { isAborted, type WireError } from '../../../main/contract/errors.ts';
import type { RemoteChatEntry } from '../../../main/contract/shapes.ts';

/** The calls that it makes. */
export interface ChatChoicePorts {
  list(input: CallInput<'chats.remote'>): Promise<CallResult<'chats.remote'>>;
  choose(input: CallInput<'chats.choose'>): Promise<CallResult<'chats.choose'>>;
}

export function chatChoicePorts(bridge: Bridge): ChatChoicePorts {
  return {
    list: (input) => bridge.call('chats.remote', input),
    choose: (input) => bridge.call('chats.choose', input),
  };
}

/** Which chats of an account syncs keep: as the service lists them, page by page, with what was chosen before. */
export class ChatChoice {
  /** Null before the first page has come. */
  chats = $state.raw<readonly RemoteChatEntry[] | null>(null);
  /** Chats that stay out. */
  left = $state.raw<ReadonlySet<number>>(new Set());
  busy = $state(false);
  error = $state.raw<WireError | null>(null);
  readonly #ports: ChatChoicePorts;
  #asked = 0;

  constructor(ports: ChatChoicePorts) {
    this.#ports = ports;
  }

  readonly chosen = $derived((this.chats ?? []).filter((chat) => !this.left.has(chat.id)));
  /** All pages have come: only then is what is not ticked known to be left out by the person. */
  isWhole = $state(false);

  async list(accountId: number): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.chats = null;
    this.left = new Set();
    this.error = null;
    this.isWhole = false;
    this.busy = true;
    let after: string | null = null;
    do {
      const page: CallResult<'chats.remote'> = await this.#ports.list({ accountId, after });
      if (asked !== this.#asked) {
        return;
      }
      if (!page.ok) {
        this.error = isAborted(page) ? null : page.error;
        this.busy = false;
        return;
      }
      const { rows, next } = page.value;
      this.chats = [...(this.chats ?? []), ...rows];
      this.left = new Set([...this.left, ...rows.filter(({ chosen }) => !chosen).map(({ id }) => id)]);
      after = next;
    } while (after !== null);
    this.isWhole = true;
    this.busy = false;
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
    this.busy = true;
    this.error = null;
    const saved = await this.#ports.choose({ accountId, mode: 'all', chatIds: [...this.left] });
    this.busy = false;
    if (!saved.ok && !isAborted(saved)) {
      this.error = saved.error;
    }
    return saved.ok;
  }
}
