/** Which chats a sync keeps: `chats.json` in the library, so that the choice moves with it. */
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../lib/json-file.ts';
import type { SyncOptions } from '../../sync/run/sync-types.ts';

const choiceSchema = z.object({ mode: z.enum(['all', 'only']), chatIds: z.array(z.int().positive()) });
const fileSchema = z.object({
  format: z.literal('chatkeep-chats'),
  version: z.literal(1),
  accounts: z.record(z.string(), choiceSchema),
});

/** `all`: every chat but those named, also chats that appear later. `only`: those named. */
export type ChatChoice = z.infer<typeof choiceSchema>;

const ALL: ChatChoice = { mode: 'all', chatIds: [] };

export class ChatChoices {
  readonly #path: string;
  readonly #accounts: Map<string, ChatChoice>;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, accounts: Map<string, ChatChoice>) {
    this.#path = path;
    this.#accounts = accounts;
  }

  /** A file that cannot be read is logged, and every chat is kept: that loses nothing. */
  static async open(
    libraryRoot: string,
    log: (message: string, fields: Readonly<Record<string, unknown>>) => void,
  ): Promise<ChatChoices> {
    const path = join(libraryRoot, 'chats.json');
    const file = await readJsonFile(path, fileSchema).catch(() => null);
    if (file === 'damaged') {
      log('the choice of chats cannot be read, all are kept', {});
    }
    return new ChatChoices(path, new Map(file === 'damaged' ? [] : Object.entries(file?.accounts ?? {})));
  }

  of(accountId: number): ChatChoice {
    return this.#accounts.get(String(accountId)) ?? ALL;
  }

  isChosen(accountId: number, chatId: number): boolean {
    const { mode, chatIds } = this.of(accountId);
    return chatIds.includes(chatId) === (mode === 'only');
  }

  /** As a sync takes it; undefined = all chats. */
  keepOf(accountId: number): SyncOptions['keep'] {
    const { mode, chatIds } = this.of(accountId);
    return mode === 'all' && chatIds.length === 0
      ? undefined
      : { which: mode === 'only' ? 'only' : 'except', chatIds: new Set(chatIds) };
  }

  async set(accountId: number, choice: ChatChoice): Promise<void> {
    this.#accounts.set(String(accountId), choice);
    const file = { format: 'chatkeep-chats', version: 1, accounts: Object.fromEntries(this.#accounts) };
    const turn = this.#writing.then(() => writeJsonFile(this.#path, file));
    this.#writing = turn.catch(() => undefined);
    await turn;
  }

  async flush(): Promise<void> {
    await this.#writing;
  }
}
