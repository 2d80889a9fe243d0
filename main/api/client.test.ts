import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { AppError } from '../lib/app-error.ts';
import { type ApiClient, type ApiClientOptions, createApiClient } from './client.ts';
import { ApiError } from './errors.ts';
import { createLimiter } from './limiter.ts';
import type { Wait } from './retry.ts';
import {
  createTestClock,
  type Respond,
  sendJson,
  type TestClock,
  type TestServer,
  withServer,
} from './testing/test-server.ts';

interface Setup extends TestServer {
  readonly client: ApiClient;
  readonly clock: TestClock;
  readonly waits: (Wait | null)[];
  readonly requests: { endpoint: string; status: number | null }[];
}

async function withClient(
  respond: Respond,
  work: (setup: Setup) => Promise<void>,
  options: Partial<ApiClientOptions> = {},
): Promise<void> {
  await withServer(respond, async (server) => {
    const clock = createTestClock('auto');
    const waits: (Wait | null)[] = [];
    const requests: { endpoint: string; status: number | null }[] = [];
    const client = createApiClient({
      apiBase: server.origin,
      key: 'sk_test_key',
      connectionId: 'conn_abc',
      limiter: createLimiter({ ratePerMinute: 0, clock }),
      clock,
      random: () => 0.5,
      onWait: (wait) => waits.push(wait),
      onRequest: ({ endpoint, status }) => requests.push({ endpoint, status }),
      ...options,
    });
    try {
      await work({ ...server, client, clock, waits, requests });
    } finally {
      client.close();
    }
  });
}

/** Answers from a list, the last one for ever. */
function script(...steps: Respond[]): Respond {
  let call = 0;
  return (request, response) => {
    const step = steps[Math.min(call, steps.length - 1)];
    call += 1;
    step?.(request, response);
  };
}

const emptyPage: Respond = (_request, response) => {
  sendJson(response, 200, { list: [], hasMore: false });
};
const fail =
  (status: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Respond =>
  (_request, response) => {
    sendJson(response, status, body, headers);
  };

describe('what is sent', () => {
  it('is a GET with the key and the connection', async () => {
    await withClient(emptyPage, async ({ client, seen }) => {
      await client.chatMediaPage(410_000_000, {
        limit: 100,
        cursor: '9400',
        skipUsers: 'all',
        opened: true,
        type: 'videos',
      });
      expect(seen[0]).toMatchObject({
        method: 'GET',
        url: '/v2/access/chats/410000000/media?limit=100&last_id=9400&skip_users=all&opened=true&type=videos',
        headers: { apikey: 'sk_test_key', 'x-connection-id': 'conn_abc', 'user-agent': 'chatkeep' },
      });
      await client.chatMediaPage(410_000_000, { offset: 20, opened: false });
      expect(seen[1]?.url).toBe('/v2/access/chats/410000000/media?offset=20&opened=false');
      await client.chatMessagesPage(410_000_000, { limit: 10, query: 'a b', firstId: 9400, includeUsers: true });
      expect(seen[2]?.url).toBe(
        '/v2/access/chats/410000000/messages?limit=10&query=a+b&first_id=9400&include_users=true',
      );
    });
  });

  it('leaves the connection out where none is needed', async () => {
    await withClient(
      (_request, response) => {
        sendJson(response, 200, { id: 'acc', name: null, permissions: ['ACCOUNT'] });
      },
      async ({ client, seen }) => {
        expect(await client.whoami()).toEqual({ id: 'acc', name: null, permissions: ['ACCOUNT'] });
        expect(seen[0]?.headers).not.toHaveProperty('x-connection-id');
      },
    );
  });

  it('is nothing at all when a parameter is senseless', async () => {
    await withClient(emptyPage, async ({ client, seen }) => {
      const bad: (() => Promise<unknown>)[] = [
        () => client.chatMediaPage(410, { limit: 101 }),
        () => client.chatMediaPage(410, { limit: 0 }),
        () => client.chatMediaPage(410, { limit: 1.5 }),
        () => client.chatMediaPage(410, { offset: -1 }),
        () => client.chatMediaPage(410, { offset: 0, cursor: '1' }),
        () => client.chatMediaPage(410, { cursor: '' }),
        () => client.chatMediaPage(0),
        () => client.chatMediaPage(Number.NaN),
        () => client.chatMessagesPage(410, { limit: 11 }),
        () => client.chatMessagesPage(410, { firstId: 1, cursor: '1' }),
        () => client.users([1.5]),
        () => client.user('..'),
        () => client.user('a/b'),
        () => client.user(''),
      ];
      for (const call of bad) {
        await expect(call()).rejects.toMatchObject({ name: 'AppError', code: 'usage' });
      }
      expect(seen).toEqual([]);
    });
  });

  it('needs a connection for access endpoints', async () => {
    await withClient(
      emptyPage,
      async ({ client, seen }) => {
        await expect(client.self()).rejects.toMatchObject({ code: 'session_missing' });
        expect(seen).toEqual([]);
      },
      { connectionId: null },
    );
  });
});

describe('what stands in between', () => {
  it('a byte order mark and 20 kB of headers change nothing', async () => {
    const policies = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`x-policy-${index}`, 'p'.repeat(1000)]),
    );
    await withClient(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', ...policies });
        response.end(`\uFEFF${JSON.stringify({ list: [], hasMore: false })}`);
      },
      async ({ client, seen }) => {
        expect(await client.chatMediaPage(410)).toMatchObject({ messages: [], hasMore: false });
        expect(seen).toHaveLength(1);
      },
    );
  });

  it('a challenge page is tried again; a refusal of the service is not', async () => {
    const challenge: Respond = (_request, response) => {
      response.writeHead(403, { 'content-type': 'text/html', server: 'cloudflare' });
      response.end('<!doctype html><title>Just a moment...</title>');
    };
    await withClient(script(challenge, challenge, emptyPage), async ({ client, seen }) => {
      expect(await client.chatMediaPage(410)).toMatchObject({ hasMore: false });
      expect(seen).toHaveLength(3);
    });
    await withClient(challenge, async ({ client }) => {
      await expect(client.self()).rejects.toMatchObject({ code: 'intercepted', detail: 'cloudflare' });
    });
  });

  it('a proxy that wants a password is asked once', async () => {
    await withClient(fail(407), async ({ client, seen }) => {
      await expect(client.self()).rejects.toMatchObject({ code: 'proxy', status: 407 });
      expect(seen).toHaveLength(1);
    });
  });
});

describe('retries', () => {
  it('wait as long as Retry-After says, tell it, and never count a wait as a fault', async () => {
    const refusals = Array.from({ length: 12 }, () =>
      fail(429, { error: 'x', type: 'RATE_LIMIT_EXCEEDED' }, { 'retry-after': '7' }),
    );
    await withClient(script(...refusals, emptyPage), async ({ client, clock, waits, requests }) => {
      await client.chatMediaPage(410);
      expect(clock.slept).toEqual(Array.from({ length: 12 }, () => 7000));
      expect(waits[0]).toEqual({ until: 1_800_000_007_000, reason: 'rate', attempt: 2 });
      expect(waits.at(-1)).toBeNull();
      expect(requests).toHaveLength(13);
    });
  });

  it('take the reset of the limit where Retry-After is missing', async () => {
    await withClient(
      script(fail(429, {}, { 'x-ratelimit-reset': '11', 'x-ratelimit-remaining': '0' }), emptyPage),
      async ({ client, clock }) => {
        await client.chatMediaPage(410);
        expect(clock.slept).toEqual([11_000]);
      },
    );
  });

  it('back off exponentially with jitter after faults, and give up after the tries allowed', async () => {
    await withClient(fail(502, '<html>'), async ({ client, clock, seen, waits }) => {
      await expect(client.chatMediaPage(410)).rejects.toMatchObject({ code: 'server', status: 502 });
      expect(clock.slept).toEqual([250, 500, 1000, 2000]);
      expect(seen).toHaveLength(5);
      expect(waits.filter((wait) => wait !== null).map((wait) => wait.reason)).toEqual([
        'backoff',
        'backoff',
        'backoff',
        'backoff',
      ]);
    });
  });

  it('are taken for broken JSON, HTML with status 200, a wrong envelope, outdated rules and a reset connection', async () => {
    await withClient(
      script(
        (_request, response) => response.end('{"list":[{"url":"a"b"}],"hasMore":true}'),
        (_request, response) => response.end('<html>hello</html>'),
        fail(200, { hello: 1 }),
        fail(401, { error: 'x', type: 'RULES_OUTDATED' }),
        (request) => request.socket.destroy(),
        (_request, response) => {
          response.writeHead(200, { 'content-length': '500' });
          response.write('{"list":');
          response.destroy();
        },
        emptyPage,
      ),
      async ({ client, seen }) => {
        expect(await client.chatMediaPage(410)).toMatchObject({ messages: [], hasMore: false });
        expect(seen).toHaveLength(7);
      },
      { retry: { tries: 10 } },
    );
  });

  it.each([
    [401, { error: 'x', type: 'UNAUTHORIZED' }, 'key_refused'],
    [401, { error: 'x', type: 'SESSION_EXPIRED' }, 'session_expired'],
    [403, { error: 'x', type: 'FORBIDDEN' }, 'forbidden'],
    [404, { error: 'x' }, 'not_found'],
    [400, { error: 'x' }, 'bad_request'],
  ])('are not taken for %i %j', async (status, body, code) => {
    await withClient(fail(status, { ...body, requestId: 'req_1' }), async ({ client, seen }) => {
      await expect(client.chatMediaPage(410)).rejects.toMatchObject({ code, requestId: 'req_1' });
      expect(seen).toHaveLength(1);
    });
  });

  it('end at once when cancelled in the middle of a wait', async () => {
    const clock = createTestClock('manual');
    const stop = new AbortController();
    await withClient(
      fail(503, {}),
      async ({ client, seen }) => {
        await expect(client.chatMediaPage(410, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
        expect(seen).toHaveLength(1);
        expect(clock.sleepers()).toBe(0);
      },
      {
        clock,
        limiter: createLimiter({ ratePerMinute: 0, clock }),
        onWait: (wait) => {
          if (wait !== null) {
            queueMicrotask(() => {
              stop.abort();
            });
          }
        },
      },
    );
  });

  it('end at once when cancelled while the service is silent', async () => {
    const stop = new AbortController();
    await withClient(
      () => {
        stop.abort();
      },
      async ({ client }) => {
        await expect(client.chatMediaPage(410, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
        await expect(client.chatMediaPage(410, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
      },
    );
  });
});

describe('closing', () => {
  it('ends calls under way at once, without another try', async () => {
    const box: { client?: ApiClient } = {};
    await withClient(
      () => box.client?.close(),
      async ({ client, seen }) => {
        box.client = client;
        await expect(client.chatMediaPage(410)).rejects.toMatchObject({ code: 'aborted' });
        await expect(client.chatMediaPage(410)).rejects.toMatchObject({ code: 'aborted' });
        expect(seen).toHaveLength(1);
      },
    );
  });
});

describe('limits', () => {
  it('of time: silence before and in the middle of an answer is a timeout', async () => {
    await withClient(
      () => undefined,
      async ({ client }) => {
        await expect(client.chatMediaPage(410)).rejects.toMatchObject({ code: 'timeout', status: null });
      },
      { timeouts: { firstByteMs: 40 }, retry: { tries: 1 } },
    );
    await withClient(
      (_request, response) => {
        response.writeHead(200);
        response.write('{"list":');
      },
      async ({ client }) => {
        const stalled = (): Promise<unknown> => client.chatMediaPage(410).catch((error: unknown) => error);
        let error = await stalled();
        // On a busy machine the time may be over before the head is read: that was silence before an answer, tested above.
        while (error instanceof ApiError && error.code === 'timeout' && error.status === null) {
          error = await stalled();
        }
        expect(error).toMatchObject({ code: 'timeout', status: 200 });
      },
      { timeouts: { stallMs: 60 }, retry: { tries: 1 } },
    );
  });

  it('of size: a body over the cap is refused without a retry', async () => {
    await withClient(
      (_request, response) => response.end('x'.repeat(5000)),
      async ({ client, seen }) => {
        await expect(client.chatMediaPage(410)).rejects.toMatchObject({ code: 'too_large' });
        expect(seen).toHaveLength(1);
      },
      { maxBodyBytes: 1000 },
    );
  });

  it('of the machine: nobody listening is a network error', async () => {
    const origin = await withServer(emptyPage, (server) => Promise.resolve(server.origin));
    await withClient(
      emptyPage,
      async ({ client }) => {
        await expect(client.chatMediaPage(410)).rejects.toMatchObject({
          code: 'network',
          detail: 'ECONNREFUSED',
          status: null,
        });
      },
      { apiBase: origin },
    );
  });
});

describe('lists by offset', () => {
  const chat = (id: number): unknown => ({
    withUser: { id, _view: 's' },
    lastMessage: { id: id + 1, changedAt: '2026-01-15T10:30:14Z' },
    unreadMessagesCount: 2,
  });
  const collect = async (client: ApiClient): Promise<{ ids: number[]; ends: string[]; bad: number }> => {
    const ids: number[] = [];
    const ends: string[] = [];
    let bad = 0;
    for await (const page of client.chats({ order: 'recent' })) {
      ids.push(...page.items.map((item) => item.id));
      ends.push(page.end);
      bad += page.bad;
    }
    return { ids, ends, bad };
  };

  it('go on at nextOffset, else after what was received, and give each chat once', async () => {
    await withClient(
      script(
        fail(200, { list: [chat(1), chat(2), { withUser: {} }], hasMore: true, nextOffset: '3' }),
        fail(200, { list: [chat(2), chat(4)], hasMore: true }),
        fail(200, { list: [chat(5)], hasMore: false }),
      ),
      async ({ client, seen }) => {
        expect(await collect(client)).toEqual({ ids: [1, 2, 4, 5], ends: ['more', 'more', 'last'], bad: 1 });
        expect(seen.map((request) => request.url)).toEqual([
          '/v2/access/chats?limit=20&offset=0&order=recent',
          '/v2/access/chats?limit=20&offset=3&order=recent',
          '/v2/access/chats?limit=20&offset=5&order=recent',
        ]);
      },
    );
  });

  it('end when a page repeats itself or is empty but promises more', async () => {
    await withClient(fail(200, { list: [chat(1)], hasMore: true }), async ({ client }) => {
      expect(await collect(client)).toEqual({ ids: [1], ends: ['more', 'stuck'], bad: 0 });
    });
    await withClient(fail(200, { list: [], hasMore: true, nextOffset: null }), async ({ client }) => {
      expect(await collect(client)).toEqual({ ids: [], ends: ['stuck'], bad: 0 });
    });
  });

  it('read connections with ids as text and numbers', async () => {
    await withClient(
      fail(200, {
        list: [
          {
            id: 'conn_1',
            status: 'active',
            userData: { id: '410000000', name: 'Ann', username: 'ann', avatar: null },
            permissions: ['messages:read', 5],
            expiredAt: null,
          },
        ],
        hasMore: false,
      }),
      async ({ client, seen }) => {
        for await (const page of client.connections({ status: 'active' })) {
          expect(page.items).toEqual([
            {
              id: 'conn_1',
              status: 'active',
              userId: 410_000_000,
              name: 'Ann',
              username: 'ann',
              permissions: ['messages:read'],
              expiredAt: null,
            },
          ]);
        }
        expect(seen[0]?.url).toBe('/v2/account/connections?limit=100&offset=0&status=active');
      },
    );
  });
});

describe('users', () => {
  it('are asked for ten at a time, each once', async () => {
    await withClient(
      (request, response) => {
        const ids = new URL(request.url ?? '', 'http://x').searchParams.get('userIds') ?? '';
        sendJson(response, 200, {
          users: [...ids.split(',').map((id) => ({ id, username: `u${id}`, name: 'N', avatar: null })), null, {}],
        });
      },
      async ({ client, seen }) => {
        const users = await client.users([...Array.from({ length: 12 }, (_, index) => index + 1), 1, 2]);
        expect(users).toHaveLength(12);
        expect(users[0]).toEqual({ id: 1, username: 'u1', name: 'N', displayName: null, avatarUrl: null });
        expect(seen).toHaveLength(2);
      },
    );
  });

  it('that are unknown are null, and self may say no more than that it is logged in', async () => {
    await withClient(
      script(
        fail(404, { error: 'x' }),
        fail(200, { isAuth: true }),
        fail(200, { id: 5, isAuth: true, username: 'me', name: 'Me' }),
      ),
      async ({ client }) => {
        expect(await client.user('someone')).toBeNull();
        expect(await client.self()).toEqual({ userId: null, isAuth: true, username: null, name: null });
        expect(await client.self()).toEqual({ userId: 5, isAuth: true, username: 'me', name: 'Me' });
      },
    );
  });
});

describe('the budget', () => {
  it('is shared: requests of two clients of one connection are never more at once than allowed', async () => {
    const held: ServerResponse[] = [];
    let most = 0;
    await withServer(
      (_request, response) => {
        // Answers only in pairs: fewer than two at once would never end, more than two would be seen.
        held.push(response);
        most = Math.max(most, held.length);
        if (held.length >= 2) {
          setImmediate(() => {
            for (const waiting of held.splice(0)) {
              sendJson(waiting, 200, { list: [], hasMore: false });
            }
          });
        }
      },
      async ({ origin }) => {
        const limiter = createLimiter({ ratePerMinute: 0, maxInFlight: 2 });
        const clients = [1, 2].map(() => createApiClient({ apiBase: origin, key: 'k', connectionId: 'c', limiter }));
        await Promise.all(
          clients.flatMap((client) => Array.from({ length: 10 }, (_, index) => client.chatMediaPage(index + 1))),
        );
        expect(most).toBe(2);
        for (const client of clients) {
          client.close();
        }
      },
    );
  });

  it('needs a key that can be a header', () => {
    for (const key of ['', 'a b', 'a\r\nx: y', 'schl\u00fcssel']) {
      expect(() =>
        createApiClient({
          apiBase: 'https://api.example',
          key,
          connectionId: null,
          limiter: createLimiter({ ratePerMinute: 0 }),
        }),
      ).toThrow(AppError);
    }
  });
});
