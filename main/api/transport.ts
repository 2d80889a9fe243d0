/** One GET to the API origin: sends the credentials there alone, reads a bounded body, and turns every fault into an ApiError without a trace of them. */
import { Agent as HttpAgent } from 'node:http';
import got from 'got';
import { AppError } from '../lib/app-error.ts';
import { ApiError, classify, cleanRequestId, parseErrorBody, scrub } from './errors.ts';
import { type HeaderBag, type RateHeaders, readRateHeaders } from './rate-headers.ts';
import { faultOfWay, type NetworkSettings, Routes } from './routes.ts';

export interface Timeouts {
  /** Name look-up, TCP and TLS together, each at most this many ms. */
  readonly connectMs: number;
  /** From the request sent to the first byte of the answer. */
  readonly firstByteMs: number;
  /** Silence on the connection, before or in the middle of a body: not to be set below `firstByteMs`. */
  readonly stallMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 15_000, firstByteMs: 30_000, stallMs: 30_000 };

/** Proxies and CDNs add policies of many kB; Node's own limit is 16 kB. */
export const MAX_HEADER_BYTES = 64 * 1024;

/** A page of 100 messages is some 500 kB; anything near this cap is not an answer of the service. */
export const DEFAULT_MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface TransportOptions {
  /** Origin, as `checkApiBase` gives it. */
  readonly origin: string;
  readonly key: string;
  readonly connectionId: string | null;
  readonly timeouts: Timeouts;
  readonly maxBodyBytes: number;
  readonly network: NetworkSettings;
  readonly userAgent: string;
  readonly now: () => number;
}

export interface Ask {
  /** Name of the endpoint for errors and counters, without ids. */
  readonly endpoint: string;
  readonly path: string;
  readonly params: URLSearchParams;
  /** Whether the endpoint needs the connection; account endpoints do not and are not told it. */
  readonly usesConnection: boolean;
  readonly signal: AbortSignal | undefined;
}

/** The body of a 200. */
export interface Answer {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly requestId: string | null;
}

export interface Transport {
  /** @throws ApiError; `onRate` is told the headers of every answer, good or bad */
  get(ask: Ask, onAnswer: (status: number, rate: RateHeaders) => void): Promise<Answer>;
  close(): void;
}

const MAX_SOCKETS = 16;

/** A header value that cannot smuggle in a second header: printable ASCII without spaces. */
const HEADER_VALUE = /^[\x21-\x7e]{1,1024}$/;

/** @throws AppError when the key or connection id cannot be sent as a header */
export function createTransport(options: TransportOptions): Transport {
  if (!HEADER_VALUE.test(options.key)) {
    throw new AppError('key_refused', 'the API key is empty or contains characters no key has', 'Enter the key again.');
  }
  if (options.connectionId !== null && !HEADER_VALUE.test(options.connectionId)) {
    throw new AppError(
      'connection_refused',
      'the connection id is empty or contains characters no id has',
      'Enter the connection id again.',
    );
  }
  const secrets = [options.key, ...(options.connectionId === null ? [] : [options.connectionId])];
  // Plain http is for loopback alone, and never goes through a proxy.
  const { lookup } = options.network;
  const http = new HttpAgent({
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    scheduling: 'lifo',
    ...(lookup && { lookup }),
  });
  const routes = new Routes({ ...options.network, connectMs: options.timeouts.connectMs, maxSockets: MAX_SOCKETS });

  async function get(ask: Ask, onAnswer: (status: number, rate: RateHeaders) => void): Promise<Answer> {
    const { endpoint } = ask;
    const url = new URL(ask.path, options.origin);
    // A path such as `//host` would lead elsewhere; the ids in it are checked, this is the last line of defence.
    if (url.origin !== options.origin) {
      throw new ApiError('bad_request', { endpoint, detail: 'the path leads to another origin' });
    }
    url.search = ask.params.toString();
    const { status, headers, body } = await receive(url, ask);
    const rate = readRateHeaders(headers, options.now());
    onAnswer(status, rate);
    if (status !== 200) {
      throw toStatusError(ask, status, headers, new TextDecoder().decode(body), rate);
    }
    return { body, requestId: cleanRequestId(firstHeader(headers, 'x-request-id'), secrets) };
  }

  async function receive(
    url: URL,
    ask: Ask,
  ): Promise<{ status: number; headers: HeaderBag; body: Uint8Array<ArrayBuffer> }> {
    const { endpoint, signal } = ask;
    if (signal?.aborted === true) {
      throw new ApiError('aborted', { endpoint });
    }
    let status: number | null = null;
    let via: string | null = null;
    try {
      const route = url.protocol === 'https:' ? await routes.to(url) : null;
      via = route?.via ?? null;
      const stream = got.stream(url, {
        method: 'GET',
        headers: {
          apikey: options.key,
          ...(ask.usesConnection && options.connectionId !== null ? { 'x-connection-id': options.connectionId } : {}),
          accept: 'application/json',
          'user-agent': options.userAgent,
        },
        // Retries belong to the client (they must show their waits and end at once when cancelled); a redirect would carry the key away.
        retry: { limit: 0 },
        followRedirect: false,
        throwHttpErrors: false,
        agent: { http, ...(route !== null && { https: route.agent }) },
        maxHeaderSize: MAX_HEADER_BYTES,
        timeout: {
          lookup: options.timeouts.connectMs,
          connect: options.timeouts.connectMs,
          secureConnect: options.timeouts.connectMs,
          response: options.timeouts.firstByteMs,
          socket: options.timeouts.stallMs,
        },
        ...(signal === undefined ? {} : { signal }),
      });
      let headers: HeaderBag = {};
      stream.once('response', (response: { statusCode: number; headers: HeaderBag }) => {
        status = response.statusCode;
        headers = response.headers;
      });
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        bytes += chunk.byteLength;
        if (bytes > options.maxBodyBytes) {
          stream.destroy();
          throw new ApiError('too_large', { endpoint, status, detail: `over ${options.maxBodyBytes} bytes` });
        }
        chunks.push(chunk);
      }
      if (status === null) {
        throw new ApiError('network', { endpoint, detail: 'no answer' });
      }
      return { status, headers, body: joined(chunks, bytes) };
    } catch (error) {
      throw error instanceof ApiError ? error : toTransferError(error, { endpoint, status, via }, signal);
    }
  }

  function toStatusError(ask: Ask, status: number, headers: HeaderBag, text: string, rate: RateHeaders): ApiError {
    const body = parseErrorBody(text);
    const code = classify(status, body, ask.usesConnection);
    return new ApiError(code, {
      endpoint: ask.endpoint,
      status,
      requestId: cleanRequestId(body.requestId ?? firstHeader(headers, 'x-request-id'), secrets),
      retryAfterMs: rate.retryAfterMs ?? (status === 429 ? rate.resetMs : null),
      detail: code === 'intercepted' ? serverName(headers) : body.text === null ? null : scrub(body.text, secrets),
    });
  }

  return {
    get,
    close: () => {
      http.destroy();
      routes.close();
    },
  };
}

/** In memory of its own, which can be given to another thread. */
function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** Faults below HTTP. Only the code of the original error is read: its message may hold the URL, its fields hold the key. */
function toTransferError(
  error: unknown,
  asked: { readonly endpoint: string; readonly status: number | null; readonly via: string | null },
  signal: AbortSignal | undefined,
): ApiError {
  const { via, ...facts } = asked;
  const told = (detail: string | null): { endpoint: string; status: number | null; detail: string | null } => {
    const through = via === null ? null : `through the proxy ${via}`;
    return { ...facts, detail: [detail, through].filter((each) => each !== null).join(', ') || null };
  };
  if (signal?.aborted === true) {
    return new ApiError('aborted', facts);
  }
  const fault = faultOfWay(error);
  if (fault !== null) {
    return new ApiError(fault.code, told(fault.detail));
  }
  const code = readField(error, 'code');
  const name = readField(error, 'name');
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') {
    const event = readField(error, 'event');
    return new ApiError('timeout', told(event === null ? null : `while: ${event}`));
  }
  // A body that ends early or cannot be unpacked is a broken answer of a service that was reached.
  if (code !== null && /^(Z_|ERR_BROTLI|ERR__ZLIB|ERR_ZSTD)/.test(code)) {
    return new ApiError('bad_response', told('the compressed body is damaged'));
  }
  return new ApiError('network', told(code === null ? null : code.slice(0, 60)));
}

function readField(error: unknown, field: 'code' | 'name' | 'event'): string | null {
  if (typeof error !== 'object' || error === null || !(field in error)) {
    return null;
  }
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : null;
}

/** The name that the answering server gives itself: `cloudflare`, `Varnish`. */
function serverName(headers: HeaderBag): string | null {
  return /^[\w./ -]{1,40}$/.exec(firstHeader(headers, 'server') ?? '')?.[0] ?? null;
}

function firstHeader(headers: HeaderBag, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}
