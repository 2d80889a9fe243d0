import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from './testing/sandbox.ts';
import { ask, page, walk } from './testing/seen.ts';
import { truthOf } from './testing/truth.ts';

const CHAT = 410_000_000;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ messages: 120 });
});
afterAll(async () => sandbox.close());

/** Runs something that breaks a rule on a sandbox of its own and answers what was noted. */
async function violationsOf(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; kinds: string[] }> {
  const own = await startSandbox({ messages: 20 });
  try {
    const { status } = await ask(own, path, headers);
    return { status, kinds: own.violations.map(({ kind }) => kind) };
  } finally {
    await own.close();
  }
}

describe('the API', () => {
  it('gives every message once, newest first, whatever the page size', async () => {
    const truth = [...truthOf(sandbox).chat(CHAT).messages()]
      .filter((message) => message.inMediaListing)
      .map(({ id }) => id);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (limit) => {
        const pages = await walk(sandbox, CHAT, limit);
        expect(pages.flatMap(({ list }) => list.map(({ id }) => id))).toEqual(truth);
        expect(pages.slice(0, -1).every(({ list }) => list.length === limit)).toBe(true);
      }),
      { numRuns: 12 },
    );
    expect(truth).toEqual([...truth].sort((a, b) => b - a));
    expect(sandbox.violations).toEqual([]);
  });

  it('ends a page with the id of its oldest item as cursor, and the last page without one', async () => {
    const pages = await walk(sandbox, CHAT, 25);
    for (const { list, nextLastId, hasMore } of pages) {
      expect(nextLastId).toBe(hasMore ? String(list.at(-1)?.id) : undefined);
    }
  });

  it('lists messages without media in the message listing alone', async () => {
    const all = (await walk(sandbox, CHAT, 10, 'messages')).flatMap(({ list }) => list);
    expect(all.map(({ id }) => id)).toEqual([...truthOf(sandbox).chat(CHAT).messages()].map(({ id }) => id));
    expect(all.some(({ media }) => media.length === 0)).toBe(true);
    const start = all[7]?.id ?? 0;
    const from = await page(sandbox, `/v2/access/chats/${CHAT}/messages?first_id=${start}`);
    expect(from.list[0]?.id).toBe(start);
  });

  it('narrows by type and by opened', async () => {
    const photos = await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=100&type=photos`);
    expect(new Set(photos.list.flatMap(({ media }) => media.map(({ type }) => type)))).toEqual(new Set(['photo']));
    const opened = await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=100&opened=false`);
    expect(opened.list.length).toBeGreaterThan(0);
    expect(opened.list.every((message) => message.isOpened === false)).toBe(true);
    const all = await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=100`);
    expect(opened.list.length).toBe(all.list.filter((message) => message.isOpened === false).length);
  });

  it('moves by offset, which is no violation by itself', async () => {
    const first = await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=20`);
    const second = await page(sandbox, `/v2/access/chats/${CHAT}/media?limit=10&offset=10`);
    expect(second.list.map(({ id }) => id)).toEqual(first.list.slice(10).map(({ id }) => id));
    expect(sandbox.violations).toEqual([]);
  });

  it('names people by id, ten at a time, and by username', async () => {
    const { text } = await ask(sandbox, `/v2/access/users/list?userIds=${CHAT},${CHAT + 1},1`);
    expect(JSON.parse(text)).toMatchObject({ users: [{ id: CHAT, name: 'Harbour Studio' }, { id: CHAT + 1 }] });
    const one = await ask(sandbox, '/v2/access/users/studio001');
    expect(JSON.parse(one.text)).toMatchObject({ id: CHAT });
    expect((await ask(sandbox, '/v2/access/users/nobody')).status).toBe(404);
  });

  it('gives chats without names, and the account behind the key', async () => {
    const chats = await ask(sandbox, '/v2/access/chats?limit=2');
    expect(JSON.parse(chats.text)).toMatchObject({
      list: [{ withUser: { _view: 's' } }, {}],
      hasMore: true,
      nextOffset: 2,
    });
    const connections = await ask(sandbox, '/v2/account/connections', { 'x-connection-id': '' });
    expect(JSON.parse(connections.text)).toMatchObject({
      list: [{ id: sandbox.connection, userData: { id: String(sandbox.userId) } }, {}, {}, {}],
    });
    expect(JSON.parse((await ask(sandbox, '/v2/access/self')).text)).toMatchObject({
      id: sandbox.userId,
      isAuth: true,
    });
    expect(JSON.parse((await ask(sandbox, '/v2/account/whoami')).text)).toMatchObject({ id: 'acct_sandbox' });
  });

  it.each([
    ['/v2/access/chats/410000000/media?limit=101', 'over-limit'],
    ['/v2/access/chats/410000000/media?limit=0', 'over-limit'],
    ['/v2/access/chats/410000000/media?limit=ten', 'bad-parameter'],
    ['/v2/access/chats/410000000/messages?limit=11', 'over-limit'],
    ['/v2/access/chats?limit=21', 'over-limit'],
    ['/v2/access/users/list?userIds=1,2,3,4,5,6,7,8,9,10,11', 'over-limit'],
    ['/v2/access/chats/studio001/media', 'digitless-id'],
    ['/v2/access/chats/410000000/media?type=gifs', 'bad-parameter'],
  ])('refuses %s and notes it', async (path, kind) => {
    expect(await violationsOf(path)).toEqual({ status: 400, kinds: [kind] });
  });

  it('notes offset with a cursor, parameters it does not know, and methods that are not GET', async () => {
    expect((await violationsOf('/v2/access/chats/410000000/media?offset=1&last_id=9400000000001')).kinds).toEqual([
      'offset-with-cursor',
    ]);
    expect((await violationsOf('/v2/access/chats/410000000/media?lastId=9400000000001')).kinds).toEqual([
      'unknown-parameter',
    ]);
    const own = await startSandbox({ messages: 1 });
    expect((await fetch(`${own.api}/v2/access/chats`, { method: 'POST' })).status).toBe(405);
    expect(own.violations.map(({ kind }) => kind)).toEqual(['method']);
    await own.close();
  });

  it('tells a bad key from a connection without session, an ended session and a missing permission', async () => {
    const type = async (headers: Record<string, string>): Promise<unknown> => {
      const { status, text } = await ask(sandbox, '/v2/access/chats', headers);
      const body: unknown = JSON.parse(text);
      return { status, body };
    };
    const [expired, waiting, noMessages] = sandbox.otherConnections;
    expect(await type({ apiKey: 'wrong' })).toMatchObject({ status: 401, body: { type: 'UNAUTHORIZED' } });
    expect(await type({ 'x-connection-id': 'conn_unknown' })).toMatchObject({
      status: 401,
      body: { type: 'SESSION_NOT_PROVIDED' },
    });
    expect(await type({ 'x-connection-id': waiting?.id ?? '' })).toMatchObject({
      status: 401,
      body: { type: 'SESSION_NOT_PROVIDED' },
    });
    expect(await type({ 'x-connection-id': expired?.id ?? '' })).toMatchObject({
      status: 401,
      body: { type: 'SESSION_EXPIRED' },
    });
    expect(await type({ 'x-connection-id': noMessages?.id ?? '' })).toMatchObject({
      status: 403,
      body: { type: 'FORBIDDEN' },
    });
    expect((await ask(sandbox, '/v2/access/nowhere')).status).toBe(404);
    expect((await ask(sandbox, '/v2/access/chats/1/media')).status).toBe(404);
  });

  it('limits each connection by a bucket that fills with the clock', async () => {
    let now = 1_000_000;
    const own = await startSandbox({ messages: 1, rate: { perMinute: 60, burst: 3 }, clock: () => now });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) {
      statuses.push((await ask(own, '/v2/access/self')).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
    const limited = await ask(own, '/v2/access/self');
    expect(JSON.parse(limited.text)).toMatchObject({ type: 'RATE_LIMIT_EXCEEDED' });
    expect(limited.headers.get('retry-after')).toBe('1');
    expect(limited.headers.get('x-ratelimit-remaining')).toBe('0');
    now += 1000;
    expect((await ask(own, '/v2/access/self')).status).toBe(200);
    expect((await ask(own, '/v2/account/whoami')).status).toBe(200);
    await own.close();
  });

  it('outlives an address that cannot be decoded', async () => {
    await expect(ask(sandbox, '/v2/access/users/%E0%A4%A')).rejects.toThrow();
    expect((await ask(sandbox, '/v2/access/self')).status).toBe(200);
  });

  it('counts requests by page, so that a test can ask whether each was asked once', async () => {
    sandbox.resetRequests();
    const pages = await walk(sandbox, CHAT, 50);
    const { byPage, byEndpoint, byStatus } = sandbox.requests;
    expect(Object.keys(byPage)).toEqual([
      `media ${CHAT}`,
      ...pages.slice(0, -1).map(({ nextLastId }) => `media ${CHAT} ${String(nextLastId)}`),
    ]);
    expect(new Set(Object.values(byPage))).toEqual(new Set([1]));
    expect(byEndpoint).toEqual({ media: pages.length });
    expect(byStatus).toEqual({ 200: pages.length });
  });
});
