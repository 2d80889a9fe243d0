import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type LookupFunction } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, type ApiClientOptions, createApiClient } from './client.ts';
import { ApiError, toAppError } from './errors.ts';
import { createLimiter } from './limiter.ts';
import { createMediaClient, type MediaClient, type MediaTimeouts } from './media-client.ts';
import { MediaError } from './media-error.ts';
import { proxyFrom } from './proxy-settings.ts';
import { type NetworkSettings } from './routes.ts';
import { createTestClock } from './testing/test-server.ts';
import {
  type Authority,
  connectProxy,
  type Listening,
  makeAuthority,
  type Proxy,
  tlsServer,
} from './testing/company.ts';

const KEY = 'sk_secret_key';
let company: Authority;
let stranger: Authority;
const open: { close(): Promise<void> | void }[] = [];

beforeAll(() => {
  company = makeAuthority();
  stranger = makeAuthority();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (each) => each.close()));
});
afterAll(() => {
  company.remove();
  stranger.remove();
});

function opened<T extends { close(): Promise<void> | void }>(thing: T): T {
  open.push(thing);
  return thing;
}

/** Answers both as the API and as a media host. */
async function server(authority: Authority): Promise<Listening> {
  return opened(
    await tlsServer(authority, (request, response) => {
      const isApi = request.url?.startsWith('/v2/') === true;
      response.writeHead(200, { 'content-type': isApi ? 'application/json' : 'image/jpeg' });
      response.end(isApi ? '{"list":[],"hasMore":false}' : 'picture');
    }),
  );
}

/** Any proxy settings, with the company's authority from a file as NODE_EXTRA_CA_CERTS names one. */
function network(env: Record<string, string> = {}): NetworkSettings {
  return { proxyFor: proxyFrom(env, null), extraAuthorities: company.file };
}

function api(apiBase: string, settings = network(), rest: Partial<ApiClientOptions> = {}): ApiClient {
  const clock = createTestClock('auto');
  const limiter = createLimiter({ ratePerMinute: 0, clock });
  return opened(
    createApiClient({ apiBase, key: KEY, connectionId: 'conn_a', limiter, clock, network: settings, ...rest }),
  );
}

const media = (settings = network(), timeouts: Partial<MediaTimeouts> = {}): MediaClient =>
  opened(createMediaClient({ network: settings, timeouts }));

async function failure(promise: Promise<unknown>): Promise<ApiError | MediaError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError || error instanceof MediaError) {
    return error;
  }
  throw new Error(`no error of a client but ${String(error)}`);
}

const proxied = (proxy: Proxy, credentials = ''): NetworkSettings =>
  network({ HTTPS_PROXY: `http://${credentials}127.0.0.1:${proxy.port}` });

describe('a certificate', () => {
  it('of an authority that the computer trusts is accepted, for the API and for media', async () => {
    const { port } = await server(company);
    expect(await api(`https://localhost:${port}`).chatMediaPage(1)).toMatchObject({ hasMore: false });
    const picture = await media().fetch(`https://localhost:${port}/picture`);
    expect((await picture.bytes(100)).toString()).toBe('picture');
  });

  it('of another authority is refused with one try and words that name it', async () => {
    const far = await server(stranger);
    const error = await failure(api(`https://localhost:${far.port}`).chatMediaPage(1));
    expect([error.code, error.detail, far.connections()]).toEqual([
      'certificate',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      1,
    ]);
    expect(error.message).toContain('the certificate shown for the service is not trusted');
    const words = error instanceof ApiError ? toAppError(error) : null;
    expect([words?.code, words?.hint]).toEqual([
      'service_unreachable',
      expect.stringContaining('add its certificate authority to the system'),
    ]);
  });

  it('of a media host is refused once for all files of the host', async () => {
    const far = await server(stranger);
    const client = media();
    for (const path of ['a', 'b', 'c']) {
      const error = await failure(client.fetch(`https://localhost:${far.port}/${path}`));
      expect([error.code, error.retryable]).toEqual(['certificate', false]);
    }
    expect(far.connections()).toBe(1);
  });

  it.runIf(process.platform === 'linux')('that only the system trusts is accepted', async () => {
    const { port } = await server(company);
    const ask = async (env: Record<string, string>): Promise<string> => {
      const child = spawn(
        process.execPath,
        [new URL('./testing/ask-child.ts', import.meta.url).pathname, `https://localhost:${port}`],
        {
          env: { PATH: process.env['PATH'], ...env },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(child, 'close');
      return Buffer.concat(chunks).toString().trim();
    };
    expect(await ask({ SSL_CERT_FILE: company.file })).toBe('api ok, media ok');
    expect(await ask({ SSL_CERT_FILE: stranger.file })).toBe('api certificate, media certificate');
  });
});

describe('a proxy', () => {
  it('carries the API and media through tunnels, and sees neither key nor paths', async () => {
    const far = await server(company);
    const proxy = opened(await connectProxy({ target: far.port }));
    const settings = proxied(proxy, 'anna:p%40ss@');
    const client = api('https://api.company.test', settings);
    expect(await client.chatMediaPage(1)).toMatchObject({ hasMore: false });
    await client.chatMediaPage(2);
    const picture = await media(settings).fetch('https://media.company.test/secret-path');
    expect((await picture.bytes(100)).toString()).toBe('picture');
    expect(proxy.asked.map(({ host }) => host)).toEqual(['api.company.test:443', 'media.company.test:443']);
    const login = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`;
    expect(proxy.asked.map(({ headers }) => headers['proxy-authorization'])).toEqual([login, login]);
    const seen = `${Buffer.concat(proxy.seen).toString('latin1')}${JSON.stringify(proxy.asked)}`;
    expect([proxy.clear, seen.includes(KEY), seen.includes('secret-path')]).toEqual([[], false, false]);
  });

  it.each([407, 403])('that answers %i is asked once, and named', async (status) => {
    const proxy = opened(await connectProxy(status));
    const settings = proxied(proxy, 'anna:topsecret@');
    const error = await failure(api('https://api.company.test', settings).chatMediaPage(1));
    expect([error.code, proxy.asked.length]).toEqual(['proxy', 1]);
    expect(error.message).toBe(
      `the proxy of this network does not let the request through (chats/:id/media, the proxy answered ${status}, through the proxy 127.0.0.1:${proxy.port})`,
    );
    const client = media(settings);
    expect(await failure(client.fetch('https://media.company.test/a'))).toMatchObject({ code: 'proxy' });
    const again = await failure(client.fetch('https://media.company.test/b'));
    expect([again.code, proxy.asked.length]).toEqual(['proxy', 2]);
    expect(`${error.message}${error.stack}${again.message}${again.stack}`).not.toMatch(/topsecret|anna/);
  });

  it('that cannot reach the service (502) is named, and tried again', async () => {
    const proxy = opened(await connectProxy(502));
    const error = await failure(api('https://api.company.test', proxied(proxy)).chatMediaPage(1));
    expect([error.retryable, proxy.asked.length]).toEqual([true, 5]);
    expect(error.message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
    expect(await failure(media(proxied(proxy)).fetch('https://media.company.test/a'))).toMatchObject({
      retryable: true,
    });
  });

  it('that is silent is named, and tried again', async () => {
    const proxy = opened(await connectProxy('silent'));
    const timeouts = { connectMs: 100 };
    // Counted here: on a busy machine the time may be over before the proxy has heard of a try.
    let tries = 0;
    const client = api('https://api.company.test', proxied(proxy), { timeouts, onRequest: () => (tries += 1) });
    const error = await failure(client.chatMediaPage(1));
    expect([error.code, error.retryable, tries]).toEqual(['timeout', true, 5]);
    expect(error.message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
    const fetched = failure(media(proxied(proxy), timeouts).fetch('https://media.company.test/a'));
    expect(await fetched).toMatchObject({ code: 'timeout', retryable: true });
  });

  it('that shows its own certificate for the service is not believed', async () => {
    const middle = await server(stranger);
    const proxy = opened(await connectProxy({ target: middle.port }));
    const error = await failure(api('https://api.company.test', proxied(proxy)).chatMediaPage(1));
    expect([error.code, middle.connections()]).toEqual(['certificate', 1]);
    expect(Buffer.concat(proxy.seen).toString('latin1')).not.toContain(KEY);
  });

  it('is never asked for this machine', async () => {
    const far = await server(company);
    const proxy = opened(await connectProxy(500));
    expect(await api(`https://localhost:${far.port}`, proxied(proxy)).chatMediaPage(1)).toMatchObject({
      hasMore: false,
    });
    await (await media(proxied(proxy)).fetch(`https://127.0.0.1:${far.port}/a`)).bytes(100);
    expect(proxy.connections()).toBe(0);
  });

  it('of a kind that cannot be used is said so', async () => {
    const settings = network({ ALL_PROXY: 'socks5://anna:topsecret@10.0.0.1:1080' });
    const error = await failure(api('https://api.company.test', settings).chatMediaPage(1));
    expect([error.code, error.detail]).toEqual(['proxy', 'socks5 proxies are not supported']);
    expect(await failure(media(settings).fetch('https://media.company.test/a'))).toMatchObject({ code: 'proxy' });
  });
});

describe.runIf(process.platform === 'linux')(
  'a host with two addresses, on a line that takes a second for a handshake',
  () => {
    const RESPONDER = `
    const { parentPort, workerData } = require('node:worker_threads');
    const server = require('node:http').createServer((request, response) => response.end('{"list":[],"hasMore":false}'));
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(workerData, 0, 0);
    });`;

    /** A listener whose queue is full: the system answers the first packet of a connection only when it comes again, after a second. */
    async function slowHost(): Promise<{ port: number; lookup: LookupFunction }> {
      const gate = new Int32Array(new SharedArrayBuffer(4));
      const worker = new Worker(RESPONDER, { eval: true, workerData: gate });
      const port = await new Promise<number>((resolve) => worker.once('message', resolve));
      const fillers = await Promise.all(
        [0, 1].map(async () => {
          const socket = connect(port, '127.0.0.1');
          await once(socket, 'connect');
          return socket;
        }),
      );
      opened({
        close: async () => {
          fillers.forEach((socket) => socket.destroy());
          await worker.terminate();
        },
      });
      return {
        port,
        lookup: (_host, _options, done) => {
          setImmediate(() => {
            Atomics.store(gate, 0, 1);
            Atomics.notify(gate, 0);
          });
          // Nobody listens at the second one.
          done(null, [
            { address: '127.0.0.1', family: 4 },
            { address: '127.0.0.2', family: 4 },
          ]);
        },
      };
    }

    it('is reached at its first address, for the API and for media', async () => {
      const first = await slowHost();
      const clock = createTestClock('auto');
      const limiter = createLimiter({ ratePerMinute: 0, clock });
      const client = opened(
        createApiClient({
          apiBase: `http://localhost:${first.port}`,
          key: KEY,
          connectionId: 'conn_a',
          limiter,
          clock,
          network: { ...network(), lookup: first.lookup },
          retry: { tries: 1 },
        }),
      );
      expect(await client.chatMediaPage(1)).toMatchObject({ hasMore: false });
      const second = await slowHost();
      const hosts = opened(createMediaClient({ network: { ...network(), lookup: second.lookup } }));
      expect((await (await hosts.fetch(`http://localhost:${second.port}/a`)).bytes(100)).length).toBeGreaterThan(0);
    });
  },
);
