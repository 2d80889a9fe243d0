import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAULT_NAMES, FAULTS, startSandbox, type FaultName, type FaultOptions, type Sandbox } from './sandbox.ts';
import { ask, boxes, page, RawPage, take, walk, type Fetched, type Seen } from './seen.ts';
import { truthOf } from './truth.ts';

const CHAT = 410_000_000;
const MEDIA = `/v2/access/chats/${CHAT}/media`;
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ messages: 60 });
});
afterEach(async () => {
  expect(sandbox.violations).toEqual([]);
  await sandbox.close();
});

/** The API's answer while a fault is on. */
async function during(name: FaultName, options: FaultOptions = {}, path = MEDIA): Promise<Seen> {
  sandbox.faults.set(name, options);
  const seen = await ask(sandbox, path);
  sandbox.faults.clear(name);
  return seen;
}

async function rawPage(path: string): Promise<ReturnType<typeof RawPage.parse>> {
  return RawPage.parse(JSON.parse((await ask(sandbox, path)).text));
}

/** A fresh link to the full file of a viewable item. */
async function link(type = 'photo'): Promise<string> {
  const media = (await walk(sandbox, CHAT)).flatMap(({ list }) => list.flatMap((message) => message.media));
  return (
    media.find(
      (item) =>
        item.type === type && item.canView && item.isReady && !item.hasError && (item.files?.full.url ?? '') !== '',
    )?.files?.full.url ?? ''
  );
}

/** The host's answer while a fault is on. */
async function fetched(
  name: FaultName,
  options: FaultOptions = {},
  type = 'photo',
  headers: Record<string, string> = {},
): Promise<Fetched> {
  const url = await link(type);
  sandbox.faults.set(name, { ...options, match: { endpoint: 'file' } });
  return take(url, headers).finally(() => sandbox.faults.clear(name));
}

describe('refusing faults', () => {
  it.each([
    ['rate-limit', 429, 'RATE_LIMIT_EXCEEDED'],
    ['rate-limit-no-retry-after', 429, 'RATE_LIMIT_EXCEEDED'],
    ['unauthorized-key', 401, 'UNAUTHORIZED'],
    ['session-missing', 401, 'SESSION_NOT_PROVIDED'],
    ['session-expired', 401, 'SESSION_EXPIRED'],
    ['rules-outdated', 401, 'RULES_OUTDATED'],
    ['forbidden', 403, 'FORBIDDEN'],
    ['bad-gateway', 502, 'PROXY_ERROR'],
  ] as const)('%s answers %i %s, and is over once cleared', async (name, status, type) => {
    const seen = await during(name);
    expect(seen.status).toBe(status);
    expect(JSON.parse(seen.text)).toMatchObject({ type });
    expect(seen.headers.get('retry-after')).toBe(name === 'rate-limit' ? '1' : null);
    expect((await ask(sandbox, MEDIA)).status).toBe(200);
  });

  it('can speak the older error shapes', async () => {
    expect(JSON.parse((await during('session-expired', { body: 'older' })).text)).toMatchObject({
      code: 'AUTH_SESSION_EXPIRED',
    });
    expect(JSON.parse((await during('session-expired', { body: 'sdk' })).text)).toMatchObject({
      message: 'The session has expired',
      code: 'SESSION_EXPIRED',
    });
  });

  it('server-error-html, ok-html and ok-broken-json are no JSON', async () => {
    const error = await during('server-error-html');
    expect(error.status).toBe(500);
    const page200 = await during('ok-html');
    expect([page200.status, page200.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const broken = await during('ok-broken-json');
    expect([broken.status, broken.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    for (const { text } of [error, page200, broken]) {
      expect(() => JSON.parse(text) as unknown).toThrow();
    }
  });
});

describe('faults of what stands in between', () => {
  /** The API's answer as plain HTTP gives it: `fetch` refuses some of these. */
  async function raw(name: FaultName): Promise<Fetched> {
    sandbox.faults.set(name);
    const headers = { apiKey: sandbox.key, 'x-connection-id': sandbox.connection };
    return take(sandbox.api + MEDIA, headers).finally(() => sandbox.faults.clear(name));
  }

  it.each([
    ['challenge', 403],
    ['proxy-login', 407],
  ] as const)('%s answers %i with a page', async (name, status) => {
    const seen = await raw(name);
    expect([seen.status, seen.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect((await fetched(name)).status).toBe(status);
  });

  it('byte-order-mark stands before the same JSON', async () => {
    const { bytes } = await raw('byte-order-mark');
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(RawPage.parse(JSON.parse(bytes.toString('utf8').slice(1))).list.length).toBeGreaterThan(0);
  });

  it('large-headers are 20 kB and change nothing else', async () => {
    const { status, headers } = await raw('large-headers');
    expect(status).toBe(200);
    expect(JSON.stringify(headers).length).toBeGreaterThan(20_000);
  });
});

describe('page faults', () => {
  const newest = async (limit: number): Promise<string> =>
    String((await page(sandbox, `${MEDIA}?limit=${limit}`)).nextLastId);

  it('stuck-cursor repeats the cursor that was sent', async () => {
    const cursor = await newest(10);
    sandbox.faults.set('stuck-cursor');
    expect((await page(sandbox, `${MEDIA}?last_id=${cursor}`)).nextLastId).toBe(cursor);
  });

  it('empty-page-has-more gives nothing and promises more', async () => {
    const seen = await during('empty-page-has-more');
    expect(JSON.parse(seen.text)).toEqual({ list: [], hasMore: true });
  });

  it('missing-cursor leaves nextLastId out', async () => {
    sandbox.faults.set('missing-cursor');
    const next = await page(sandbox, MEDIA);
    expect([next.hasMore, next.nextLastId]).toEqual([true, undefined]);
  });

  it('overlapping-pages repeats three messages, and a walk still sees all', async () => {
    const plain = (await walk(sandbox, CHAT, 10)).flatMap(({ list }) => list.map(({ id }) => id));
    sandbox.faults.set('overlapping-pages');
    const pages = (await walk(sandbox, CHAT, 10)).map(({ list }) => list.map(({ id }) => id));
    expect(pages[1]?.slice(0, 3)).toEqual(pages[0]?.slice(-3));
    expect([...new Set(pages.flat())]).toEqual(plain);
    expect(pages.every((ids) => ids.length <= 10)).toBe(true);
  });

  it('bad-items stand between the good ones, or in their place', async () => {
    const good = await rawPage(`${MEDIA}?limit=10`);
    sandbox.faults.set('bad-items');
    expect((await rawPage(`${MEDIA}?limit=10`)).list).toHaveLength(good.list.length + 2);
    sandbox.faults.set('bad-items', { mode: 'replaced' });
    const replaced = await rawPage(`${MEDIA}?limit=10`);
    expect(replaced.list).toHaveLength(good.list.length);
    expect(replaced.list[2]).toBeNull();
  });

  it('new-messages-between-pages grows the chat while it is walked, never on the first page', async () => {
    const count = (): number => [...truthOf(sandbox).chat(CHAT).messages()].length;
    const before = count();
    sandbox.faults.set('new-messages-between-pages', { count: 2 });
    await page(sandbox, MEDIA);
    expect(count()).toBe(before);
    await page(sandbox, `${MEDIA}?last_id=${await newest(10)}`);
    expect(count()).toBe(before + 2);
  });

  it('unlock-between-pages makes locked items of earlier pages viewable', async () => {
    const locked = (): number =>
      [...truthOf(sandbox).chat(CHAT).media()].filter(({ state }) => state === 'locked' || state === 'preview').length;
    const before = locked();
    sandbox.faults.set('unlock-between-pages', { count: 100 });
    await walk(sandbox, CHAT, 10);
    expect(locked()).toBeLessThan(before);
  });

  it('edit- and withdraw-between-pages change messages already listed', async () => {
    const cursor = await newest(10);
    sandbox.faults.set('edit-between-pages');
    await page(sandbox, `${MEDIA}?last_id=${cursor}`);
    const edited = (await page(sandbox, `${MEDIA}?limit=10`)).list.at(-1);
    expect(edited?.text).toContain(`Edited: ${cursor}`);
    sandbox.faults.clear();
    sandbox.faults.set('withdraw-between-pages');
    await page(sandbox, `${MEDIA}?last_id=${cursor}`);
    expect([...truthOf(sandbox).withdrawn()]).toEqual([Number(cursor)]);
    sandbox.faults.clear();
    expect((await page(sandbox, `${MEDIA}?limit=10`)).list.map(({ id }) => id)).not.toContain(Number(cursor));
  });
});

describe('transport faults', () => {
  it.each(['media', 'file'] as const)(
    'reset breaks the connection of %s before or within the body',
    async (endpoint) => {
      const url = endpoint === 'file' ? await link() : sandbox.api + MEDIA;
      const headers: Record<string, string> =
        endpoint === 'file' ? {} : { apiKey: sandbox.key, 'x-connection-id': sandbox.connection };
      sandbox.faults.set('reset', { match: { endpoint } });
      await expect(take(url, headers)).rejects.toThrow('ECONNRESET');
      sandbox.faults.set('reset', { match: { endpoint }, afterBytes: 700 });
      const part = await take(url, headers);
      expect([part.cut, part.bytes.length]).toEqual([true, 700]);
    },
  );

  it('truncated ends in the middle of the announced length', async () => {
    const { cut, bytes, headers } = await fetched('truncated');
    expect([cut, bytes.length]).toEqual([true, Math.floor(Number(headers['content-length']) / 2)]);
  });

  it('slow gives the same bytes in time', async () => {
    const { bytes } = await take(await link());
    const slow = await fetched('slow', { ms: 30 });
    expect([slow.status, slow.cut, slow.bytes.equals(bytes)]).toEqual([200, false, true]);
  });

  it('stall sends half and keeps the connection open, until the sandbox closes', async () => {
    const own = await startSandbox({ messages: 10, faults: { stall: {} } });
    const response = await fetch(`${own.api}${MEDIA}`, {
      headers: { apiKey: own.key, 'x-connection-id': own.connection },
    });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    const part: unknown = first?.value;
    expect(part instanceof Uint8Array ? part.length : 0).toBeGreaterThan(0);
    expect(part instanceof Uint8Array ? part.length : 0).toBeLessThan(Number(response.headers.get('content-length')));
    const rest = reader?.read();
    const silent = expect(rest).rejects.toThrow();
    await own.close();
    await silent;
  });
});

describe('file faults', () => {
  it.each([
    ['gone', 404],
    ['rate-limit', 429],
    ['forbidden', 403],
    ['server-error-html', 500],
    ['bad-gateway', 502],
    ['service-unavailable', 503],
  ] as const)('%s answers %i', async (name, status) => {
    expect((await fetched(name)).status).toBe(status);
  });

  it('html-instead-of-media looks like success', async () => {
    const { status, headers } = await fetched('html-instead-of-media');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('wrong-length ends the file early as if that were all; an MP3 lacks its last byte', async () => {
    const video = await fetched('wrong-length', {}, 'video');
    expect([video.cut, video.bytes.length]).toEqual([false, Number(video.headers['content-length'])]);
    expect(() => boxes(video.bytes)).toThrow();
    const mp3 = (await walk(sandbox, CHAT + 1))
      .concat(await walk(sandbox, CHAT + 2))
      .flatMap(({ list }) => list.flatMap(({ media }) => media));
    sandbox.faults.set('wrong-length');
    const sounds = mp3.filter(({ type, files }) => type === 'audio' && (files?.full.url ?? '').includes('_full'));
    const results = await Promise.all(sounds.map(async ({ files }) => take(files?.full.url ?? '')));
    expect(results.filter(({ headers }) => headers['content-type'] === 'audio/mpeg').map(({ cut }) => cut)).toEqual(
      expect.arrayContaining([true]),
    );
  });

  it('odd-media lacks two bytes from then on, and says so in length and ETag', async () => {
    const url = await link();
    const whole = await take(url);
    sandbox.faults.set('odd-media');
    const odd = await take(url);
    sandbox.faults.clear();
    const again = await take(url);
    expect([odd.cut, odd.bytes.length]).toEqual([false, whole.bytes.length - 2]);
    expect([odd.headers.etag, again.bytes.equals(odd.bytes)]).toEqual([again.headers.etag, true]);
    expect(odd.headers.etag).not.toBe(whole.headers.etag);
  });

  it('odd-encoding is a word and no more; packed is packed', async () => {
    const { bytes } = await take(await link());
    const named = await fetched('odd-encoding');
    expect([named.headers['content-encoding'], named.bytes.equals(bytes)]).toEqual(['aws-chunked', true]);
    const zipped = await fetched('packed');
    expect([zipped.headers['content-encoding'], gunzipSync(zipped.bytes).equals(bytes)]).toEqual(['gzip', true]);
  });

  it('no-range sends the whole to who asked for a part', async () => {
    const { status, headers } = await fetched('no-range', {}, 'photo', { range: 'bytes=10-' });
    expect([status, headers['accept-ranges'], headers['content-range']]).toEqual([200, undefined, undefined]);
  });

  it('changed-object gives a continued file another body and validator, once', async () => {
    const url = await link('video');
    const before = await take(url);
    sandbox.faults.set('changed-object');
    const continued = await take(url, { range: 'bytes=100-', 'if-range': before.headers.etag ?? '' });
    expect(continued.status).toBe(200);
    expect(continued.headers.etag).not.toBe(before.headers.etag);
    expect(continued.bytes.equals(before.bytes)).toBe(false);
    const again = await take(url, { range: 'bytes=100-', 'if-range': continued.headers.etag ?? '' });
    expect(again.status).toBe(206);
  });

  it('expired-one ends the link that is used; the next listing gives a good one', async () => {
    const url = await link();
    sandbox.faults.set('expired-one');
    expect((await take(url)).status).toBe(403);
    expect((await take(url)).status).toBe(403);
    expect((await take(await link())).status).toBe(200);
  });

  it('expired-400 ends the link that is used with an expiry code, as XML or JSON', async () => {
    const urls = [await link(), await link('video')];
    sandbox.faults.set('expired-400');
    for (const url of urls) {
      const { status, bytes } = await take(url);
      expect([status, bytes.toString()]).toEqual([400, expect.stringContaining('ExpiredToken')]);
    }
    expect((await take(await link())).status).toBe(200);
  });

  it('redirect-to-page ends the link that is used with a redirect to HTML', async () => {
    const url = await link();
    sandbox.faults.set('redirect-to-page');
    const { status, headers } = await take(url);
    expect(status).toBe(302);
    const page = await take(new URL(headers.location ?? '', url).href);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await take(await link())).status).toBe(200);
  });

  it('link-refused-once refuses each link at its first request, new ones too', async () => {
    sandbox.faults.set('link-refused-once');
    for (const url of [await link(), await link()]) {
      expect((await take(url)).status).toBe(403);
      expect((await take(url)).status).toBe(200);
    }
  });

  it('slow-drip sends the body byte by byte', async () => {
    // The second byte comes after this test.
    sandbox.faults.set('slow-drip', { ms: 600_000 });
    const response = await fetch(await link());
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(1);
    await reader?.cancel();
  });

  it('expired-all ends every link there is, once', async () => {
    const [photo, video] = [await link(), await link('video')];
    sandbox.faults.set('expired-all');
    expect((await take(photo)).status).toBe(403);
    expect((await take(video)).status).toBe(403);
    expect((await take(await link('video'))).status).toBe(200);
  });
});

describe('fault control', () => {
  it('strikes every n-th time, so many times, only what matches, and counts', async () => {
    sandbox.faults.set('forbidden', { every: 2, times: 2, match: { endpoint: 'media', chatId: CHAT } });
    const statuses: number[] = [];
    for (let n = 0; n < 8; n++) {
      statuses.push((await ask(sandbox, MEDIA)).status);
    }
    expect(statuses).toEqual([200, 403, 200, 403, 200, 200, 200, 200]);
    expect((await ask(sandbox, `/v2/access/chats/${CHAT + 1}/media`)).status).toBe(200);
    expect(sandbox.faults.active()).toMatchObject([{ name: 'forbidden', seen: 8, struck: 2 }]);
    sandbox.faults.clear();
    expect(sandbox.faults.active()).toEqual([]);
  });

  it('can be kept to one of the two hosts', async () => {
    const url = await link();
    sandbox.faults.set('forbidden', { match: { host: 'media' } });
    expect([(await ask(sandbox, MEDIA)).status, (await take(url)).status]).toEqual([200, 403]);
    sandbox.faults.set('forbidden', { match: { host: 'api' } });
    expect([(await ask(sandbox, MEDIA)).status, (await take(url)).status]).toEqual([403, 200]);
  });

  it('draws probabilities from the seed', async () => {
    const run = async (): Promise<number[]> => {
      sandbox.faults.set('forbidden', { probability: 0.5 });
      const statuses: number[] = [];
      for (let n = 0; n < 20; n++) {
        statuses.push((await ask(sandbox, '/v2/access/self')).status);
      }
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 403]));
    expect(await run()).toEqual(first);
  });

  it('every fault has a meaning', () => {
    expect(FAULT_NAMES).toEqual(Object.keys(FAULTS));
    expect(Object.values(FAULTS).every(({ meaning }) => meaning.length > 10)).toBe(true);
  });
});
