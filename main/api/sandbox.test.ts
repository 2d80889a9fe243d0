/** The client against the project's own stand-in of the service: what it reads must be what that world holds. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MediaState } from '../contract/model.ts';
import type { ListedPage } from '../lib/model.ts';
import { type FaultName, type Sandbox, startSandbox } from '../sandbox/testing/sandbox.ts';
import { type ApiClient, createApiClient } from './client.ts';
import { createLimiter } from './limiter.ts';
import { createMediaClient } from './media-client.ts';
import { createTestClock } from './testing/test-server.ts';
import { walkPages } from './testing/walk.ts';
import { truthOf } from '../sandbox/testing/truth.ts';

const open: { close(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0)) {
    await thing.close();
  }
});

async function start(
  faults: readonly FaultName[] = [],
  timeoutMs = 30_000,
): Promise<{ sandbox: Sandbox; client: ApiClient<ListedPage> }> {
  const sandbox = await startSandbox({
    chats: 2,
    messages: 150,
    seed: 7,
    maxConcurrent: { api: 2 },
    faults: Object.fromEntries(faults.map((name) => [name, { every: 3 }])),
  });
  const clock = createTestClock('auto', Date.now());
  const client = createApiClient({
    apiBase: sandbox.api,
    key: sandbox.key,
    connectionId: sandbox.connection,
    limiter: createLimiter({ ratePerMinute: 0, clock }),
    clock,
    timeouts: { firstByteMs: timeoutMs, stallMs: timeoutMs },
  });
  open.push(client, sandbox);
  return { sandbox, client };
}

async function chatIds(client: ApiClient<ListedPage>): Promise<number[]> {
  const ids: number[] = [];
  for await (const page of client.chats()) {
    ids.push(...page.items.map((chat) => chat.id));
  }
  return ids;
}

/** Everything that a walk of small pages finds in a chat. */
async function archive(
  client: ApiClient<ListedPage>,
  chatId: number,
): Promise<{ messages: Map<number, string>; media: Map<number, MediaState>; urls: string[]; end: string }> {
  const messages = new Map<number, string>();
  const media = new Map<number, MediaState>();
  const urls: string[] = [];
  let end = '';
  for await (const step of walkPages((cursor) => client.chatMediaPage(chatId, { limit: 20, cursor }))) {
    for (const message of step.page.messages) {
      messages.set(message.id, message.html);
      for (const item of message.media) {
        media.set(item.id, item.state);
        urls.push(...item.files.map((file) => file.url));
      }
    }
    end = step.reason ?? step.end;
  }
  return { messages, media, urls, end };
}

/** All chats walked and compared with the truth. */
async function compare(sandbox: Sandbox, client: ApiClient<ListedPage>): Promise<void> {
  const ids = await chatIds(client);
  expect(ids).toHaveLength(2);
  for (const id of ids) {
    const found = await archive(client, id);
    const truth = truthOf(sandbox).chat(id);
    const listed = [...truth.messages()].filter((message) => message.inMediaListing);
    expect(found.end).toBe('start');
    expect(found.messages).toEqual(new Map(listed.map((message) => [message.id, message.text])));
    expect(found.media).toEqual(new Map([...truth.media()].map((item) => [item.id, item.state])));
  }
  expect(sandbox.violations).toEqual([]);
}

describe('the whole service', () => {
  it('is read as it is: every message, and every media item in its true state', async () => {
    const { sandbox, client } = await start();
    await compare(sandbox, client);
    expect(await client.self()).toMatchObject({ userId: sandbox.userId });
    expect((await client.whoami()).permissions.length).toBeGreaterThan(0);
    const [first] = await chatIds(client);
    expect(await client.user(first ?? 0)).toMatchObject({ id: first });
    expect(await client.users([first ?? 0])).toHaveLength(1);
  });

  it.each<FaultName>([
    'rate-limit',
    'rate-limit-no-retry-after',
    'rules-outdated',
    'server-error-html',
    'bad-gateway',
    'ok-broken-json',
    'ok-html',
    'reset',
    'truncated',
    'stuck-cursor',
    'missing-cursor',
    'overlapping-pages',
    'bad-items',
  ])('is read as it is in one go in spite of %s', async (fault) => {
    const { sandbox, client } = await start([fault]);
    await compare(sandbox, client);
    expect(sandbox.faults.active()[0]?.struck).toBeGreaterThan(0);
  });

  it('is read as it is although answers stall', async () => {
    const { sandbox, client } = await start(['stall'], 150);
    await compare(sandbox, client);
  });

  it('gives addresses that can be fetched without credentials', async () => {
    const { sandbox, client } = await start();
    const [first] = await chatIds(client);
    const { urls } = await archive(client, first ?? 0);
    const media = createMediaClient();
    open.push(media);
    for (const url of urls.slice(0, 20)) {
      const response = await media.fetch(url);
      expect(response.status).toBe(200);
      expect((await response.bytes(50_000_000)).length).toBe(response.contentLength);
    }
    expect(sandbox.violations).toEqual([]);
  });

  it('tells apart who is to blame for a 401 and a 403', async () => {
    const { sandbox } = await start();
    const ask = async (key: string, connectionId: string | null): Promise<unknown> => {
      const client = createApiClient({
        apiBase: sandbox.api,
        key,
        connectionId,
        limiter: createLimiter({ ratePerMinute: 0 }),
      });
      open.push(client);
      const [chat] = [...truthOf(sandbox).chats()];
      return client.chatMediaPage(chat?.id ?? 0).then(
        () => 'fine',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      );
    };
    const expired = sandbox.otherConnections.find((connection) => connection.status === 'expired');
    const limited = sandbox.otherConnections.find((connection) => connection.status === 'active');
    expect(await ask(sandbox.key, sandbox.connection)).toBe('fine');
    expect(await ask('sk_wrong', sandbox.connection)).toBe('key_refused');
    expect(await ask(sandbox.key, 'conn_unknown')).toBe('session_missing');
    expect(await ask(sandbox.key, expired?.id ?? '')).toBe('session_expired');
    expect(await ask(sandbox.key, limited?.id ?? '')).toBe('forbidden');
  });
});
