/** The media host: signed links, ranges, validators; it must never see a credential or anything but GET and HEAD. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import * as zlib from 'node:zlib';
import type { Bodies, Body } from './bodies.ts';
import { answer, type Answer, deliver, html, json, mannerOf, upTo, withHeaders } from './deliver.ts';
import type { FaultContext, FaultControl, FaultName } from './faults.ts';
import type { LinkCheck, Links } from './links.ts';
import type { LiveWorld } from './live.ts';
import { hostRefusal, refusalFault } from './refusals.ts';
import type { Watch } from './watch.ts';

export interface MediaHost {
  readonly live: LiveWorld;
  readonly bodies: Bodies;
  readonly faults: FaultControl;
  readonly watch: Watch;
  /** Set once the host's own address is known. */
  readonly links: () => Links;
  /** Values that must never arrive here. */
  readonly secrets: readonly string[];
  readonly closing: AbortSignal;
}

type Good = Extract<LinkCheck, { ok: true }>;

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

function bodyHeaders(body: Body): Record<string, string> {
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

/** Ends a file early and says so; where the type does not know its own length, says more than there is instead. */
function wrongLength(reply: Answer, mime: string): Answer {
  if (mime === 'audio/mpeg') {
    return { ...reply, headers: { ...reply.headers, 'content-length': String(reply.length + 1) } };
  }
  const length = Math.max(1, Math.floor((reply.length * 2) / 3));
  return { ...reply, length, body: upTo(reply.body, length) };
}

/** The whole as a server packs it on the way: without ranges, and with a weak ETag. */
function packed(body: Body, encoding: string): Answer {
  const { 'accept-ranges': _ranges, ...headers } = bodyHeaders(body);
  const plain = Buffer.concat([...body.slice(0, body.bytes)]);
  const pack = { br: zlib.brotliCompressSync, zstd: zlib.zstdCompressSync }[encoding] ?? zlib.gzipSync;
  const bytes = pack(plain);
  return {
    status: 200,
    headers: { ...headers, etag: `W/${body.etag}`, 'content-encoding': encoding },
    length: bytes.length,
    body: [bytes],
  };
}

const EXPIRED_XML =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>';
const PAGE_PATH = '/expired';

/** Faults that end the requested link, and what is answered from then on. */
const ENDINGS = {
  'expired-one': () => hostRefusal(403, 'Request has expired'),
  'expired-400': (id) =>
    id % 2 === 0
      ? answer(400, 'application/xml', EXPIRED_XML)
      : json(400, { error: { code: 'ExpiredToken', message: 'The provided token has expired.' } }),
  'redirect-to-page': () => ({ ...html(302, 'Found'), headers: { 'content-type': 'text/html', location: PAGE_PATH } }),
} as const satisfies Readonly<Partial<Record<FaultName, (mediaId: number) => Answer>>>;
type Ending = keyof typeof ENDINGS;
const ENDING_NAMES: readonly Ending[] = ['expired-one', 'expired-400', 'redirect-to-page'];

export class MediaServer {
  readonly server: Server;
  readonly #host: MediaHost;
  /** Signatures of links that were made to end one by one. */
  readonly #ended = new Map<string, Ending>();

  constructor(host: MediaHost) {
    this.#host = host;
    this.server = createServer((request, response) => {
      const done = host.watch.begin('media');
      response.once('close', () => done(response.headersSent ? response.statusCode : 0));
      this.#answer(request)
        .then(async ({ reply, context, onBytes }) => {
          const manner = context === null ? ({ kind: 'plain' } as const) : mannerOf(host.faults, context);
          await deliver(request, response, reply, manner, onBytes, host.closing);
        })
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
  }

  async #answer(
    request: IncomingMessage,
  ): Promise<{ reply: Answer; context: FaultContext | null; onBytes: (bytes: number) => void }> {
    const { watch } = this.#host;
    noteCredentials(this.#host, request);
    const ignore = (): void => undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      watch.violation('method', 'media', `${String(request.method)} would cost the user money`);
      return { reply: hostRefusal(405, 'Method not allowed'), context: null, onBytes: ignore };
    }
    watch.endpoint('file');
    const url = new URL(request.url ?? '/', 'http://media.invalid');
    if (url.pathname === PAGE_PATH) {
      return { reply: html(200, 'This link has expired'), context: null, onBytes: ignore };
    }
    const check = this.#host.links().check(url);
    if (!check.ok) {
      return { reply: this.#refuse(check.reason), context: null, onBytes: ignore };
    }
    const { id, hosted, signature: link } = check;
    watch.file(id, hosted, request.method === 'HEAD' ? 'head' : 'get');
    const context: FaultContext = { endpoint: 'file', mediaId: id, variant: hosted, link };
    const reply =
      this.#endedLink(check, context) ??
      refusalFault(this.#host.faults, context) ??
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

  #endedLink({ id, signature }: Good, context: FaultContext): Answer | null {
    const { faults, links } = this.#host;
    if (faults.strike('expired-all', context) !== null) {
      links().expireAll();
      return hostRefusal(403, 'Request has expired');
    }
    for (const name of ENDING_NAMES) {
      if (faults.strike(name, context) !== null) {
        this.#ended.set(signature, name);
      }
    }
    const ending = this.#ended.get(signature);
    if (ending !== undefined) {
      return ENDINGS[ending](id);
    }
    if (faults.strike('link-refused-once', context) !== null) {
      return hostRefusal(403, 'Access denied');
    }
    return faults.strike('gone', context) === null ? null : hostRefusal(404, 'Not found');
  }

  async #file(request: IncomingMessage, { id, hosted }: Good, context: FaultContext): Promise<Answer> {
    const { live, bodies, faults } = this.#host;
    const continues = /^bytes=0*[1-9]/.test(request.headers.range ?? '');
    if (continues && faults.strike('changed-object', context) !== null) {
      live.changeBytes(id, hosted);
    }
    // A file that is under way stays what it is.
    if (!continues && faults.strike('odd-media', context) !== null) {
      live.makeOdd(id, hosted);
    }
    const body = await bodies.open(id, hosted);
    if (body === null) {
      return hostRefusal(404, 'Not found');
    }
    if (faults.strike('html-instead-of-media', context) !== null) {
      return html(200, 'Please sign in');
    }
    const packing = faults.strike('packed', context);
    if (packing !== null) {
      return packed(body, packing.encoding ?? 'gzip');
    }
    const reply = serve(request, body, faults.strike('no-range', context) === null);
    if (reply.status !== 200 && reply.status !== 206) {
      return reply;
    }
    const odd = faults.strike('odd-encoding', context);
    const headers = { ...reply.headers, ...(odd && { 'content-encoding': odd.encoding ?? 'aws-chunked' }) };
    const labelled = withHeaders(faults, context, { ...reply, headers });
    return faults.strike('wrong-length', context) === null ? labelled : wrongLength(labelled, body.mime);
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
