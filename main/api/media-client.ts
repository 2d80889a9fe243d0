/**
 * Fetches media. It holds no credentials and sends none, and it knows one verb: a POST to a media URL would store the file at the user's cost
 * (API facts §6).
 */
import { type Readable } from 'node:stream';
import { Agent } from 'undici';
import { isLoopbackHost } from './api-base.ts';
import { canUnpack, packingsOf, unpacked } from './content-encoding.ts';
import { MediaError } from './media-error.ts';
import { firstOf, type Head, send } from './media-get.ts';
import { readRetryAfter } from './rate-headers.ts';
import { type NetworkSettings, PLAIN_NETWORK, Routes } from './routes.ts';
import { MAX_HEADER_BYTES } from './transport.ts';

export interface MediaTimeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  /** Silence in the middle of a body. */
  readonly stallMs: number;
}

export interface MediaClientOptions {
  readonly timeouts?: Partial<MediaTimeouts>;
  /** Connections to one host at most; default 32. */
  readonly maxSockets?: number;
  readonly userAgent?: string;
  /** Left out = no proxy, the system's certificates. */
  readonly network?: NetworkSettings;
  /** Asked for every host before it is asked for anything; default `knownHost`. */
  readonly allowHost?: (hostname: string) => 'ok' | 'warn';
  /** Told once for each host that `allowHost` warns about. */
  readonly onUnknownHost?: (hostname: string) => void;
}

interface MediaRequest {
  readonly signal?: AbortSignal;
  /** First and last byte, both inclusive. */
  readonly range?: { readonly start: number; readonly end?: number };
  /** Strong ETag or Last-Modified: the range is only wanted of that very object. */
  readonly ifRange?: string;
}

interface MediaResponse {
  /** Any status but a followed redirect. */
  readonly status: number;
  /** Host that answered in the end, with its port. */
  readonly host: string;
  readonly contentLength: number | null;
  /** Of a 206, where the body starts and the size of the whole; of a 416 only the size (`start` 0). */
  readonly contentRange: { readonly start: number; readonly total: number | null } | null;
  readonly contentType: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly acceptsRanges: boolean;
  readonly retryAfterMs: number | null;
  /** Must be read to its end or destroyed. Fails with MediaError. */
  readonly body: Readable;
  /** The whole body. @throws MediaError `too_large` beyond `limit` bytes */
  bytes(limit: number): Promise<Buffer>;
}

export interface MediaClient {
  /** Resolves with the headers. @throws MediaError */
  fetch(url: string, request?: MediaRequest): Promise<MediaResponse>;
  /** Ends all connections; downloads under way fail with `aborted`. */
  close(): Promise<void>;
}

const DEFAULT_MEDIA_TIMEOUTS: MediaTimeouts = { connectMs: 15_000, firstByteMs: 30_000, stallMs: 30_000 };
const REDIRECTS_MAX = 3;
/** Hosts of the service and of what lies behind it (API facts §6), and this machine. */
export function knownHost(hostname: string): 'ok' | 'warn' {
  const known = ['ofauth.com', 'onlyfans.com'].some((host) => hostname === host || hostname.endsWith(`.${host}`));
  return known || isLoopbackHost(hostname) ? 'ok' : 'warn';
}

export function createMediaClient(options: MediaClientOptions = {}): MediaClient {
  const timeouts = { ...DEFAULT_MEDIA_TIMEOUTS, ...options.timeouts };
  const connections = options.maxSockets ?? 32;
  const routes = new Routes({
    ...(options.network ?? PLAIN_NETWORK),
    connectMs: timeouts.connectMs,
    maxSockets: connections,
  });
  const agent = new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    connect: routes.connector(),
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.stallMs,
  });
  const allowHost = options.allowHost ?? knownHost;
  const warned = new Set<string>();
  /** Faults that only a person can mend: not tried again for each file of the host, for as long as this client lives. */
  const lost = new Map<string, MediaError>();
  const userAgent = options.userAgent ?? 'chatkeep';

  function noteHost(hostname: string): void {
    if (!warned.has(hostname) && allowHost(hostname) === 'warn') {
      warned.add(hostname);
      options.onUnknownHost?.(hostname);
    }
  }

  async function ask(url: URL, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Head> {
    const before = lost.get(url.origin);
    if (before !== undefined) {
      throw new MediaError(before.code, before.host, before.detail);
    }
    try {
      return await send(agent, url, headers, signal);
    } catch (error) {
      if (error instanceof MediaError && (error.code === 'certificate' || error.code === 'proxy')) {
        lost.set(url.origin, error);
      }
      throw error;
    }
  }

  async function fetch(text: string, request: MediaRequest = {}): Promise<MediaResponse> {
    let url = checkMediaUrl(text);
    const headers = toHeaders(request, userAgent, url.host);
    for (let redirects = 0; ; redirects += 1) {
      noteHost(url.hostname);
      const head = await ask(url, headers, request.signal);
      if (head.location === null) {
        return toResponse(head, url.host);
      }
      if (redirects >= REDIRECTS_MAX) {
        throw new MediaError('redirect_refused', url.host, `more than ${REDIRECTS_MAX}`);
      }
      url = checkRedirect(url, head.location);
    }
  }

  return {
    fetch,
    close: async () => {
      await agent.destroy(new MediaError('aborted', ''));
      routes.close();
    },
  };
}

/** https, or plain http to this machine; no credentials inside. @throws MediaError `url_refused` */
function checkMediaUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new MediaError('url_refused', '', 'not a URL');
  }
  const url = new URL(text);
  if (!isFetchable(url)) {
    throw new MediaError('url_refused', url.host, url.protocol.replace(':', ''));
  }
  return url;
}

function isFetchable(url: URL): boolean {
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  return isSafe && url.username === '' && url.password === '';
}

/** A host elsewhere may lead neither to plain http nor into this machine, whose services trust what comes from inside. */
function checkRedirect(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) {
    throw new MediaError('redirect_refused', from.host, 'not a URL');
  }
  const to = new URL(location, from.href);
  if (!isFetchable(to) || (isLoopbackHost(to.hostname) && !isLoopbackHost(from.hostname))) {
    throw new MediaError('redirect_refused', from.host);
  }
  return to;
}

function toHeaders(request: MediaRequest, userAgent: string, host: string): Record<string, string> {
  // Identity: lengths, ranges and hashes are of the file, not of its packing.
  const headers: Record<string, string> = { 'user-agent': userAgent, accept: '*/*', 'accept-encoding': 'identity' };
  const { range, ifRange } = request;
  if (range !== undefined) {
    const { start, end } = range;
    if (
      !Number.isSafeInteger(start) ||
      start < 0 ||
      (end !== undefined && (!Number.isSafeInteger(end) || end < start))
    ) {
      throw new MediaError('url_refused', host, 'not a range');
    }
    headers['range'] = `bytes=${start}-${end ?? ''}`;
    if (ifRange !== undefined) {
      headers['if-range'] = ifRange;
    }
  }
  return headers;
}

function toResponse(head: Head, host: string): MediaResponse {
  const { status, headers, body } = head;
  const common = {
    status,
    host,
    contentType: firstOf(headers['content-type']),
    retryAfterMs: readRetryAfter(
      firstOf(headers['retry-after']),
      Date.parse(firstOf(headers['date']) ?? '') || Date.now(),
    ),
  };
  const packings = packingsOf(firstOf(headers['content-encoding']));
  if (packings.length === 0) {
    const contentLength = toLength(firstOf(headers['content-length']));
    return {
      ...common,
      contentLength,
      contentRange: toContentRange(firstOf(headers['content-range'])),
      etag: firstOf(headers['etag']),
      lastModified: firstOf(headers['last-modified']),
      acceptsRanges: firstOf(headers['accept-ranges'])?.toLowerCase() === 'bytes',
      body,
      bytes: (limit) => collect(body, contentLength, limit, host),
    };
  }
  const fault = (): MediaError => new MediaError('bad_response', host, 'content-encoding');
  if (!canUnpack(packings)) {
    body.destroy();
    throw fault();
  }
  // Length, ranges and validators are of the packing: nothing of the file can be continued by them.
  const file = status === 200 ? unpacked(body, packings, fault) : body;
  return {
    ...common,
    contentLength: null,
    contentRange: null,
    etag: null,
    lastModified: null,
    acceptsRanges: false,
    body: file,
    bytes: (limit) => collect(file, null, limit, host),
  };
}

async function collect(body: Readable, length: number | null, limit: number, host: string): Promise<Buffer> {
  if (length !== null && length > limit) {
    body.destroy();
    throw new MediaError('too_large', host);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) {
      throw new MediaError('too_large', host);
    }
    chunks.push(chunk);
  }
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes);
}

function toLength(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `bytes 5-9/10`, `bytes 5-9/*` or, with a 416, the size alone. */
function toContentRange(text: string | null): MediaResponse['contentRange'] {
  const match = /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(\d{1,15}|\*)$/.exec(text?.trim() ?? '');
  if (match === null) {
    return null;
  }
  return { start: Number(match[1] ?? 0), total: match[2] === '*' ? null : Number(match[2]) };
}
