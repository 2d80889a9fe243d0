/** The media host: signed links, ranges, validators; it must never see a credential or anything but GET and HEAD. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Bodies, Body } from './bodies.ts';
import { type Answer, deliver, html } from './deliver.ts';
import { EXPIRED_PAGE, type Asked, type GoodLink, type Interference } from './interference.ts';
import type { Links } from './links.ts';
import type { LiveWorld } from './live.ts';
import { hostRefusal } from './refusals.ts';
import type { Watch } from './watch.ts';

export interface MediaHost {
  readonly live: LiveWorld;
  readonly bodies: Bodies;
  readonly interference: Interference;
  readonly watch: Watch;
  /** Set once the host's own address is known. */
  readonly links: () => Links;
  /** Values that must never arrive here. */
  readonly secrets: readonly string[];
  readonly closing: AbortSignal;
}

const CREDENTIAL_HEADERS = ['apikey', 'x-connection-id', 'authorization', 'cookie', 'x-of-user-id', 'x-of-bc'] as const;

function noteCredentials({ watch, secrets }: MediaHost, request: IncomingMessage): void {
  for (const name of CREDENTIAL_HEADERS) {
    if (request.headers[name] !== undefined) {
      watch.violation('credentials-at-media-host', 'media', `header ${name}`);
    }
  }
  const seen = decodeURIComponentSafely(request.url ?? '') + JSON.stringify(request.rawHeaders);
  if (secrets.some((secret) => seen.includes(secret))) {
    watch.violation('credentials-at-media-host', 'media', 'a key or connection id in the address or a header');
  }
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function bodyHeaders(body: Body): Record<string, string> {
  return {
    'content-type': body.mime,
    etag: body.etag,
    'last-modified': new Date(body.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=600',
  };
}

/** The right answer to a request for a body. */
function serve(request: IncomingMessage, body: Body, ranges: boolean): Answer {
  const { 'accept-ranges': accept = '', ...plain } = bodyHeaders(body);
  const headers = ranges ? { ...plain, 'accept-ranges': accept } : plain;
  if (request.headers['if-none-match'] === body.etag) {
    return { status: 304, headers, length: 0, body: [] };
  }
  const ifRange = request.headers['if-range'];
  const usable = ranges && ifRangeHolds(typeof ifRange === 'string' ? ifRange : undefined, body.etag, body.modifiedAt);
  const range = usable ? parseRange(request.headers.range, body.bytes) : null;
  if (range === 'unsatisfiable') {
    return {
      ...hostRefusal(416, 'Range not satisfiable'),
      headers: { 'content-type': 'application/xml', 'content-range': `bytes */${body.bytes}` },
    };
  }
  if (range === null) {
    return { status: 200, headers, length: body.bytes, body: body.slice(0, body.bytes) };
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${body.bytes}` },
    length: end - start,
    body: body.slice(start, end),
  };
}

export class MediaServer {
  readonly server: Server;
  readonly #host: MediaHost;

  constructor(host: MediaHost) {
    this.#host = host;
    this.server = createServer((request, response) => {
      const done = host.watch.begin('media');
      response.once('close', () => done(response.headersSent ? response.statusCode : 0));
      this.#answer(request)
        .then(async ({ context, ...answered }) => {
          const sending = { request, response, closing: host.closing, ...answered };
          await (context === null ? deliver(sending) : host.interference.deliver(sending, context));
        })
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
  }

  async #answer(
    request: IncomingMessage,
  ): Promise<{ reply: Answer; context: Asked | null; onBytes: (bytes: number) => void }> {
    const { watch } = this.#host;
    noteCredentials(this.#host, request);
    const ignore = (): void => undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      watch.violation('method', 'media', `${String(request.method)} would cost the user money`);
      return { reply: hostRefusal(405, 'Method not allowed'), context: null, onBytes: ignore };
    }
    watch.endpoint('file');
    const url = new URL(request.url ?? '/', 'http://media.invalid');
    if (url.pathname === EXPIRED_PAGE) {
      return { reply: html(200, 'This link has expired'), context: null, onBytes: ignore };
    }
    const check = this.#host.links().check(url);
    if (!check.ok) {
      return { reply: this.#refuse(check.reason), context: null, onBytes: ignore };
    }
    const { id, hosted, signature: link } = check;
    watch.file(id, hosted, request.method === 'HEAD' ? 'head' : 'get');
    const context: Asked = { endpoint: 'file', mediaId: id, variant: hosted, link };
    const reply =
      this.#host.interference.link(check, context, this.#host.links()) ??
      this.#host.interference.refusal(context) ??
      (await this.#file(request, check, context));
    const counts = reply.status === 200 || reply.status === 206;
    return { reply, context, onBytes: counts ? (bytes) => watch.bytes(id, hosted, bytes) : ignore };
  }

  #refuse(reason: 'unknown' | 'forged' | 'expired'): Answer {
    if (reason === 'forged') {
      this.#host.watch.violation('forged-link', 'media', 'a link whose signature does not fit');
    }
    return reason === 'unknown'
      ? hostRefusal(404, 'Not found')
      : hostRefusal(403, reason === 'expired' ? 'Request has expired' : 'Access denied');
  }

  async #file(request: IncomingMessage, { id, hosted }: GoodLink, asked: Asked): Promise<Answer> {
    const { live, bodies, interference } = this.#host;
    const continues = /^bytes=0*[1-9]/.test(request.headers.range ?? '');
    interference.beforeFile(live, id, hosted, asked, continues);
    const body = await bodies.open(id, hosted);
    return body === null
      ? hostRefusal(404, 'Not found')
      : interference.file(body, asked, (ranges) => serve(request, body, ranges));
  }
}

/** Byte ranges as RFC 9110 has them: single ranges alone; everything else gets the whole. */

interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The range asked for; null = none or not understood (send the whole); `unsatisfiable` = answer 416. */
function parseRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') {
    return null;
  }
  if (first === '') {
    const length = Math.min(Number(last), bytes);
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes };
  }
  const start = Number(first);
  const end = last === '' ? bytes : Math.min(Number(last) + 1, bytes);
  if (last !== '' && Number(last) < start) {
    return null;
  }
  return start >= bytes ? 'unsatisfiable' : { start, end };
}

/** True when the body is still the one the visitor began with: an ETag compared strongly, a date compared exactly. */
function ifRangeHolds(header: string | undefined, etag: string, modifiedAt: number): boolean {
  if (header === undefined) {
    return true;
  }
  return header.startsWith('"') ? header === etag : Date.parse(header) === modifiedAt;
}
