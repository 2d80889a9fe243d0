import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdtemp, readlink, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServedFile } from '../../app/media/media-files.ts';
import { answerMedia } from './media-answer.ts';

const SIZE = 700_001;
const bytes = Buffer.from(Uint8Array.from({ length: SIZE }, (_, at) => (at * 31 + (at >> 8)) % 256));
const tag = createHash('sha256').update(bytes).digest('hex');
const MODIFIED = Date.UTC(2025, 5, 1, 12, 0, 0, 500);
const URL_OF = 'http://127.0.0.1/media/1/2/full';

let folder: string;
let path: string;
let damaged: string[];
let served: ServedFile;
/** What each question for a small picture is answered with, in turn. */
let thumbs: ServedFile[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-http-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  path = join(folder, 'file.mp4');
  await writeFile(path, bytes);
  damaged = [];
  thumbs = [];
  served = { path, bytes: SIZE, mime: 'video/mp4', tag, modifiedAt: MODIFIED, name: '2-full.mp4' };
});

const files = {
  media: (accountId: number, mediaId: number) => Promise.resolve(accountId === 1 && mediaId === 2 ? served : null),
  thumb: () => Promise.resolve(thumbs.shift() ?? null),
  download: (accountId: number, mediaId: number) =>
    Promise.resolve(
      accountId === 1 && mediaId === 2 && served !== null
        ? { ...served, name: '2025-06-01 040302 2.mp4', asDownload: true }
        : null,
    ),
  damaged: (accountId: number, mediaId: number) => {
    damaged.push(`${String(accountId)}/${String(mediaId)}`);
  },
};
const ask = (headers: Record<string, string> = {}, init: RequestInit = {}, url = URL_OF): Promise<Response> =>
  answerMedia(files, new Request(url, { headers, ...init }));
const body = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

/** Open files of this process below the folder; only where the system shows them. */
async function openFiles(): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd').catch(() => [])).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.startsWith(folder));
}

describe('a download', () => {
  test('has the name of an export, also what could be shown', async () => {
    const response = await ask({}, {}, `${URL_OF}?download`);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="2025-06-01 040302 2.mp4"');
    expect((await body(response)).length).toBe(SIZE);
  });

  test('is asked for in one way only, and no name comes from the address', async () => {
    for (const query of ['?download=evil.exe', '?download&x', '?DOWNLOAD', '?x=download']) {
      const response = await ask({}, {}, `${URL_OF}${query}`);
      expect(response.headers.get('content-disposition')).toBe('inline; filename="2-full.mp4"');
      await response.body?.cancel();
    }
  });
});

test('a picture that was drawn and nowhere kept is sent as it is', async () => {
  served = { ...served, drawn: new Uint8Array([1, 2, 3]), bytes: null, mime: 'image/webp' };
  const response = await ask();
  expect([response.status, response.headers.get('content-type'), response.headers.get('content-length')]).toEqual([
    200,
    'image/webp',
    '3',
  ]);
  expect([...(await body(response))]).toEqual([1, 2, 3]);
  expect(await body(await ask({}, { method: 'HEAD' }))).toHaveLength(0);
  expect((await ask({ 'if-none-match': `"${tag}"` })).status).toBe(304);
});

test('a small picture that was cleared away before it was read is drawn again, and no file is called damaged', async () => {
  const cleared = { ...served, path: join(folder, 'cleared.webp'), bytes: null, mime: 'image/webp' };
  thumbs = [cleared, { ...cleared, path }];
  const response = await ask({}, {}, 'http://127.0.0.1/thumb/1/2/160');
  expect(response.status).toBe(200);
  expect((await body(response)).equals(bytes)).toBe(true);
  thumbs = [cleared, cleared];
  expect((await ask({}, {}, 'http://127.0.0.1/thumb/1/2/160')).status).toBe(410);
  expect(damaged).toEqual([]);
});

describe('a stored file', () => {
  test('comes whole, with its type, length, tag and time', async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(SIZE),
      'accept-ranges': 'bytes',
      etag: `"${tag}"`,
      'last-modified': 'Sun, 01 Jun 2025 12:00:00 GMT',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-disposition': 'inline; filename="2-full.mp4"',
    });
    expect(response.headers.get('content-security-policy')).toMatch(/(^|; )sandbox$/);
    expect((await body(response)).equals(bytes)).toBe(true);
    expect(await openFiles()).toEqual([]);
  });

  test('answers any range with just these bytes', async () => {
    const range = fc.oneof(
      fc.tuple(fc.nat(SIZE + 10), fc.nat(SIZE + 10)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
      fc.nat(SIZE + 10).map((start) => [start, null] as const),
      fc.integer({ min: 1, max: SIZE + 10 }).map((length) => [null, length] as const),
    );
    await fc.assert(
      fc.asyncProperty(range, async ([first, last]) => {
        const response = await ask({ range: `bytes=${String(first ?? '')}-${String(last ?? '')}` });
        const start = first ?? Math.max(0, SIZE - (last ?? 0));
        const end = first === null ? SIZE - 1 : Math.min(last ?? SIZE - 1, SIZE - 1);
        if (start >= SIZE) {
          expect(response.status).toBe(416);
          expect(response.headers.get('content-range')).toBe(`bytes */${String(SIZE)}`);
          return;
        }
        expect(response.status).toBe(206);
        expect(response.headers.get('content-range')).toBe(`bytes ${String(start)}-${String(end)}/${String(SIZE)}`);
        expect(response.headers.get('content-length')).toBe(String(end - start + 1));
        expect((await body(response)).equals(bytes.subarray(start, end + 1))).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(await openFiles()).toEqual([]);
  });

  test('comes whole when several ranges are asked for, or one that makes no sense', async () => {
    for (const range of ['bytes=0-1,5-6', 'bytes=5-3', 'chapters=1-2', 'bytes=x']) {
      const response = await ask({ range });
      expect([range, response.status, (await body(response)).length]).toEqual([range, 200, SIZE]);
    }
  });

  test('answers HEAD like GET without a body, and no other method', async () => {
    const head = await ask({ range: 'bytes=0-9' }, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), (await body(head)).length]).toEqual([
      200,
      String(SIZE),
      0,
    ]);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const refused = await ask({}, { method });
      expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  test.each([
    ['the tag', `"${tag}"`, 206],
    ['another tag', '"other"', 200],
    ['a weak tag', `W/"${tag}"`, 200],
    ['its time', 'Sun, 01 Jun 2025 12:00:00 GMT', 206],
    ['a later time', 'Sun, 01 Jun 2025 12:00:01 GMT', 200],
    ['nonsense', 'yesterday', 200],
  ])('takes a range guarded by %s', async (_what, guard, status) => {
    const response = await ask({ range: 'bytes=10-19', 'if-range': guard });
    expect(response.status).toBe(status);
    expect((await body(response)).length).toBe(status === 206 ? 10 : SIZE);
  });

  test.each([
    ['if-none-match', `"${tag}"`, 304],
    ['if-none-match', `W/"${tag}"`, 304],
    ['if-none-match', `"a", "${tag}"`, 304],
    ['if-none-match', '*', 304],
    ['if-none-match', '"other"', 200],
    ['if-modified-since', 'Sun, 01 Jun 2025 12:00:00 GMT', 304],
    ['if-modified-since', 'Sun, 01 Jun 2025 11:59:59 GMT', 200],
    ['if-modified-since', 'yesterday', 200],
  ])('%s: %s', async (name, value, status) => {
    const response = await ask({ [name]: value });
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe(`"${tag}"`);
    await response.body?.cancel();
  });

  test('an empty file has no ranges', async () => {
    await truncate(path, 0);
    served = { ...served, bytes: 0 };
    const whole = await ask();
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '0']);
    expect((await ask({ range: 'bytes=0-' })).status).toBe(416);
  });
});

describe('a page that leaves', () => {
  test('in the middle of a file closes it', async () => {
    const response = await ask();
    const reader = response.body?.getReader();
    await reader?.read();
    expect((await openFiles()).length).toBe(process.platform === 'linux' ? 1 : 0);
    await reader?.cancel();
    expect(await openFiles()).toEqual([]);
  });

  test('before it reads, by aborting its request, closes it', async () => {
    const controller = new AbortController();
    const response = await ask({}, { signal: controller.signal });
    controller.abort();
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(await openFiles()).toEqual([]);
    expect(damaged).toEqual([]);
  });

  test('gets the file in pieces, not at once', async () => {
    const response = await ask();
    const sizes: number[] = [];
    for await (const chunk of response.body ?? []) {
      sizes.push(Buffer.from(chunk).byteLength);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(SIZE);
  });
});

describe('a file that is not as the index says', () => {
  test('is gone, told, and no crash', async () => {
    await rm(path);
    expect((await ask()).status).toBe(410);
    await writeFile(path, bytes.subarray(1));
    expect((await ask()).status).toBe(410);
    expect(damaged).toEqual(['1/2', '1/2']);
  });

  test('or becomes shorter while it is read, breaks off', async () => {
    const response = await ask();
    await truncate(path, 300_000);
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(damaged).toEqual(['1/2']);
    expect(await openFiles()).toEqual([]);
  });

  test('or is a folder, is gone', async () => {
    served = { ...served, path: folder, bytes: null };
    expect((await ask()).status).toBe(410);
  });
});

test('what the index does not name is not found', async () => {
  expect((await ask({}, {}, 'http://127.0.0.1/media/1/3/full')).status).toBe(404);
  expect((await ask({}, {}, 'http://127.0.0.1/thumb/1/2/160')).status).toBe(404);
});
