import type { ChatRow } from '../../index/chats/calls.ts';
import type { IndexPort } from '../../sync/kernel/ports.ts';

const PAGE = 500;

/** Names and ids of the library's chats, in memory: a progress report is made several times a second. */
export class ChatNames {
  readonly #read: IndexPort['read'];
  #names = new Map<number, string | null>();
  #ids = new Map<number, number>();
  #loading: Promise<void> | null = null;
  #again = false;

  constructor(read: IndexPort['read']) {
    this.#read = read;
  }

  nameOf(chatId: number): string | null {
    return this.#names.get(chatId) ?? null;
  }

  idOf(chatKey: number): number | null {
    return this.#ids.get(chatKey) ?? null;
  }

  /** Reads all chats again. Calls that come meanwhile share one further reading. */
  refresh(): Promise<void> {
    if (this.#loading !== null) {
      this.#again = true;
      return this.#loading;
    }
    this.#loading = this.#load().finally(() => {
      this.#loading = null;
      this.#again = false;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    do {
      this.#again = false;
      const names = new Map<number, string | null>();
      const ids = new Map<number, number>();
      for (let after: number | null = null; ;) {
        const page: ChatRow[] = await this.#read.chats({ accountId: null, after, limit: PAGE });
        for (const chat of page) {
          names.set(chat.id, chat.name ?? chat.username);
          ids.set(chat.key, chat.id);
        }
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) {
          break;
        }
        after = last.key;
      }
      this.#names = names;
      this.#ids = ids;
    } while (this.#isAskedAgain());
  }

  #isAskedAgain(): boolean {
    return this.#again;
  }
}
