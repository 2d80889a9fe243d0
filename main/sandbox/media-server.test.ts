import { fileTypeFromBuffer } from 'file-type';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pixelsOf } from '../pictures/testing/made-pictures.ts';
import { startSandbox, type Sandbox } from './testing/sandbox.ts';
import { ask, boxes, take, walk, type SeenMedia } from './testing/seen.ts';
import { truthOf } from './testing/truth.ts';

const CHAT = 410_000_000;
let sandbox: Sandbox;
let media: SeenMedia[];

beforeAll(async () => {
  sandbox = await startSandbox();
  const chats = await Promise.all([0, 1, 2].map(async (n) => walk(sandbox, CHAT + n)));
  media = chats.flat().flatMap(({ list }) => list.flatMap((message) => message.media));
});
afterAll(async () => sandbox.close());

/** The link to the full file of a viewable item of a kind. */
function linkTo(type: string): { id: number; url: string } {
  const found = media.find(
    (item) =>
      item.type === type && (item.files?.full.url ?? '') !== '' && item.canView && item.isReady && !item.hasError,
  );
  return { id: found?.id ?? 0, url: found?.files?.full.url ?? '' };
}

/** The same link with other parameters or another path. */
function bent(url: string, bend: (url: URL) => void): string {
  const made = new URL(url);
  bend(made);
  return made.href;
}

describe('media', () => {
  it('decodes: pictures by their pixels, clips by their boxes, all of the type they are sent as', async () => {
    const kinds = new Map<string, number>();
    for (const item of media.filter(({ isReady, hasError, canView }) => isReady && !hasError && canView)) {
      const url = item.files?.full.url ?? '';
      if (url === '' || (kinds.get(item.type) ?? 0) >= 25) {
        continue;
      }
      kinds.set(item.type, (kinds.get(item.type) ?? 0) + 1);
      const { status, headers, bytes } = await take(url);
      expect(status).toBe(200);
      const type = await fileTypeFromBuffer(bytes);
      expect({ 'video/x-m4v': 'video/mp4', 'audio/x-m4a': 'audio/mp4' }[type?.mime ?? ''] ?? type?.mime).toBe(
        headers['content-type'],
      );
      if (type?.mime.startsWith('image/') === true) {
        const { width, height } = await pixelsOf({ bytes });
        expect({ width, height }).toMatchObject(
          item.files?.full.width === undefined ? {} : { width: item.files.full.width, height: item.files.full.height },
        );
      } else if (type?.ext !== 'mp3') {
        expect(boxes(bytes)).toEqual(expect.arrayContaining(['ftyp', 'moov', 'mdat', 'free']));
      }
    }
    expect([...kinds.keys()].sort()).toEqual(['audio', 'gif', 'photo', 'sticker', 'story', 'video']);
  });

  it('serves thumbs and previews as small pictures', async () => {
    const item = media.find(
      ({ type, files }) => type === 'video' && files?.thumb?.url !== undefined && files.preview?.url !== undefined,
    );
    for (const url of [item?.files?.thumb?.url, item?.files?.preview?.url]) {
      const { width } = await pixelsOf({ bytes: (await take(url ?? '')).bytes });
      expect(width).toBeLessThanOrEqual(760);
    }
  });

  it('gives every item bytes of its own, which are what the truth says', async () => {
    const sums = new Set<string>();
    const some = [...truthOf(sandbox).media()].filter(({ variants }) => variants.includes('full')).slice(0, 60);
    for (const { id } of some) {
      const url = media.find((item) => item.id === id)?.files?.full.url ?? '';
      const { bytes } = await take(url);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect(await truthOf(sandbox).file(id, 'full')).toMatchObject({ sha256, bytes: bytes.length });
      sums.add(sha256);
    }
    expect(sums.size).toBe(some.length);
  });

  it('answers ranges: first, middle, last, beyond, malformed', async () => {
    const { url } = linkTo('photo');
    const { bytes: all, headers } = await take(url);
    const size = all.length;
    expect(headers).toMatchObject({ 'accept-ranges': 'bytes', 'content-length': String(size) });
    const ask206 = async (range: string): Promise<[number, string | undefined, Buffer]> => {
      const got = await take(url, { range });
      return [got.status, got.headers['content-range'], got.bytes];
    };
    expect(await ask206('bytes=0-99')).toEqual([206, `bytes 0-99/${size}`, all.subarray(0, 100)]);
    expect(await ask206('bytes=100-')).toEqual([206, `bytes 100-${size - 1}/${size}`, all.subarray(100)]);
    expect(await ask206('bytes=-10')).toEqual([206, `bytes ${size - 10}-${size - 1}/${size}`, all.subarray(-10)]);
    expect(await ask206(`bytes=5-${size * 2}`)).toEqual([206, `bytes 5-${size - 1}/${size}`, all.subarray(5)]);
    expect((await ask206(`bytes=${size}-`)).slice(0, 2)).toEqual([416, `bytes */${size}`]);
    expect((await ask206('bytes=9-3'))[0]).toBe(200);
    expect((await ask206('bytes=0-1,4-5'))[0]).toBe(200);
  });

  it('continues only the same object: If-Range by ETag and by date', async () => {
    const { url } = linkTo('video');
    const { headers } = await take(url);
    const status = async (ifRange: string | undefined): Promise<number> =>
      (await take(url, { range: 'bytes=10-', 'if-range': ifRange ?? '' })).status;
    expect(await status(headers.etag)).toBe(206);
    expect(await status(headers['last-modified'])).toBe(206);
    expect(await status('"another"')).toBe(200);
    expect(await status('Tue, 01 Jan 2019 00:00:00 GMT')).toBe(200);
    expect((await take(url, { 'if-none-match': headers.etag ?? '' })).status).toBe(304);
  });

  it('answers HEAD with the headers alone', async () => {
    const { url } = linkTo('audio');
    const head = await fetch(url, { method: 'HEAD' });
    const { bytes, headers } = await take(url);
    expect(
      Object.fromEntries(
        ['content-length', 'content-type', 'etag', 'last-modified'].map((name) => [name, head.headers.get(name)]),
      ),
    ).toEqual({
      'content-length': String(bytes.length),
      'content-type': headers['content-type'],
      etag: headers.etag,
      'last-modified': headers['last-modified'],
    });
    expect((await head.arrayBuffer()).byteLength).toBe(0);
  });

  it('makes some videos large without holding them: ranges of a 6 GB file', async () => {
    const own = await startSandbox({ chats: 1, messages: 1, fixedFileBytes: 20_000, largeFileBytes: 6_000_000_000 });
    const [first] = await walk(own, CHAT);
    const url = first?.list[0]?.media[0]?.files?.full.url ?? '';
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe('6000000000');
    const near = await take(url, { range: 'bytes=5000000000-5000199999' });
    const again = await take(url, { range: 'bytes=5000100000-5000199999' });
    expect(near.bytes.subarray(100_000)).toEqual(again.bytes);
    expect(near.bytes.subarray(0, 100_000)).not.toEqual(again.bytes);
    await own.close();
  });

  it('makes a large video that is a whole MP4', async () => {
    const own = await startSandbox({ chats: 1, messages: 1, fixedFileBytes: 20_000, largeFileBytes: 3_000_000 });
    const [first] = await walk(own, CHAT);
    const { bytes } = await take(first?.list[0]?.media[0]?.files?.full.url ?? '');
    expect(bytes.length).toBe(3_000_000);
    expect(boxes(bytes).at(-1)).toBe('free');
    await own.close();
  });

  it.each([20_000, 40_000, 200_001])('pads a picture to exactly %i bytes', async (size) => {
    const own = await startSandbox({ chats: 1, messages: 20, fixedFileBytes: size });
    const list = (await walk(own, CHAT)).flatMap((page) => page.list);
    expect(list.length).toBe(20);
    const sums = new Set<string>();
    for (const message of list) {
      const { bytes } = await take(message.media[0]?.files?.full.url ?? '');
      expect(bytes.length).toBe(size);
      await expect(pixelsOf({ bytes })).resolves.toBeDefined();
      sums.add(createHash('sha256').update(bytes).digest('hex'));
    }
    expect(sums.size).toBe(20);
    await own.close();
  });
});

describe('links', () => {
  it('end at their time, and say so in a parameter for most items', async () => {
    let now = Date.UTC(2026, 10, 24);
    const own = await startSandbox({ messages: 40, urlLifetimeMs: 60_000, clock: () => now });
    const urls = (await walk(own, CHAT)).flatMap(({ list }) =>
      list.flatMap((m) =>
        m.media.flatMap(({ files, isReady }) => (isReady && files?.full.url ? [files.full.url] : [])),
      ),
    );
    const stated = urls
      .map((url) => new URL(url).searchParams)
      .map((query) => query.get('expires') ?? query.get('Expires'));
    expect(stated.filter((value) => value !== null).every((value) => Number(value) === now / 1000 + 60)).toBe(true);
    expect(stated.includes(null)).toBe(true);
    expect((await take(urls[0] ?? '')).status).toBe(200);
    now += 60_000;
    expect((await take(urls[0] ?? '')).status).toBe(403);
    await own.close();
  });

  it('all end when told to, and a new listing gives working ones', async () => {
    const own = await startSandbox({ messages: 10, fixedFileBytes: 20_000 });
    const link = async (): Promise<string> => (await walk(own, CHAT))[0]?.list[0]?.media[0]?.files?.full.url ?? '';
    const old = await link();
    own.expireLinks();
    expect((await take(old)).status).toBe(403);
    expect((await take(await link())).status).toBe(200);
    await own.close();
  });

  it('cannot be forged', async () => {
    const own = await startSandbox({ messages: 10, fixedFileBytes: 20_000 });
    const media0 = (await walk(own, CHAT))[0]?.list.map((m) => m.media[0]?.files?.full.url ?? '') ?? [];
    const dated = media0.find((url) => url.includes('xpires=')) ?? '';
    const forged = bent(dated, (url) =>
      url.searchParams.set(url.searchParams.has('expires') ? 'expires' : 'Expires', '9999999999'),
    );
    expect((await take(forged)).status).toBe(403);
    expect((await take(bent(dated, (url) => (url.pathname = url.pathname.replace(/_full$/, '_thumb'))))).status).toBe(
      403,
    );
    expect(own.violations.map(({ kind }) => kind)).toEqual(['forged-link', 'forged-link']);
    await own.close();
  });
});

describe('the media host notes', () => {
  it.each([
    ['the key header', { apiKey: 'x' }],
    ['the connection header', { 'x-connection-id': 'x' }],
    ['an authorization', { authorization: 'Bearer x' }],
    ['a cookie', { cookie: 'a=b' }],
  ])('%s', async (_, headers) => {
    const own = await startSandbox({ messages: 1 });
    await take(`${own.media}/v2/nothing`, headers);
    expect(own.violations.map(({ kind }) => kind)).toEqual(['credentials-at-media-host']);
    await own.close();
  });

  it('the key in the address, and never writes it down', async () => {
    const own = await startSandbox({ messages: 1 });
    await take(`${own.media}/v2/nothing?x=${own.key}`);
    await take(`${own.media}/v2/nothing?x=${own.connection}`);
    expect(own.violations.map(({ kind }) => kind)).toEqual(['credentials-at-media-host', 'credentials-at-media-host']);
    expect(JSON.stringify(own.violations)).not.toContain(own.key);
    await own.close();
  });

  it('a POST, which would cost money', async () => {
    const own = await startSandbox({ messages: 1 });
    expect((await fetch(`${own.media}/v2/nothing`, { method: 'POST' })).status).toBe(405);
    expect(own.violations.map(({ kind }) => kind)).toEqual(['method']);
    await own.close();
  });

  it('more requests at once than allowed', async () => {
    const own = await startSandbox({
      messages: 10,
      fixedFileBytes: 20_000,
      maxConcurrent: 2,
      faults: { stall: { match: { endpoint: 'file' } } },
    });
    const urls = (await walk(own, CHAT)).flatMap(({ list }) => list.map((m) => m.media[0]?.files?.full.url ?? ''));
    const leave = new AbortController();
    const responses = await Promise.all(urls.slice(0, 3).map(async (url) => fetch(url, { signal: leave.signal })));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(own.violations.map(({ kind }) => kind)).toEqual(['too-many-at-once']);
    leave.abort();
    await own.close();
  });

  it('each file by id and rendition', async () => {
    sandbox.resetRequests();
    const { id, url } = linkTo('photo');
    const { bytes } = await take(url);
    await fetch(url, { method: 'HEAD' });
    expect(sandbox.requests.byFile).toEqual({ [`${id}/full`]: { get: 1, head: 1, bytes: bytes.length } });
    expect((await ask(sandbox, '/v2/access/self')).status).toBe(200);
    expect(sandbox.violations).toEqual([]);
  });
});
