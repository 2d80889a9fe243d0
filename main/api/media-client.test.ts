import { createServer } from 'node:net';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createMediaClient, knownHost, type MediaClient, type MediaClientOptions } from './media-client.ts';
import { MediaError } from './media-error.ts';
import { type Respond, type TestServer, withServer } from './testing/test-server.ts';

async function withMedia(
  respond: Respond,
  work: (server: TestServer & { client: MediaClient }) => Promise<void>,
  options: MediaClientOptions = {},
): Promise<void> {
  const client = createMediaClient(options);
  try {
    await withServer(respond, (server) => work({ ...server, client }));
  } finally {
    await client.close();
  }
}

/** Aborted by the server of the test that uses it, once the request has come in. */
const stopHead = new AbortController();

const failure = async (promise: Promise<unknown>): Promise<MediaError> => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MediaError)) {
    throw new Error(`no MediaError but ${String(error)}`);
  }
  return error;
};

describe('a fetch', () => {
  it('gives pieces as they came, and none that is empty, to a reader who has fallen behind', async () => {
    const sent = Buffer.alloc(8_000_000, 'chatkeep');
    const more = Promise.withResolvers<undefined>();
    await withMedia(
      (_request, response) => {
        response.writeHead(200, { 'content-length': String(sent.length + 1) });
        response.write(sent);
        void more.promise.then(() => response.end('.'));
      },
      async ({ origin, client }) => {
        const { body } = await client.fetch(`${origin}/a`);
        while (body.readableLength < body.readableHighWaterMark) {
          await othersTurn();
        }
        let bytes = 0;
        for await (const piece of body as AsyncIterable<Buffer>) {
          expect(piece.length).toBeGreaterThan(0);
          bytes += piece.length;
          if (bytes === sent.length) {
            more.resolve(undefined);
          }
        }
        expect(bytes).toBe(sent.length + 1);
      },
    );
  });

  it('is a GET without credentials, and gives headers and bytes', async () => {
    await withMedia(
      (_request, response) => {
        response.writeHead(200, {
          'content-type': 'image/jpeg',
          'content-length': '5',
          etag: '"a"',
          'last-modified': 'Thu, 15 Jan 2026 10:30:00 GMT',
          'accept-ranges': 'bytes',
        });
        response.end('hello');
      },
      async ({ origin, client, seen }) => {
        const response = await client.fetch(`${origin}/v2/opaque?Expires=1`);
        expect(response).toMatchObject({
          status: 200,
          host: new URL(origin).host,
          contentLength: 5,
          contentRange: null,
          contentType: 'image/jpeg',
          etag: '"a"',
          lastModified: 'Thu, 15 Jan 2026 10:30:00 GMT',
          acceptsRanges: true,
          retryAfterMs: null,
        });
        expect((await response.bytes(100)).toString()).toBe('hello');
        expect(seen[0]).toMatchObject({ method: 'GET', url: '/v2/opaque?Expires=1' });
        expect(Object.keys(seen[0]?.headers ?? {}).sort()).toEqual([
          'accept',
          'accept-encoding',
          'connection',
          'host',
          'user-agent',
        ]);
      },
    );
  });

  it('asks for a range of one certain object', async () => {
    await withMedia(
      (_request, response) => {
        response.writeHead(206, { 'content-range': 'bytes 5-9/10', 'content-length': '5' });
        response.end('world');
      },
      async ({ origin, client, seen }) => {
        const response = await client.fetch(`${origin}/x`, { range: { start: 5, end: 9 }, ifRange: '"a"' });
        expect(response.contentRange).toEqual({ start: 5, total: 10 });
        await response.bytes(10);
        await (await client.fetch(`${origin}/x`, { range: { start: 5 } })).bytes(10);
        expect(seen.map((request) => [request.headers.range, request.headers['if-range']])).toEqual([
          ['bytes=5-9', '"a"'],
          ['bytes=5-', undefined],
        ]);
        expect((await failure(client.fetch(`${origin}/x`, { range: { start: 5, end: 4 } }))).code).toBe('url_refused');
      },
    );
  });

  it('gives every status to the caller, with what the host says about waiting', async () => {
    await withMedia(
      (request, response) => {
        response.writeHead(Number(request.url?.slice(1)), { 'retry-after': '3', 'content-range': 'bytes */10' });
        response.end('no');
      },
      async ({ origin, client }) => {
        for (const status of [403, 404, 410, 416, 429, 503]) {
          const response = await client.fetch(`${origin}/${status}`);
          expect([response.status, response.retryAfterMs, response.contentRange]).toEqual([
            status,
            3000,
            { start: 0, total: 10 },
          ]);
          response.body.destroy();
        }
      },
    );
  });

  it('gives a large body piece by piece and stops the host when the reader stops', async () => {
    const piece = Buffer.alloc(256 * 1024, 1);
    await withMedia(
      (_request, response) => {
        let sent = 0;
        const more = (): void => {
          while (sent < 40) {
            sent += 1;
            if (!response.write(piece)) {
              response.once('drain', more);
              return;
            }
          }
          response.end();
        };
        more();
      },
      async ({ origin, client }) => {
        const whole = await client.fetch(`${origin}/x`);
        let bytes = 0;
        for await (const chunk of whole.body as AsyncIterable<Buffer>) {
          bytes += chunk.length;
        }
        expect(bytes).toBe(40 * piece.length);
        const cut = await client.fetch(`${origin}/x`);
        for await (const chunk of cut.body as AsyncIterable<Buffer>) {
          expect(chunk.length).toBeGreaterThan(0);
          break;
        }
        expect(cut.body.destroyed).toBe(true);
        expect((await failure((await client.fetch(`${origin}/x`)).bytes(1000))).code).toBe('too_large');
      },
    );
  });
});

describe('faults', () => {
  it('are typed: refused, reset, cut short, packed as nobody asked', async () => {
    const gone = await withServer(
      () => undefined,
      (server) => Promise.resolve(server.origin),
    );
    await withMedia(
      (request, response) => {
        switch (request.url) {
          case '/reset':
            request.socket.destroy();
            return;
          case '/cut':
            response.writeHead(200, { 'content-length': '500' });
            response.write('x');
            setImmediate(() => response.destroy());
            return;
          case '/gzip':
            response.writeHead(200, { 'content-encoding': 'gzip' });
            response.end('x');
            return;
          default:
            return;
        }
      },
      async ({ origin, client }) => {
        const bytes = async (path: string): Promise<Buffer> => (await client.fetch(origin + path)).bytes(1000);
        expect(await failure(client.fetch(`${gone}/x`))).toMatchObject({
          code: 'network',
          detail: 'ECONNREFUSED',
          retryable: true,
        });
        expect((await failure(bytes('/reset'))).code).toBe('network');
        expect((await failure(bytes('/cut'))).code).toBe('network');
        expect((await failure(bytes('/gzip'))).code).toBe('bad_response');
      },
    );
  });

  it('are typed: silent before an answer', async () => {
    await withMedia(
      () => undefined,
      async ({ origin, client }) => {
        expect((await failure(client.fetch(`${origin}/silent`))).code).toBe('timeout');
      },
      { timeouts: { firstByteMs: 60 } },
    );
  });

  it('are typed: silent in the middle of a body', async () => {
    await withMedia(
      (_request, response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('x');
      },
      async ({ origin, client }) => {
        const response = await client.fetch(`${origin}/stall`);
        expect((await failure(response.bytes(1000))).code).toBe('stalled');
      },
      { timeouts: { stallMs: 60 } },
    );
  });

  it('of a host that does not speak HTTP are typed too', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('SSH-2.0-hello\r\n'));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const client = createMediaClient();
    const { port } = server.address() as AddressInfo;
    expect((await failure(client.fetch(`http://127.0.0.1:${port}/x`))).code).toBe('bad_response');
    await client.close();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  });

  it('by the caller: an abort ends a fetch before, during and after its head', async () => {
    await withMedia(
      (request, response) => {
        if (request.url === '/body') {
          response.writeHead(200);
          response.write('x');
        }
        if (request.url === '/head') {
          stopHead.abort();
        }
      },
      async ({ origin, client }) => {
        expect((await failure(client.fetch(`${origin}/x`, { signal: AbortSignal.abort() }))).code).toBe('aborted');
        expect((await failure(client.fetch(`${origin}/head`, { signal: stopHead.signal }))).code).toBe('aborted');
        const stop = new AbortController();
        const response = await client.fetch(`${origin}/body`, { signal: stop.signal });
        const reading = failure(response.bytes(10));
        stop.abort();
        expect((await reading).code).toBe('aborted');
      },
    );
  });

  it('in a body that nobody reads yet wait for the reader instead of ending the process', async () => {
    const cut = Promise.withResolvers<undefined>();
    await withMedia(
      (_request, response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('x');
        response.once('close', () => cut.resolve(undefined));
        setImmediate(() => response.destroy());
      },
      async ({ origin, client }) => {
        const response = await client.fetch(`${origin}/x`);
        await cut.promise;
        await othersTurn();
        // What came before the fault is read first.
        const pieces: AsyncIterator<Buffer> = response.body[Symbol.asyncIterator]();
        expect((await pieces.next()).value).toEqual(Buffer.from('x'));
        expect((await failure(pieces.next())).code).toBe('network');
      },
    );
  });

  it('by closing: what is under way fails', async () => {
    const client = createMediaClient();
    await withServer(
      (_request, response) => {
        response.writeHead(200);
        response.write('x');
      },
      async ({ origin }) => {
        const response = await client.fetch(`${origin}/x`);
        const reading = failure(response.bytes(10));
        await client.close();
        expect((await reading).code).toBe('aborted');
        expect((await failure(client.fetch(`${origin}/x`))).code).toBe('aborted');
      },
    );
  });
});

describe('redirects', () => {
  const hop: Respond = (request, response) => {
    const left = Number(new URL(request.url ?? '', 'http://x').searchParams.get('n'));
    if (left === 0) {
      response.end('there');
      return;
    }
    response.writeHead(302, { location: `/x?n=${left - 1}` });
    response.end('moved');
  };

  it('are followed three times at most', async () => {
    await withMedia(hop, async ({ origin, client, seen }) => {
      expect((await (await client.fetch(`${origin}/x?n=3`)).bytes(10)).toString()).toBe('there');
      expect(seen).toHaveLength(4);
      expect((await failure(client.fetch(`${origin}/x?n=4`))).code).toBe('redirect_refused');
    });
  });

  it('go nowhere a media URL itself might not go', async () => {
    for (const location of [
      'http://media.example/x',
      'ftp://a/b',
      'file:///etc/passwd',
      'https://user:pass@media.example/x',
      'http://',
    ]) {
      await withMedia(
        (_request, response) => {
          response.writeHead(302, { location });
          response.end();
        },
        async ({ origin, client }) => {
          expect((await failure(client.fetch(`${origin}/x`))).code).toBe('redirect_refused');
        },
      );
    }
  });
});

describe('hosts', () => {
  it('of the service are known, look-alikes are not', () => {
    for (const host of ['media.ofauth.com', 'ofauth.com', 'cdn2.onlyfans.com', '127.0.0.1', 'localhost', '[::1]']) {
      expect(knownHost(host)).toBe('ok');
    }
    for (const host of ['evil-ofauth.com', 'ofauth.com.evil.example', '127.0.0.1.evil.example', 'media.example']) {
      expect(knownHost(host)).toBe('warn');
    }
  });

  it('that are unknown are told once each', async () => {
    const told: string[] = [];
    await withMedia(
      (_request, response) => response.end('x'),
      async ({ origin, client }) => {
        await (await client.fetch(`${origin}/a`)).bytes(10);
        await (await client.fetch(`${origin}/b`)).bytes(10);
        expect(told).toEqual(['127.0.0.1']);
      },
      { allowHost: () => 'warn', onUnknownHost: (host) => told.push(host) },
    );
  });

  it('are asked over https alone, but for this machine', async () => {
    const client = createMediaClient();
    for (const url of [
      'http://media.example/x',
      'http://127.0.0.1.evil.example/x',
      'http://localhost@evil.example/x',
      'https://a:b@media.example/x',
      'ftp://a/b',
      'x',
    ]) {
      expect((await failure(client.fetch(url))).code).toBe('url_refused');
    }
    await client.close();
  });
});

/** What a JPEG begins with, and words behind it that any packing makes shorter. */
const PICTURE = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('picture '.repeat(2_000))]);

describe('Content-Encoding', () => {
  const answering =
    (encoding: string, body: Buffer, status = 200, headers: Record<string, string> = {}): Respond =>
    (_request, response) => {
      const length = String(body.length);
      response.writeHead(status, { 'content-encoding': encoding, 'content-length': length, etag: '"a"', ...headers });
      response.end(body);
    };

  it.each(['aws-chunked', '', 'UTF-8', 'binary', 'identity, identity', 'none', 'aws-chunked,identity'])(
    '"%s" packs nothing: the bytes, their length and their validator count',
    async (encoding) => {
      await withMedia(answering(encoding, PICTURE), async ({ origin, client }) => {
        const response = await client.fetch(`${origin}/a`);
        expect([response.contentLength, response.etag]).toEqual([PICTURE.length, '"a"']);
        expect((await response.bytes(1e6)).equals(PICTURE)).toBe(true);
      });
    },
  );

  it.each([
    ['gzip', gzipSync(PICTURE)],
    ['X-GZIP', gzipSync(PICTURE)],
    ['br', brotliCompressSync(PICTURE)],
    ['zstd', zstdCompressSync(PICTURE)],
    ['gzip, br', brotliCompressSync(gzipSync(PICTURE))],
  ] as const)(
    '%s is unpacked; the length and validator of the packing are not those of the file',
    async (encoding, body) => {
      await withMedia(answering(encoding, body), async ({ origin, client }) => {
        const response = await client.fetch(`${origin}/a`);
        expect([response.contentLength, response.etag, response.acceptsRanges]).toEqual([null, null, false]);
        expect((await response.bytes(1e6)).equals(PICTURE)).toBe(true);
      });
    },
  );

  it('bytes that are media as they come were only labelled', async () => {
    for (const encoding of ['gzip', 'br', 'zstd']) {
      await withMedia(answering(encoding, PICTURE), async ({ origin, client }) => {
        expect((await (await client.fetch(`${origin}/a`)).bytes(1e6)).equals(PICTURE)).toBe(true);
      });
    }
  });

  it('a range of a packing is no range of the file', async () => {
    const packed = gzipSync(PICTURE).subarray(10);
    const respond = answering('gzip', packed, 206, {
      'content-range': `bytes 10-${packed.length + 9}/${packed.length + 10}`,
    });
    await withMedia(respond, async ({ origin, client }) => {
      const response = await client.fetch(`${origin}/a`, { range: { start: 10 } });
      expect([response.status, response.contentRange]).toEqual([206, null]);
      response.body.destroy();
    });
  });

  it.each([
    ['gzip', gzipSync(PICTURE).subarray(0, 60)],
    ['br', Buffer.from('no packing at all, and no media either')],
  ] as const)('a damaged %s body is a broken answer', async (encoding, body) => {
    await withMedia(answering(encoding, body), async ({ origin, client }) => {
      const response = await client.fetch(`${origin}/a`);
      expect(await failure(response.bytes(1e6))).toMatchObject({ code: 'bad_response', detail: 'content-encoding' });
    });
  });

  it('a packing that nobody here can undo is refused', async () => {
    await withMedia(answering('compress', PICTURE), async ({ origin, client }) => {
      expect(await failure(client.fetch(`${origin}/a`))).toMatchObject({ code: 'bad_response' });
    });
  });

  it('20 kB of headers are read', async () => {
    const policies = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`x-policy-${index}`, 'p'.repeat(1000)]),
    );
    await withMedia(answering('identity', PICTURE, 200, policies), async ({ origin, client }) => {
      expect((await (await client.fetch(`${origin}/a`)).bytes(1e6)).length).toBe(PICTURE.length);
    });
  });
});
