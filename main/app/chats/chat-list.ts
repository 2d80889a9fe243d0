import type { ChatRow } from '../../index/chats/calls.ts';
import type { Core } from '../core/core.ts';

/** A chat as the command line and scripts see it (docs/cli.md). */
export interface ChatLine {
  readonly id: number;
  readonly name: string | null;
  readonly username: string | null;
  readonly newestMessageId: number | null;
  /** Distinct media listed here. */
  readonly media: number;
  readonly complete: boolean;
}

const PAGE = 500;

/** Chats of the library, page by page. */
export async function* listLibraryChats(core: Core, accountId: number | null): AsyncGenerator<ChatLine[], void, void> {
  let after: number | null = null;
  for (;;) {
    const rows: ChatRow[] = await core.index.read.chats({ accountId, after, limit: PAGE });
    const last = rows.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.key;
    yield rows.map(({ id, name, username, newestMessageId, media, complete }) => ({
      id,
      name,
      username,
      newestMessageId,
      media,
      complete,
    }));
  }
}
