import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * A browser other than Electron knows no scheme of ours, and the DevTools protocol cannot answer for one (`Fetch.fulfillRequest` also wants
 * whole bodies, which a video is not). So `app://<host>/…` is reached as `http://<host>.app.localhost:<port>/…`: a secure context with an
 * origin of its own, streamed byte for byte from the same handler. Scheme, origin and port are what differs; paths, queries, methods, headers, ranges,
 * statuses and bodies are the real ones.
 */
export interface OriginServer {
  toBrowser(url: string): string;
  /** Null for an address that is not behind this server. */
  fromBrowser(url: string): string | null;
  close(): Promise<void>;
}

export async function serveOrigin(answer: (request: Request) => Promise<Response>): Promise<OriginServer> {
  const server = createServer((request, response) => {
    reply(answer, request, response).catch(() => {
      response.destroy();
    });
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The server has no port.');
  }
  const suffix = `.localhost:${String(address.port)}`;
  return {
    toBrowser(url) {
      const match = /^([a-z]+):\/\/([^/?#]+)(.*)$/.exec(url);
      return match === null ? url : `http://${match[2] ?? ''}.${match[1] ?? ''}${suffix}${match[3] ?? ''}`;
    },
    fromBrowser(url) {
      const parsed = URL.parse(url);
      if (parsed?.host.endsWith(suffix) !== true) {
        return null;
      }
      return `${originOf(parsed.host, suffix)}${url.slice(parsed.origin.length)}`;
    },
    close: async () => {
      await new Promise<void>((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      });
    },
  };
}

/** `chatkeep.app.localhost:123` → `app://chatkeep` */
function originOf(host: string, suffix: string): string {
  const name = host.slice(0, -suffix.length);
  const dot = name.lastIndexOf('.');
  return `${name.slice(dot + 1)}://${name.slice(0, dot)}`;
}

async function reply(
  answer: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { host = '' } = incoming.headers;
  const suffix = host.slice(host.indexOf('.localhost'));
  const controller = new AbortController();
  outgoing.on('close', () => {
    controller.abort();
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string' && name !== 'host' && name !== 'connection') {
      headers.set(name, value);
    }
  }
  const method = incoming.method ?? 'GET';
  const response = await answer(
    new Request(`${originOf(host, suffix)}${incoming.url ?? '/'}`, {
      method,
      headers,
      signal: controller.signal,
      ...(method !== 'GET' &&
        method !== 'HEAD' && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
    }),
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null || method === 'HEAD') {
    await response.body?.cancel();
    outgoing.end();
    return;
  }
  // A page that leaves in the middle of a video is no fault.
  await pipeline(Readable.fromWeb(response.body as never), outgoing).catch(() => undefined);
}
