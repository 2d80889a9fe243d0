import { checkApiBase } from '../../api/api-base.ts';
import type { ApiClient } from '../../api/client.ts';
import { ApiError } from '../../api/errors.ts';
import { createLimiterRegistry } from '../../api/limiter.ts';
import { AppError } from '../../lib/app-error.ts';
import type { RemoteChat, RemoteUser } from '../../lib/model.ts';
import type { Core, CorePorts } from '../core/core.ts';
import type { EnvironmentAccount } from '../core/environment.ts';
import { onlyConnection } from '../core/identify-account.ts';
import { connectService } from '../core/service-clients.ts';

/** A chat as the command line and scripts see it (docs/cli.md). */
export interface ChatLine {
  readonly id: number;
  readonly name: string | null;
  readonly username: string | null;
  readonly newestMessageId: number | null;
  /** Distinct media listed here. */
  readonly media: number;
  readonly complete: boolean;
  /** Null = the environment's account, which no library knows yet. */
  readonly accountId: number | null;
}

/** The chats of the environment's account at the service. Needs no library. Rejects with ApiError or AppError. */
export async function* listEnvironmentChats(
  ports: CorePorts,
  account: EnvironmentAccount,
  signal: AbortSignal,
): AsyncGenerator<ChatLine[], void, void> {
  const limiters = createLimiterRegistry(ports.clock);
  const apiBase = checkApiBase(account.apiBase);
  const connect = (connectionId: string | null): ReturnType<typeof connectService> =>
    connectService(
      { key: account.key, connectionId },
      { apiBase, ratePerMinute: account.ratePerMinute, limiters },
      ports,
    );
  let clients = await connect(account.connectionId);
  try {
    if (account.connectionId === null) {
      const connectionId = await onlyConnection(clients.api, signal);
      await clients.close();
      clients = await connect(connectionId);
    }
    yield* pagesOf(clients.api, null, () => Promise.resolve(null), signal);
  } finally {
    await clients.close();
  }
}

export type OnPage = (lines: readonly ChatLine[]) => Promise<void>;

/** The chats at the service of one stored account, or (null) of all, with what the library has of each. AppError `account_missing`. */
export async function listAccountChats(
  core: Core,
  accountId: number | null,
  signal: AbortSignal,
  onPage: OnPage,
): Promise<void> {
  const accounts = accountId === null ? await core.index.read.accounts({}) : [await core.accounts.byId(accountId)];
  if (accounts.length === 0) {
    throw new AppError(
      'account_missing',
      'There is no account.',
      'Add one with: chatkeep account add --name NAME --key-stdin',
    );
  }
  for (const account of accounts) {
    await core.withService(account, async ({ api }) => {
      const known = (id: number): ReturnType<typeof core.index.read.chatById> =>
        core.index.read.chatById({ accountId: account.id, id });
      for await (const page of pagesOf(api, account.id, known, signal)) {
        await onPage(page);
      }
    });
  }
}

type Known = (id: number) => Promise<{ readonly media: number; readonly complete: boolean } | null>;

async function* pagesOf(
  api: ApiClient,
  accountId: number | null,
  known: Known,
  signal: AbortSignal,
): AsyncGenerator<ChatLine[], void, void> {
  for await (const page of api.chats({ order: 'recent', signal })) {
    const names = await peopleOf(api, page.items, signal);
    const lines: ChatLine[] = [];
    for (const chat of page.items) {
      const here = await known(chat.id);
      const user = names.get(chat.id);
      lines.push({
        id: chat.id,
        name: user?.displayName ?? user?.name ?? null,
        username: user?.username ?? null,
        newestMessageId: chat.lastMessageId,
        media: here?.media ?? 0,
        complete: here?.complete ?? false,
        accountId,
      });
    }
    yield lines;
  }
}

/** People by their id. Names are a courtesy: a connection without `profile:read` still lists its chats. */
export async function peopleOf(
  api: ApiClient,
  chats: readonly RemoteChat[],
  signal: AbortSignal,
): Promise<Map<number, RemoteUser>> {
  try {
    const users = await api.users(
      chats.map((chat) => chat.id),
      { signal },
    );
    return new Map(users.map((user) => [user.id, user]));
  } catch (error) {
    if (error instanceof ApiError && (error.code === 'forbidden' || error.code === 'not_found')) {
      return new Map();
    }
    throw error;
  }
}
