/** Everything a sandbox lists, read with the program's own client: pages for the index, links for tools that only download. */
import { createApiClient } from '../api/client.ts';
import { createLimiterRegistry } from '../api/limiter.ts';
import { MEDIA_PAGE_MAX } from '../api/params.ts';
import type { ListedPage, RemoteChat } from '../lib/model.ts';
import type { Address } from './sandbox-process.ts';

export interface ChatPages {
  readonly chat: RemoteChat;
  readonly pages: readonly { readonly cursor: string | null; readonly page: ListedPage }[];
}

export async function listEverything(address: Address): Promise<ChatPages[]> {
  const api = createApiClient({
    apiBase: address.api,
    key: address.key,
    connectionId: address.connection,
    limiter: createLimiterRegistry().limiterFor(address.connection, { ratePerMinute: 0 }),
  });
  try {
    const all: ChatPages[] = [];
    for await (const { items } of api.chats()) {
      for (const chat of items) {
        const pages: { cursor: string | null; page: ListedPage }[] = [];
        for (let cursor: string | null = null; ;) {
          const page: ListedPage = await api.chatMediaPage(chat.id, { limit: MEDIA_PAGE_MAX, cursor });
          pages.push({ cursor, page });
          if (!page.hasMore || page.nextCursor === null) {
            break;
          }
          cursor = page.nextCursor;
        }
        all.push({ chat, pages });
      }
    }
    return all;
  } finally {
    api.close();
  }
}

/** Links of all full files. */
export async function listLinks(address: Address): Promise<string[]> {
  const links: string[] = [];
  for (const { pages } of await listEverything(address)) {
    for (const { page } of pages) {
      for (const media of page.messages.flatMap((message) => message.media)) {
        links.push(...media.files.filter(({ variant }) => variant === 'full').map(({ url }) => url));
      }
    }
  }
  return links;
}
