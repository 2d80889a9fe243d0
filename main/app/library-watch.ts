import { zoneOf } from '../contract/time-zone.ts';
import type { LibraryChange } from '../contract/events.ts';
import { Coalescer } from '../lib/pace.ts';
import type { IndexObserver } from './core/observe-index.ts';

/** Twice a second is as often as a person sees a difference. */
const EVERY_MS = 500;
const MOST_CHATS = 100;
const MOST_MONTHS = 240;
const WHOLE: LibraryChange = { accountId: null, chatIds: null, months: null, chats: true };

/** Gathers what a run writes into few events: which chats and months changed. */
export class LibraryWatch implements IndexObserver {
  readonly #chatIds = new Set<number>();
  readonly #months = new Set<string>();
  readonly #accounts = new Set<number>();
  readonly #coalescer: Coalescer;
  readonly #emit: (change: LibraryChange) => void;
  /** Chats by their key in the index, as far as they were met. */
  readonly #chatOf: (chatKey: number) => number | null;
  readonly #timeZone: () => string;
  #chats = false;
  #anyChat = false;
  #anyMonth = false;
  #waiting = false;

  constructor(
    emit: (change: LibraryChange) => void,
    chatOf: (chatKey: number) => number | null,
    timeZone: () => string,
  ) {
    this.#timeZone = timeZone;
    this.#emit = emit;
    this.#chatOf = chatOf;
    this.#coalescer = new Coalescer(EVERY_MS, () => this.flush());
  }

  onPage(page: Parameters<IndexObserver['onPage']>[0]): void {
    this.#accounts.add(page.accountId);
    this.#addChat(this.#chatOf(page.chatKey));
    for (const { createdAt } of page.page.messages) {
      this.#addMonth(createdAt);
    }
    // Items that a page no longer carries are marked as gone, regardless of their date.
    this.#anyMonth ||= page.detectGone && page.page.messages.length === 0;
    this.#chats = true;
    this.#poke();
  }

  onChats(accountId: number): void {
    this.#accounts.add(accountId);
    this.#chats = true;
    this.#poke();
  }

  onFiles(settled: Parameters<IndexObserver['onFiles']>[0]): void {
    for (const { job } of settled) {
      if (job !== null) {
        this.#accounts.add(job.accountId);
      }
      this.#addChat(job?.chatId ?? null);
      this.#addMonth(job?.sentAt ?? null);
    }
    this.#poke();
  }

  /** Anything may have changed: at the end of a run, after a repair, when another library was opened. */
  everything(): void {
    this.#clear();
    this.#emit(WHOLE);
  }

  /** Tells what has gathered. */
  flush(): void {
    if (!this.#waiting) {
      return;
    }
    const [accountId] = this.#accounts;
    const change: LibraryChange = {
      accountId: this.#accounts.size === 1 && accountId !== undefined ? accountId : null,
      chatIds: this.#anyChat || this.#chatIds.size > MOST_CHATS ? null : [...this.#chatIds],
      months: this.#anyMonth || this.#months.size > MOST_MONTHS ? null : [...this.#months].sort(),
      chats: this.#chats,
    };
    this.#clear();
    this.#emit(change);
  }

  #addChat(chatId: number | null): void {
    if (chatId === null) {
      this.#anyChat = true;
    } else if (this.#chatIds.size <= MOST_CHATS) {
      this.#chatIds.add(chatId);
    }
  }

  #addMonth(time: number | null): void {
    if (time === null) {
      this.#anyMonth = true;
    } else if (this.#months.size <= MOST_MONTHS) {
      const month = zoneOf(this.#timeZone()).monthOf(time);
      this.#months.add(new Date(Date.UTC(1970, month, 1)).toISOString().slice(0, -17));
    }
  }

  #poke(): void {
    this.#waiting = true;
    this.#coalescer.poke();
  }

  #clear(): void {
    this.#chatIds.clear();
    this.#months.clear();
    this.#accounts.clear();
    this.#chats = false;
    this.#anyChat = false;
    this.#anyMonth = false;
    this.#waiting = false;
  }
}
