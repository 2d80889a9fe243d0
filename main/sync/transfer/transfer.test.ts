import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaError } from '../../api/media-error.ts';
import { StoreError } from '../../files/interface.ts';
import { filesBelow, mp4, sha256, streamOf } from '../../files/testing/test-library.ts';
import { DiskRoom } from './disk-room.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { type Answer, cutAfter, emptyBody, errorPage, honest, MediaHost, status } from '../testing/media-host.ts';
import { resumeValidator } from './resume-validator.ts';
import type { TransferPorts } from './segmented-transfer.ts';
import { transfer, type TransferResult } from './transfer.ts';

const NAME = '1-2-full';
const SMALL = mp4(100_000, 1);
const LARGE = mp4(3_000_000, 2);

let host: MediaHost;
let clock: FakeClock;

beforeEach(async () => {
  clock = new FakeClock();
  host = await MediaHost.start(LARGE);
});
afterEach(async () => {
  await host.end();
});

function get(rest: Partial<TransferPorts> = {}, signal = new AbortController().signal): Promise<TransferResult> {
  const room = new DiskRoom(host.store, clock);
  return transfer({ media: host.client, store: host.store, room, clock, ...rest }, NAME, host.url(), signal);
}

/** Cuts a first try short; answers how many bytes of it are kept. */
async function cutShort(bytes: number): Promise<number> {
  host.next.push(cutAfter(bytes));
  await expect(get()).rejects.toThrow(MediaError);
  const offset = (await host.store.part(NAME))?.offset ?? 0;
  expect(offset).toBeGreaterThan(0);
  return offset;
}

async function expectStored(result: TransferResult, bytes: Buffer, resumed: boolean): Promise<void> {
  expect(result).toMatchObject({ kind: 'stored', resumed, blob: { sha256: sha256(bytes), bytes: bytes.length } });
  expect(await host.store.part(NAME)).toBeNull();
  const left = await filesBelow(host.store.root);
  expect(left.filter((path) => path.includes('.part') || path.includes(NAME))).toEqual([]);
}

describe('a file', () => {
  test.each([
    ['small', SMALL],
    ['large', LARGE],
  ])('that is %s comes with one request for the whole', async (_size, body) => {
    host.body = body;
    await expectStored(await get(), body, false);
    expect(host.requests).toEqual([{ path: '/object', range: null, ifRange: null }]);
  });

  test('of unknown length is taken as it comes', async () => {
    host.next.push((_request, response) => {
      response.writeHead(200, host.headers());
      response.write(LARGE.subarray(0, 1_000));
      response.end(LARGE.subarray(1_000));
    });
    await expectStored(await get(), LARGE, false);
  });

  test('tells its bytes as they come, the small one too', async () => {
    for (const body of [SMALL, LARGE]) {
      host.body = body;
      const told: number[] = [];
      await get({ onBytes: (done) => told.push(done) });
      expect(told.at(-1)).toBe(body.length);
      expect(told).toEqual([...told].sort((a, b) => a - b));
    }
  });
});

describe('a cut file', () => {
  test('goes on where it was, guarded by the ETag', async () => {
    const offset = await cutShort(2_000_000);
    const told: number[] = [];
    const result = await get({ onBytes: (done) => told.push(done) });
    await expectStored(result, LARGE, true);
    expect(result).toMatchObject({ wastedBytes: 0 });
    expect(host.requests.at(-1)).toEqual({ path: '/object', range: `bytes=${offset}-`, ifRange: '"v1"' });
    expect(told.every((done) => done > offset)).toBe(true);
  });

  test('goes on guarded by Last-Modified where the ETag is weak', async () => {
    host.etag = 'W/"v1"';
    host.lastModified = 'Wed, 01 Jan 2025 00:00:00 GMT';
    await cutShort(2_000_000);
    await expectStored(await get(), LARGE, true);
    expect(host.requests.at(-1)?.ifRange).toBe(host.lastModified);
  });

  test('begins anew where the host gives nothing to guard it by', async () => {
    host.etag = null;
    await cutShort(2_000_000);
    await expectStored(await get(), LARGE, false);
    expect(host.requests.at(-1)?.range).toBeNull();
  });

  test('begins anew when the object has changed', async () => {
    const offset = await cutShort(2_000_000);
    host.body = mp4(2_500_000, 3);
    host.etag = '"v2"';
    const result = await get();
    await expectStored(result, host.body, false);
    expect(result).toMatchObject({ wastedBytes: offset });
    expect(host.requests).toHaveLength(2);
  });

  test('leaves no part behind when the object has become a small one', async () => {
    await cutShort(2_000_000);
    host.body = SMALL;
    host.etag = '"v2"';
    await expectStored(await get(), SMALL, false);
  });

  test('begins anew at a host that knows no ranges', async () => {
    await cutShort(2_000_000);
    host.ranges = false;
    await expectStored(await get(), LARGE, false);
  });

  test('is not spliced with a range of a packed answer', async () => {
    await cutShort(2_000_000);
    host.next.push((_request, response) => {
      const packed = gzipSync(LARGE);
      const rest = packed.subarray(1_000_000);
      response.writeHead(206, {
        ...host.headers(),
        'content-encoding': 'gzip',
        'content-length': rest.length,
        'content-range': `bytes 1000000-${packed.length - 1}/${packed.length}`,
      });
      response.end(rest);
    });
    await expectStored(await get(), LARGE, false);
    expect(host.requests).toHaveLength(3);
  });

  test('that came packed begins anew, and is unpacked', async () => {
    const packed = gzipSync(LARGE);
    const head = { ...host.headers(), 'content-encoding': 'gzip', 'content-length': packed.length };
    host.next.push((_request, response) => {
      response.writeHead(200, head);
      response.write(packed.subarray(0, 2_000_000), () => {
        response.destroy();
      });
    });
    await expect(get()).rejects.toThrow(MediaError);
    host.next.push((_request, response) => {
      response.writeHead(200, head);
      response.end(packed);
    });
    await expectStored(await get(), LARGE, false);
    expect(host.requests.at(-1)?.range).toBeNull();
  });

  test('begins anew after 416', async () => {
    const offset = await cutShort(2_000_000);
    host.next.push(status(416));
    const result = await get();
    await expectStored(result, LARGE, false);
    expect(result).toMatchObject({ wastedBytes: offset });
    expect(host.requests.map(({ range }) => range)).toEqual([null, `bytes=${offset}-`, null]);
  });

  test('begins anew when the host sends another range than it was asked for', async () => {
    const offset = await cutShort(2_000_000);
    host.next.push((_request, response) => {
      const range = `bytes 0-9/${LARGE.length}`;
      response.writeHead(206, { ...host.headers(), 'content-length': 10, 'content-range': range });
      response.end(LARGE.subarray(0, 10));
    });
    await expectStored(await get(), LARGE, false);
    expect(host.requests.map(({ range }) => range)).toEqual([null, `bytes=${offset}-`, null]);
  });

  test('keeps its part when an error page comes under a good status', async () => {
    const offset = await cutShort(2_000_000);
    host.next.push(errorPage);
    await expect(get()).rejects.toMatchObject({ code: 'not_media' });
    expect((await host.store.part(NAME))?.offset).toBe(offset);
    await expectStored(await get(), LARGE, true);
  });

  test('that has all its bytes already is finished without a request', async () => {
    const cutAtTheEnd = host.store.putStream(NAME, streamOf(LARGE, 65_536, LARGE.length), {
      offset: 0,
      totalBytes: LARGE.length,
      contentType: host.type,
      etag: host.etag,
      lastModified: null,
      signal: new AbortController().signal,
    });
    await expect(cutAtTheEnd).rejects.toThrow('connection lost');
    expect(await host.store.part(NAME)).toMatchObject({ offset: LARGE.length, totalBytes: LARGE.length });
    await expectStored(await get(), LARGE, true);
    expect(host.requests).toEqual([]);
  });
});

test('a small file on a slow line goes to a part, so that a cut loses little', async () => {
  host.body = SMALL;
  host.next.push((_request, response) => {
    response.writeHead(200, { ...host.headers(), 'content-length': SMALL.length });
    response.write(SMALL.subarray(0, 60_000));
    slow = (): void => {
      response.write(SMALL.subarray(60_000, 80_000), () => {
        response.destroy();
      });
    };
  });
  let slow = (): void => undefined;
  let chunks = 0;
  const onBytes = (): void => {
    chunks += 1;
    if (chunks === 1) {
      clock.advance(1_001);
      slow();
    }
  };
  await expect(get({ onBytes })).rejects.toThrow(MediaError);
  const offset = (await host.store.part(NAME))?.offset ?? 0;
  expect(offset).toBeGreaterThan(0);
  await expectStored(await get(), SMALL, true);
  expect(host.requests.at(-1)?.range).toBe(`bytes=${offset}-`);
});

describe('an answer that is no file', () => {
  test.each([401, 403, 404, 410])('%i means that the link is dead', async (code) => {
    host.next.push(status(code));
    expect(await get()).toEqual({ kind: 'dead', status: code });
  });

  test('429 and 503 are a pause, as long as the host says', async () => {
    host.next.push(status(429, { 'retry-after': '7' }), status(503));
    expect(await get()).toEqual({ kind: 'refused', status: 429, retryAfterMs: 7_000 });
    expect(await get()).toEqual({ kind: 'refused', status: 503, retryAfterMs: null });
  });

  test('any other status is told as it is', async () => {
    host.next.push(status(500), status(204));
    expect(await get()).toEqual({ kind: 'http', status: 500 });
    expect(await get()).toEqual({ kind: 'http', status: 204 });
  });

  test.each([
    ['an error page', errorPage, 'not_media'],
    ['an empty body', emptyBody, 'empty'],
  ])('%s is refused and nothing is left', async (_name, answer, code) => {
    host.next.push(answer);
    await expect(get()).rejects.toMatchObject({ code });
    expect(await host.store.part(NAME)).toBeNull();
  });
});

test('without room nothing is read of the body, and the connection is let go', async () => {
  const full = new DiskRoom(
    { ensureRoom: (needed) => Promise.reject(new StoreError('disk_full', 'full', { needed })) },
    clock,
  );
  const closed = new Promise<void>((resolve) => {
    host.next.push((_request, response) => {
      response.on('close', resolve);
      response.writeHead(200, { ...host.headers(), 'content-length': LARGE.length });
      response.write(LARGE.subarray(0, 1_000));
    });
  });
  await expect(get({ room: full })).rejects.toMatchObject({ code: 'disk_full', needed: LARGE.length });
  await closed;
  expect(await host.store.part(NAME)).toBeNull();
});

test('a weak ETag is never used to guard a range', () => {
  const part = { offset: 1, totalBytes: 2, lastModified: null };
  expect(resumeValidator({ ...part, etag: '"a"' })).toBe('"a"');
  expect(resumeValidator({ ...part, etag: 'W/"a"' })).toBeNull();
  expect(resumeValidator({ ...part, etag: 'W/"a"', lastModified: 'then' })).toBe('then');
});

/** Small enough for memory, and large enough for a part. */
const BODIES = [
  ['small', SMALL],
  ['large', LARGE],
] as const;

describe('a file whose container ends early', () => {
  const last = (body: Buffer): string => `bytes=${body.length - 1}-`;

  test.each(BODIES)('is kept as odd, when it is %s, after a second look that costs one byte', async (_size, whole) => {
    host.body = whole.subarray(0, -2);
    const result = await get();
    await expectStored(result, host.body, false);
    expect(result).toMatchObject({ blob: { odd: 'cut_inside' } });
    expect(host.requests.map(({ range }) => range)).toEqual([null, last(host.body)]);
  });

  test.each(BODIES)('is kept as odd at a host without ranges, when it is %s', async (_size, whole) => {
    host.body = whole.subarray(0, -2);
    host.ranges = false;
    expect(await get()).toMatchObject({ blob: { sha256: sha256(host.body), odd: 'cut_inside' } });
    expect(host.requests).toHaveLength(2);
  });

  test.each(BODIES)('is refused when the host has more of it, when it is %s', async (_size, whole) => {
    host.body = whole;
    host.next.push((_request, response) => {
      const cut = whole.subarray(0, -2);
      response.writeHead(200, { ...host.headers(), 'content-length': cut.length });
      response.end(cut);
    });
    await expect(get()).rejects.toMatchObject({ name: 'StoreError', code: 'damaged' });
    expect(await host.store.part(NAME)).toBeNull();
    expect(host.requests).toHaveLength(2);
    await expectStored(await get(), whole, false);
  });

  test('is refused when the object is another by now', async () => {
    host.body = SMALL.subarray(0, -2);
    host.onRequest = (count) => {
      host.etag = `"v${count}"`;
    };
    await expect(get()).rejects.toMatchObject({ code: 'damaged' });
  });

  test('is not fetched again when the second look fails', async () => {
    host.body = LARGE.subarray(0, -2);
    host.next.push(honest, (_request, response) => {
      response.destroy();
    });
    await expect(get()).rejects.toThrow(MediaError);
    await expectStored(await get(), host.body, true);
    expect(host.requests.map(({ range }) => range)).toEqual([null, last(host.body), last(host.body)]);
  });

  test.each(BODIES)('is kept as odd when it comes packed, when it is %s', async (_size, whole) => {
    const cut = whole.subarray(0, -2);
    const packed: Answer = (_request, response) => {
      response.writeHead(200, { ...host.headers(), 'content-encoding': 'gzip' });
      response.end(gzipSync(cut));
    };
    host.next.push(packed, packed);
    await expectStored(await get(), cut, false);
    expect(host.requests).toHaveLength(2);
  });

  test('is kept as odd when it came in several ranges', async () => {
    host.body = LARGE.subarray(0, -2);
    host.acceptRanges = true;
    const segments = { minBytes: 0, judgeAfterBytes: 1, slowBytesPerSecond: Number.POSITIVE_INFINITY, segments: 2 };
    expect(await get({ segments })).toMatchObject({ blob: { sha256: sha256(host.body), odd: 'cut_inside' } });
    expect(host.requests.at(-1)?.range).toBe(last(host.body));
  });
});
