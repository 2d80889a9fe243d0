/** The service's API: GET endpoints an archiver needs, with their limits, shapes and refusals. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { deliver, json, type Answer } from './deliver.ts';
import type { Asked, Endpoint, Interference } from './interference.ts';
import { newestMessage, type PageRequest } from './listing.ts';
import { Params, RefusedError } from './params.ts';
import { type Bucket } from './rate.ts';
import { badRequest, refuse, REFUSALS } from './refusals.ts';
import { isoDate, messageJson, userJson, type ShapeContext } from './shapes.ts';
import { type Watch } from './watch.ts';
import { chatId, chatOf, NEWEST_AT, SELF_ID } from './world.ts';

export interface Connection {
  readonly id: string;
  readonly status: 'active' | 'expired' | 'awaiting_2fa';
  readonly permissions: readonly string[];
}

export interface ApiHost extends ShapeContext {
  readonly interference: Interference;
  readonly watch: Watch;
  readonly key: string;
  readonly connections: readonly Connection[];
  /** Takes a token of the connection's bucket; null = no limit. */
  readonly bucket: Bucket | null;
  readonly closing: AbortSignal;
}

interface Call {
  readonly endpoint: Endpoint;
  /** Path parts behind the endpoint's name. */
  readonly id: string;
  readonly url: URL;
}

const ROUTES: readonly (readonly [RegExp, Endpoint])[] = [
  [/^\/v2\/account\/whoami$/, 'whoami'],
  [/^\/v2\/account\/connections$/, 'connections'],
  [/^\/v2\/access\/self$/, 'self'],
  [/^\/v2\/access\/chats$/, 'chats'],
  [/^\/v2\/access\/users\/list$/, 'users'],
  [/^\/v2\/access\/users\/([^/]+)$/, 'user'],
  [/^\/v2\/access\/chats\/([^/]+)\/media$/, 'media'],
  [/^\/v2\/access\/chats\/([^/]+)\/messages$/, 'messages'],
];
/** The permission each Access endpoint wants (API facts §1). */
const PERMISSIONS: Readonly<Partial<Record<Endpoint, string>>> = {
  self: 'profile:read',
  users: 'profile:read',
  user: 'profile:read',
  chats: 'messages:read',
  media: 'messages:read',
  messages: 'messages:read',
};

function route(url: URL): Call | null {
  for (const [pattern, endpoint] of ROUTES) {
    const match = pattern.exec(url.pathname);
    if (match !== null) {
      return { endpoint, id: decodeURIComponent(match[1] ?? ''), url };
    }
  }
  return null;
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The part of a page's name in the counters that says where it begins. */
function pageName({ text }: { text: (name: string) => string | null }): string {
  const cursor = text('last_id') ?? text('first_id');
  const offset = Number(text('offset') ?? 0);
  const narrowed = ['type', 'opened', 'query'].flatMap((name) =>
    text(name) === null ? [] : [`${name}=${String(text(name))}`],
  );
  return [cursor ?? '', offset > 0 ? `+${offset}` : '', ...narrowed].filter((part) => part !== '').join(' ');
}

export class ApiServer {
  readonly server: Server;
  readonly #host: ApiHost;

  constructor(host: ApiHost) {
    this.#host = host;
    this.server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : undefined),
      );
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { closing, interference, watch } = this.#host;
    const url = new URL(request.url ?? '/', 'http://api.invalid');
    const done = watch.begin('api');
    response.once('close', () => done(response.headersSent ? response.statusCode : 0));
    const call = route(url);
    const context = this.#context(call);
    const reply = this.#answer(request, call, context);
    const sending = { request, response, reply, closing, onBytes: () => undefined };
    await (context === null ? deliver(sending) : interference.deliver(sending, context));
  }

  #context(call: Call | null): Asked | null {
    if (call === null) {
      return null;
    }
    const chat = call.endpoint === 'media' || call.endpoint === 'messages' ? Number(call.id) : undefined;
    return { endpoint: call.endpoint, chatId: chat };
  }

  #answer(request: IncomingMessage, call: Call | null, context: Asked | null): Answer {
    const { watch, interference } = this.#host;
    if (request.method !== 'GET') {
      watch.violation('method', 'api', String(request.method));
      return refuse(REFUSALS.notAllowed);
    }
    if (call === null || context === null) {
      return refuse(REFUSALS.noRoute);
    }
    watch.endpoint(call.endpoint);
    const refused = this.#authorise(request, call.endpoint);
    if (refused !== null) {
      return refused;
    }
    const limited = this.#limit(request, call.endpoint);
    if (limited.refusal !== null) {
      return limited.refusal;
    }
    const reply = interference.refusal(context) ?? interference.answer(this.#call(call, context), context);
    return { ...reply, headers: { ...limited.headers, ...reply.headers } };
  }

  #authorise(request: IncomingMessage, endpoint: Endpoint): Answer | null {
    if (header(request, 'apikey') !== this.#host.key) {
      return refuse(REFUSALS.unauthorized);
    }
    const permission = PERMISSIONS[endpoint];
    if (permission === undefined) {
      return null;
    }
    const id = header(request, 'x-connection-id');
    const connection = this.#host.connections.find((candidate) => candidate.id === id);
    if (connection === undefined || connection.status === 'awaiting_2fa') {
      return refuse(REFUSALS.sessionMissing);
    }
    if (connection.status === 'expired') {
      return refuse(REFUSALS.sessionExpired);
    }
    return connection.permissions.includes(permission)
      ? null
      : refuse({ ...REFUSALS.forbidden, error: `Missing permission ${permission}` });
  }

  #limit(request: IncomingMessage, endpoint: Endpoint): { headers: Record<string, string>; refusal: Answer | null } {
    const { bucket } = this.#host;
    if (bucket === null || PERMISSIONS[endpoint] === undefined) {
      return { headers: {}, refusal: null };
    }
    const { headers, waitSeconds } = bucket.take(header(request, 'x-connection-id') ?? '');
    return {
      headers,
      refusal:
        waitSeconds === null ? null : refuse(REFUSALS.rateLimited, { ...headers, 'retry-after': String(waitSeconds) }),
    };
  }

  #call(call: Call, context: Asked): Answer {
    try {
      return this.#respond(call, context);
    } catch (error) {
      if (error instanceof RefusedError) {
        return refuse(error.refusal);
      }
      throw error;
    }
  }

  #respond(call: Call, context: Asked): Answer {
    switch (call.endpoint) {
      case 'whoami':
        return json(200, { id: 'acct_sandbox', name: 'Sandbox', permissions: ['ACCOUNT', 'ACCESS'] });
      case 'connections':
        return this.#connections(call.url);
      case 'self':
        return this.#self(call.url);
      case 'chats':
        return this.#chats(call.url);
      case 'users':
        return this.#users(call.url);
      case 'user':
        return this.#user(call);
      default:
        return this.#page(call, context);
    }
  }

  #connections(url: URL): Answer {
    const params = new Params(url, this.#host.watch, ['status', 'imported', 'limit', 'offset']);
    const status = params.oneOf('status', ['active', 'expired', 'awaiting_2fa']);
    const imported = params.oneOf('imported', ['true', 'false']);
    const limit = params.int('limit', 1, 100, 10);
    const offset = params.int('offset', 0, Number.MAX_SAFE_INTEGER, 0);
    const person = this.#host.live.person(SELF_ID);
    const found = this.#host.connections.filter(
      (connection) => (status === null || connection.status === status) && imported !== 'true',
    );
    const list = found.slice(offset, offset + limit).map((connection) => ({
      id: connection.id,
      status: connection.status,
      userData: { id: String(SELF_ID), name: person?.name, username: person?.username, avatar: null },
      permissions: connection.permissions,
      expiredAt: connection.status === 'expired' ? isoDate(NEWEST_AT) : null,
      createdAt: '2024-03-01T09:00:00+00:00',
      updatedAt: isoDate(NEWEST_AT),
      clientReferenceId: null,
      imported: false,
      lastCheckedAt: null,
    }));
    return json(200, { list, hasMore: offset + limit < found.length });
  }

  #self(url: URL): Answer {
    new Params(url, this.#host.watch, []);
    const person = this.#host.live.person(SELF_ID);
    const counts = { subscribersCount: null, postsCount: 12, photosCount: 340, videosCount: 21 };
    return json(200, {
      id: SELF_ID,
      username: person?.username,
      name: person?.name,
      isAuth: true,
      isVerified: true,
      avatar: null,
      ...counts,
    });
  }

  #chats(url: URL): Answer {
    const { live, watch } = this.#host;
    const params = new Params(url, watch, ['limit', 'offset', 'order', 'filter', 'query', 'userListId']);
    const limit = params.int('limit', 1, 20, 10);
    const offset = params.int('offset', 0, Number.MAX_SAFE_INTEGER, 0);
    const order = params.oneOf('order', ['recent', 'old']) ?? 'recent';
    const filter = params.oneOf('filter', ['priority', 'who_tipped', 'unread']);
    const query = params.text('query')?.toLowerCase() ?? '';
    const sorted = Array.from({ length: live.world.chats }, (_, chat) => ({ chat, last: newestMessage(live, chat) }))
      .filter(
        ({ chat }) =>
          filter === null && (query === '' || (live.person(chatId(chat))?.name.toLowerCase().includes(query) ?? false)),
      )
      .sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0) || a.chat - b.chat);
    const found = order === 'recent' ? sorted : sorted.reverse();
    const list = found.slice(offset, offset + limit).map(({ chat, last }) => ({
      withUser: { id: chatId(chat), _view: 's' },
      canNotSendReason: chat % 5 === 4 ? 'blocked' : false,
      canSendMessage: true,
      canGoToProfile: true,
      unreadMessagesCount: chat % 3,
      hasUnreadTips: false,
      isMutedNotifications: false,
      ...(last === null ? {} : { lastMessage: messageJson(this.#host, last, null), lastReadMessageId: last.id }),
      hasPurchasedFeed: false,
      countPinnedMessages: 0,
    }));
    const hasMore = offset + limit < found.length;
    return json(200, { list, hasMore, ...(hasMore ? { nextOffset: offset + limit } : {}) });
  }

  #users(url: URL): Answer {
    const params = new Params(url, this.#host.watch, ['userIds']);
    const ids = params
      .all('userIds')
      .flatMap((value) => value.split(','))
      .filter((id) => id !== '');
    if (ids.length > 10) {
      throw params.refused('over-limit', `${ids.length} user ids, allowed 10`);
    }
    if (ids.length === 0 || ids.some((id) => !/^\d+$/.test(id))) {
      throw params.refused('bad-parameter', 'userIds must be numbers');
    }
    const people = ids.map((id) => this.#host.live.person(Number(id))).filter((person) => person !== null);
    return json(200, { users: people.map((person) => userJson(this.#host, person)) });
  }

  #user({ id, url }: Call): Answer {
    new Params(url, this.#host.watch, []);
    const person = /^\d+$/.test(id) ? this.#host.live.person(Number(id)) : this.#host.live.personByName(id);
    return person === null ? refuse(REFUSALS.notFound) : json(200, userJson(this.#host, person));
  }

  #page({ endpoint, id, url }: Call, context: Asked): Answer {
    const { watch, live, interference } = this.#host;
    const isMedia = endpoint === 'media';
    const own = isMedia ? ['skip_users', 'opened', 'type'] : ['query', 'first_id', 'include_users'];
    const params = new Params(url, watch, ['limit', 'offset', 'last_id', ...own]);
    if (!/^\d+$/.test(id)) {
      throw params.refused('digitless-id', 'userId must be digits');
    }
    const chat = chatOf(live.world, Number(id));
    if (chat === null) {
      return refuse(REFUSALS.notFound);
    }
    const request = this.#pageRequest(params, chat, isMedia);
    watch.page(endpoint, Number(id), pageName({ text: (name) => params.text(name) }));
    interference.beforePage(live, context, request);
    return json(200, interference.page(this.#host, context, request));
  }

  #pageRequest(params: Params, chat: number, isMedia: boolean): PageRequest {
    const limit = params.int('limit', 1, isMedia ? 100 : 10, 10);
    const offset = params.int('offset', 0, Number.MAX_SAFE_INTEGER, 0);
    const last = this.#cursor(params, 'last_id');
    const first = isMedia ? null : this.#cursor(params, 'first_id');
    if (offset > 0 && last !== null) {
      this.#host.watch.violation('offset-with-cursor', 'api', `offset=${offset} with last_id`);
    }
    if (isMedia) {
      params.oneOf('skip_users', ['all', 'none']);
    }
    const opened = isMedia ? params.oneOf('opened', ['0', '1', 'true', 'false']) : null;
    return {
      chat,
      limit,
      offset,
      below: last ?? (first === null ? null : first + 1),
      type: isMedia ? params.oneOf('type', ['photos', 'videos', 'audios']) : null,
      opened: opened === null ? null : opened === '1' || opened === 'true',
      query: params.text('query'),
      mediaOnly: isMedia,
    };
  }

  #cursor(params: Params, name: string): number | null {
    const text = params.text(name);
    if (text === null || text === '') {
      return null;
    }
    if (!/^\d{1,15}$/.test(text)) {
      throw new RefusedError(badRequest(`Invalid request: ${name}`));
    }
    return Number(text);
  }
}
