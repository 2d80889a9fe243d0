/** A media host of one object on a free port of loopback, and a real store to fetch it into. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createMediaClient, type MediaClient } from '../../api/media-client.ts';
import type { Store } from '../../files/interface.ts';
import { openStore } from '../../files/store/store.ts';
import { makeLibrary } from '../../files/testing/test-library.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse, host: MediaHost) => void;

export class MediaHost {
  body: Buffer;
  type = 'video/mp4';
  etag: string | null = '"v1"';
  lastModified: string | null = null;
  ranges = true;
  /** Whether it says so (`Accept-Ranges`). */
  acceptRanges = false;
  /** Told of each request, counted from 1, before it is answered. */
  onRequest: (count: number) => void = () => undefined;
  /** Answers for the next requests, before the host is itself again. */
  readonly next: Answer[] = [];
  readonly requests: { readonly path: string; readonly range: string | null; readonly ifRange: string | null }[] = [];
  readonly client: MediaClient = createMediaClient();
  readonly store: Store;
  readonly #server: Server;
  readonly #removeLibrary: () => Promise<void>;

  private constructor(body: Buffer, store: Store, removeLibrary: () => Promise<void>) {
    this.body = body;
    this.store = store;
    this.#removeLibrary = removeLibrary;
    this.#server = createServer((request, response) => {
      this.requests.push({
        path: request.url ?? '',
        range: request.headers.range ?? null,
        ifRange: one(request.headers['if-range']),
      });
      this.onRequest(this.requests.length);
      (this.next.shift() ?? honest)(request, response, this);
    });
  }

  static async start(body: Buffer): Promise<MediaHost> {
    const { root, remove } = await makeLibrary();
    const store = await openStore({ root, reserveBytes: 0, workers: 1 });
    const host = new MediaHost(body, store, remove);
    await new Promise<void>((resolve) => {
      host.#server.listen(0, '127.0.0.1', resolve);
    });
    return host;
  }

  url(path = '/object'): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('the host does not listen');
    }
    return `http://127.0.0.1:${address.port}${path}`;
  }

  headers(): Record<string, string> {
    return {
      'content-type': this.type,
      ...(this.acceptRanges && { 'accept-ranges': 'bytes' }),
      ...(this.etag !== null && { etag: this.etag }),
      ...(this.lastModified !== null && { 'last-modified': this.lastModified }),
    };
  }

  async end(): Promise<void> {
    await this.client.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    await this.store.close();
    await this.#removeLibrary();
  }
}

/** Ranges as RFC 9110 wants them, guarded by If-Range. */
export const honest: Answer = (request, response, host) => {
  const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const guard = one(request.headers['if-range']);
  if (start === undefined || !host.ranges || (guard !== null && guard !== host.etag && guard !== host.lastModified)) {
    response.writeHead(200, { ...host.headers(), 'content-length': host.body.length });
    response.end(host.body);
  } else if (Number(start) >= host.body.length) {
    response.writeHead(416, { 'content-range': `bytes */${host.body.length}` }).end();
  } else {
    const end = last === undefined || last === '' ? host.body.length : Math.min(host.body.length, Number(last) + 1);
    const rest = host.body.subarray(Number(start), end);
    const range = `bytes ${start}-${end - 1}/${host.body.length}`;
    response.writeHead(206, { ...host.headers(), 'content-length': rest.length, 'content-range': range });
    response.end(rest);
  }
};

/** The head of the whole, some bytes of it, then the connection is gone. */
export function cutAfter(bytes: number): Answer {
  return (_request, response, host) => {
    response.writeHead(200, { ...host.headers(), 'content-length': host.body.length });
    response.write(host.body.subarray(0, bytes), () => {
      response.destroy();
    });
  };
}

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(code, headers).end('no');
  };
}

/** An error page under a good status. */
export const errorPage: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end(`<!doctype html><title>Please wait</title>${'<p>Busy</p>'.repeat(100)}`);
};

export const emptyBody: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': 0 }).end();
};

function one(value: string | string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}
