/** The client of the OFAuth Access API: every endpoint an archiver needs, read leniently, paced, retried and cancellable (API facts §2, §5). GET only. */
import type { AnyPage, ListedPage, RemoteChat, RemoteConnection, RemoteUser } from '../lib/model.ts';
import { checkApiBase } from './api-base.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { ApiError } from './errors.ts';
import type { Limiter, Priority } from './limiter.ts';
import {
  type ChatMediaQuery,
  type ChatMessagesQuery,
  type ChatsQuery,
  checkId,
  checkIdOrName,
  CONNECTIONS_PAGE_MAX,
  toChatsParams,
  toMediaParams,
  toMessagesParams,
  USERS_MAX,
} from './params.ts';
import {
  readChats,
  readConnections,
  readSelf,
  readUser,
  readUsers,
  readWhoAmI,
  type Self,
  type WhoAmI,
} from './read-account.ts';
import { type ReadBody, readJson, readPageBody } from './page-body.ts';
import { DEFAULT_RETRY, retrying, type RetryPolicy, type Wait } from './retry.ts';
import { type NetworkSettings, PLAIN_NETWORK } from './routes.ts';
import {
  type Answer,
  type Ask,
  createTransport,
  DEFAULT_MAX_BODY_BYTES,
  DEFAULT_TIMEOUTS,
  type Timeouts,
} from './transport.ts';

export interface ApiClientOptions {
  /** Checked with `checkApiBase`. */
  readonly apiBase: string;
  readonly key: string;
  /** null: only account endpoints can be asked. */
  readonly connectionId: string | null;
  /** The budget of this connection, shared by all its clients. */
  readonly limiter: Limiter;
  readonly clock?: Clock;
  /** 0 ≤ x < 1, for the jitter. */
  readonly random?: () => number;
  readonly timeouts?: Partial<Timeouts>;
  readonly retry?: Partial<RetryPolicy>;
  readonly maxBodyBytes?: number;
  /** Left out = no proxy, the system's certificates. */
  readonly network?: NetworkSettings;
  /** A wait began (and until when) or ended (null). */
  readonly onWait?: (wait: Wait | null) => void;
  /** Once for each request sent; `status` null = no answer. */
  readonly onRequest?: (info: {
    readonly endpoint: string;
    readonly status: number | null;
    readonly ms: number;
  }) => void;
  readonly userAgent?: string;
}

/** Options of every call. */
interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Place in the connection's queue; default `list`. */
  readonly priority?: Priority;
}

interface OffsetPage<T> {
  readonly items: readonly T[];
  /** Items that could not be read. */
  readonly bad: number;
  readonly offset: number;
  /** `last`: the service has no more. `stuck`: it promises more but repeats itself or gives empty pages. */
  readonly end: 'more' | 'last' | 'stuck';
}

/** All calls reject with ApiError, or AppError `usage` when a parameter is senseless (nothing is sent then). */
export interface ApiClient<Page extends AnyPage = AnyPage> {
  /** Origin. */
  readonly apiBase: string;
  whoami(call?: RequestOptions): Promise<WhoAmI>;
  connections(
    options?: RequestOptions & { readonly status?: 'active' | 'expired' | 'awaiting_2fa' },
  ): AsyncIterable<OffsetPage<RemoteConnection>>;
  self(call?: RequestOptions): Promise<Self>;
  chats(options?: RequestOptions & ChatsQuery): AsyncIterable<OffsetPage<RemoteChat>>;
  /** Users the service does not know are missing in the answer. Asked 10 at a time. */
  users(ids: readonly number[], call?: RequestOptions): Promise<RemoteUser[]>;
  /** Null when the service does not know the user. */
  user(idOrName: number | string, call?: RequestOptions): Promise<RemoteUser | null>;
  chatMediaPage(chatId: number, options?: RequestOptions & ChatMediaQuery): Promise<Page>;
  chatMessagesPage(chatId: number, options?: RequestOptions & ChatMessagesQuery): Promise<Page>;
  /** Ends all connections; calls under way and later ones end with `aborted`. */
  close(): void;
}

const OFFSET_PAGE_CAP = 10_000;

/** @throws AppError when the base address, key or connection id cannot be used */
export function createApiClient(options: ApiClientOptions): ApiClient<ListedPage> {
  return createClient(options, readPageBody);
}

/** As `createApiClient`, with pages as `readListed` makes them of their bytes. */
export function createClient<Page extends AnyPage>(
  options: ApiClientOptions,
  readListed: ReadBody<Page>,
): ApiClient<Page> {
  const clock = options.clock ?? systemClock;
  const origin = checkApiBase(options.apiBase);
  const transport = createTransport({
    origin,
    key: options.key,
    connectionId: options.connectionId,
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    network: options.network ?? PLAIN_NETWORK,
    userAgent: options.userAgent ?? 'chatkeep',
    now: () => clock.now(),
  });
  const policy: RetryPolicy = { ...DEFAULT_RETRY, ...options.retry };
  const random = options.random ?? Math.random;
  const closing = new AbortController();

  /** Asks until the answer can be read with `read`. */
  async function ask<T>(
    request: Omit<Ask, 'signal'>,
    chat: number | null,
    call: RequestOptions,
    read: ReadBody<T>,
  ): Promise<T> {
    const { priority = 'list' } = call;
    // A closed client must not keep trying.
    const signal = call.signal === undefined ? closing.signal : AbortSignal.any([call.signal, closing.signal]);
    if (request.usesConnection && options.connectionId === null) {
      throw new ApiError('session_missing', { endpoint: request.endpoint, detail: 'no connection was given' });
    }
    return retrying({
      endpoint: request.endpoint,
      policy,
      clock,
      random,
      signal,
      // Account endpoints have no limit and are no part of a connection's budget (API facts §5).
      limiter: request.usesConnection ? options.limiter : null,
      priority,
      chat,
      onWait: options.onWait,
      once: async () => {
        const { body, requestId } = await send({ ...request, signal });
        return await read(body, { endpoint: request.endpoint, requestId });
      },
    });
  }

  async function send(request: Ask): Promise<Answer> {
    const from = clock.now();
    let status: number | null = null;
    try {
      return await transport.get(request, (answered, rate) => {
        status = answered;
        if (request.usesConnection) {
          options.limiter.observe(rate);
        }
      });
    } finally {
      options.onRequest?.({ endpoint: request.endpoint, status, ms: Math.max(0, clock.now() - from) });
    }
  }

  const access = (endpoint: string, path: string, params = new URLSearchParams()): Omit<Ask, 'signal'> => ({
    endpoint,
    path: `/v2/access/${path}`,
    params,
    usesConnection: true,
  });
  const account = (endpoint: string, params = new URLSearchParams()): Omit<Ask, 'signal'> => ({
    endpoint,
    path: `/v2/account/${endpoint}`,
    params,
    usesConnection: false,
  });

  async function* connections(
    call: RequestOptions & { readonly status?: 'active' | 'expired' | 'awaiting_2fa' } = {},
  ): AsyncGenerator<OffsetPage<RemoteConnection>, void, void> {
    yield* byOffset(
      (offset) => {
        const params = new URLSearchParams({ limit: String(CONNECTIONS_PAGE_MAX), offset: String(offset) });
        if (call.status !== undefined) {
          params.set('status', call.status);
        }
        return ask(account('connections', params), null, call, fromJson(readConnections));
      },
      (connection) => connection.id,
    );
  }

  async function* chats(call: RequestOptions & ChatsQuery = {}): AsyncGenerator<OffsetPage<RemoteChat>, void, void> {
    yield* byOffset(
      (offset) => ask(access('chats', 'chats', toChatsParams(call, offset)), null, call, fromJson(readChats)),
      (chat) => chat.id,
      call.offset ?? 0,
    );
  }

  async function users(ids: readonly number[], call: RequestOptions = {}): Promise<RemoteUser[]> {
    const wanted = [...new Set(ids.map((id) => checkId(id, 'user id')))];
    const found = new Map<number, RemoteUser>();
    for (let from = 0; from < wanted.length; from += USERS_MAX) {
      const params = new URLSearchParams({ userIds: wanted.slice(from, from + USERS_MAX).join(',') });
      for (const user of await ask(access('users/list', 'users/list', params), null, call, fromJson(readUsers))) {
        found.set(user.id, user);
      }
    }
    return [...found.values()];
  }

  async function user(idOrName: number | string, call: RequestOptions = {}): Promise<RemoteUser | null> {
    const segment = checkIdOrName(idOrName);
    try {
      return await ask(access('users/:id', `users/${segment}`), null, call, fromJson(readUser));
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') {
        return null;
      }
      throw error;
    }
  }

  return {
    apiBase: origin,
    whoami: (call = {}) => ask(account('whoami'), null, call, fromJson(readWhoAmI)),
    connections,
    self: (call = {}) => ask(access('self', 'self'), null, call, fromJson(readSelf)),
    chats,
    users,
    user,
    chatMediaPage: async (chatId, call = {}) => {
      const path = `chats/${checkId(chatId, 'chat id')}/media`;
      return ask(access('chats/:id/media', path, toMediaParams(call)), chatId, call, readListed);
    },
    chatMessagesPage: async (chatId, call = {}) => {
      const path = `chats/${checkId(chatId, 'chat id')}/messages`;
      return ask(access('chats/:id/messages', path, toMessagesParams(call)), chatId, call, readListed);
    },
    close: () => {
      closing.abort();
      transport.close();
    },
  };
}

const fromJson =
  <T>(read: (value: unknown) => T): ReadBody<T> =>
  (body, asked) =>
    read(readJson(body, asked));

interface OffsetAnswer<T> {
  readonly items: readonly T[];
  readonly bad: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
}

/** Pages by offset, for lists without a cursor. Ends on a page with nothing unseen, on an empty one, and at a cap, whatever the service promises. */
async function* byOffset<T, K>(
  fetchPage: (offset: number) => Promise<OffsetAnswer<T>>,
  keyOf: (item: T) => K,
  start = 0,
): AsyncGenerator<OffsetPage<T>, void, void> {
  const seen = new Set<K>();
  let offset = start;
  for (let pages = 1; ; pages += 1) {
    const { items, bad, hasMore, nextOffset } = await fetchPage(offset);
    const unseen = items.filter((item) => !seen.has(keyOf(item)));
    for (const item of unseen) {
      seen.add(keyOf(item));
    }
    const received = items.length + bad;
    const next = nextOffset !== null && nextOffset > offset ? nextOffset : offset + received;
    const stuck = next <= offset || unseen.length + bad === 0 || pages >= OFFSET_PAGE_CAP;
    const end = !hasMore ? 'last' : stuck ? 'stuck' : 'more';
    yield { items: unseen, bad, offset, end };
    if (end !== 'more') {
      return;
    }
    offset = next;
  }
}
