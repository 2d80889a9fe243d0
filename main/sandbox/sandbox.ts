/**
 * A local stand-in of the OFAuth Access API and its media host, on two loopback origins. Demo, tests, benches and the
 * end-to-end specs all use it. Everything it shows is drawn from a seed; what can go wrong is switched on by tests (testing/sandbox.ts).
 */
import { once } from 'node:events';
import { type Server } from 'node:http';
import { ApiServer, type Connection } from './api-server.ts';
import { Bodies } from './bodies.ts';
import { NO_INTERFERENCE, type Interference } from './interference.ts';
import { Links } from './links.ts';
import { LiveWorld } from './live.ts';
import { MediaServer } from './media-server.ts';
import { Bucket, type Rate } from './rate.ts';
import { generator, hash } from './random.ts';
import { Watch, type RequestCounts, type Violation } from './watch.ts';
import { chatOf, MAX_CHATS, SELF_ID, type World } from './world.ts';

/** The verbs that change the world while it is being archived. */
export interface Changes {
  /** New messages with viewable media; answers their ids, oldest first. */
  addMessages(chatId: number, n: number): number[];
  unlock(mediaId: number): void;
  /** An item that was not ready, or in error, becomes viewable. */
  makeReady(mediaId: number): void;
  edit(messageId: number, text: string): void;
  withdraw(messageId: number): void;
  renameUser(id: number, name: string): void;
  /** Every link issued until now ends. */
  expireLinks(): void;
  /** A new message with an item sent before; answers its id. */
  resend(mediaId: number, chatId: number): number;
  /** The connection ends, and the same person links another. */
  relink(): void;
}

export interface SandboxOptions {
  readonly apiPort?: number;
  readonly mediaPort?: number;
  readonly chats?: number;
  /** Per chat; about three quarters of them are in the media listing. */
  readonly messages?: number;
  readonly seed?: number;
  /** How long a link works; an hour by default. */
  readonly urlLifetimeMs?: number;
  /** Requests that a connection may make; null (default) = no limit. */
  readonly rate?: Rate | null;
  /** For benches: every message is one viewable JPEG of exactly this size, without thumb or preview (at least about 8,000). */
  readonly fixedFileBytes?: number;
  /** A fifth of the videos are this large (with `fixedFileBytes`: the newest message of the first chat). Never held in memory. */
  readonly largeFileBytes?: number;
  /** Requests at once that are no violation; a number is meant for the media host. */
  readonly maxConcurrent?: number | { readonly api?: number; readonly media?: number };
  /** Epoch ms; decides when links end and tokens come back. */
  readonly clock?: () => number;
}

export interface Sandbox extends Changes {
  /** Origin of the API. */
  readonly api: string;
  /** Origin of the media host: another port, so another origin. */
  readonly media: string;
  readonly key: string;
  /** The id of a connection with every permission. */
  readonly connection: string;
  /** An expired one, one that waits for a code, one that may not read messages. */
  readonly otherConnections: readonly Connection[];
  readonly userId: number;
  /** Forbidden requests of clients; grows while the sandbox runs. */
  readonly violations: readonly Violation[];
  /** A copy of the counters as they are now. */
  readonly requests: RequestCounts;
  resetRequests(): void;
  /** The world behind the two origins, for those who compare an archive with it. */
  readonly live: LiveWorld;
  readonly bodies: Bodies;
  close(): Promise<void>;
}

function token(seed: number, tag: number, length: number): string {
  const draw = generator(hash(seed, tag, 90));
  return Array.from({ length }, () => Math.floor(draw() * 36).toString(36)).join('');
}

/** The ids and the key that a seed gives. `next` is the connection that `relink` makes. */
function credentials(seed: number): { key: string; connections: [Connection, ...Connection[]]; next: Connection } {
  const id = (tag: number): string => `conn_${token(seed, tag, 24)}`;
  const all = ['profile:read', 'messages:read', 'vault:read'];
  return {
    key: `sk_sandbox_${token(seed, 0, 32)}`,
    connections: [
      { id: id(1), status: 'active', permissions: all },
      { id: id(2), status: 'expired', permissions: all },
      { id: id(3), status: 'awaiting_2fa', permissions: all },
      { id: id(4), status: 'active', permissions: ['profile:read'] },
    ],
    next: { id: id(5), status: 'active', permissions: all },
  };
}

function worldOf(options: SandboxOptions): World {
  const { chats = 3, messages = 250, seed = 1, fixedFileBytes = null, largeFileBytes = null } = options;
  if (chats < 1 || chats > MAX_CHATS || messages < 0) {
    throw new RangeError(`a sandbox has 1 to ${MAX_CHATS} chats and no negative number of messages`);
  }
  return { chats, messages, seed, fixedFileBytes, largeFileBytes };
}

function changesOf(live: LiveWorld, links: () => Links): Omit<Changes, 'relink'> {
  const chat = (id: number): number => {
    const found = chatOf(live.world, id);
    if (found === null) {
      throw new RangeError(`no chat ${id}`);
    }
    return found;
  };
  return {
    addMessages: (chatId, n) => live.addMessages(chat(chatId), n),
    unlock: (mediaId) => live.makeViewable(mediaId, 'locked'),
    makeReady: (mediaId) => live.makeViewable(mediaId, 'notReady'),
    edit: (messageId, text) => live.edit(messageId, text),
    withdraw: (messageId) => live.withdraw(messageId),
    renameUser: (id, name) => live.rename(id, name),
    expireLinks: () => links().expireAll(),
    resend: (mediaId, chatId) => live.resend(mediaId, chat(chatId)),
  };
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return `http://127.0.0.1:${address.port}`;
}

async function shut(server: Server): Promise<void> {
  if (!server.listening) {
    return;
  }
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Starts both servers. Fails when a port is taken; close what it answers when done. */
export async function startSandbox(
  options: SandboxOptions = {},
  interference: Interference = NO_INTERFERENCE,
): Promise<Sandbox> {
  const world = worldOf(options);
  const now = options.clock ?? Date.now;
  const { maxConcurrent, rate } = options;
  const allowed = typeof maxConcurrent === 'number' ? { media: maxConcurrent } : (maxConcurrent ?? {});
  const watch = new Watch({
    api: allowed.api ?? Number.POSITIVE_INFINITY,
    media: allowed.media ?? Number.POSITIVE_INFINITY,
  });
  const live = new LiveWorld(world);
  const bodies = new Bodies(live);
  const { key, connections, next } = credentials(world.seed);
  const ending = new AbortController();
  const closing = ending.signal;

  let links: Links | null = null;
  const theLinks = (): Links => {
    if (links === null) {
      throw new Error('the media host is not listening yet');
    }
    return links;
  };
  const host = new MediaServer({
    live,
    bodies,
    interference,
    watch,
    links: theLinks,
    secrets: [key, ...[...connections, next].map(({ id }) => id)],
    closing,
  });
  const media = await listen(host.server, options.mediaPort ?? 0);
  const made = new Links(media, world.seed, options.urlLifetimeMs ?? 3_600_000, now);
  links = made;

  const changes = changesOf(live, theLinks);
  const bucket = rate === undefined || rate === null ? null : new Bucket(rate, now);
  const service = new ApiServer({
    live,
    links: made,
    interference,
    watch,
    key,
    connections,
    bucket,
    closing,
  });
  let api: string;
  try {
    api = await listen(service.server, options.apiPort ?? 0);
  } catch (error) {
    await shut(host.server);
    throw error;
  }
  const [{ id: connection }, ...otherConnections] = connections;
  return {
    api,
    media,
    key,
    connection,
    otherConnections,
    userId: SELF_ID,
    violations: watch.violations,
    get requests() {
      return watch.counts();
    },
    resetRequests: () => watch.reset(),
    live,
    bodies,
    ...changes,
    relink: () => connections.splice(0, 1, { ...connections[0], status: 'expired' }, next),
    close: async () => {
      ending.abort();
      await Promise.all([shut(service.server), shut(host.server)]);
    },
  };
}
