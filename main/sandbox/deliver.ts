/** How an answer goes over the wire: as it should, or slowly, halfway, never. */
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultContext, type FaultControl } from './faults.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body. */
  readonly length: number;
  readonly body: Iterable<Buffer>;
}

/** The ways in which a body is delivered, plain or with a fault. */
export type Manner =
  | { readonly kind: 'plain' }
  | { readonly kind: 'reset'; readonly afterBytes: number | null }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'drip'; readonly ms: number }
  | { readonly kind: 'stall' }
  | { readonly kind: 'truncated' };

export function answer(
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const bytes = Buffer.from(body);
  return { status, headers: { 'content-type': contentType, ...headers }, length: bytes.length, body: [bytes] };
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return answer(status, 'application/json; charset=utf-8', JSON.stringify(value), headers);
}

export function html(status: number, title: string): Answer {
  return answer(
    status,
    'text/html; charset=utf-8',
    `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1><hr>proxy</body></html>`,
  );
}

/** A good answer with 20 kB of headers where `large-headers` strikes. */
export function withHeaders(faults: FaultControl, context: FaultContext, reply: Answer): Answer {
  if (faults.strike('large-headers', context) === null) {
    return reply;
  }
  const extra = Array.from({ length: 20 }, (_, index) => [`x-policy-${index}`, 'p'.repeat(1000)] as const);
  return { ...reply, headers: { ...reply.headers, ...Object.fromEntries(extra) } };
}

/** Which transport fault strikes this request, if any. */
export function mannerOf(faults: FaultControl, context: FaultContext): Manner {
  const reset = faults.strike('reset', context);
  if (reset !== null) {
    return { kind: 'reset', afterBytes: reset.afterBytes ?? null };
  }
  const drip = faults.strike('slow-drip', context);
  if (drip !== null) {
    return { kind: 'drip', ms: drip.ms ?? 5_000 };
  }
  if (faults.strike('stall', context) !== null) {
    return { kind: 'stall' };
  }
  if (faults.strike('truncated', context) !== null) {
    return { kind: 'truncated' };
  }
  const slow = faults.strike('slow', context);
  return slow === null ? { kind: 'plain' } : { kind: 'slow', ms: slow.ms ?? 200 };
}

/** At most `limit` bytes of a body. */
export function* upTo(body: Iterable<Buffer>, limit: number): Generator<Buffer> {
  let left = limit;
  for (const piece of body) {
    if (left <= 0) {
      return;
    }
    yield piece.subarray(0, left);
    left -= piece.length;
  }
}

function* inPieces(body: Iterable<Buffer>, size: number): Generator<Buffer> {
  for (const piece of body) {
    for (let at = 0; at < piece.length; at += size) {
      yield piece.subarray(at, at + size);
    }
  }
}

/** Resolves when there is room again or the visitor has left; leaves no listener behind. */
async function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

/** Writes a body with back-pressure; answers the bytes handed over. Ends early when the visitor leaves. */
async function write(
  response: ServerResponse,
  body: Iterable<Buffer>,
  onBytes: (bytes: number) => void,
  pause: (() => Promise<void>) | null,
): Promise<void> {
  for (const piece of body) {
    if (response.destroyed) {
      return;
    }
    const more = response.write(piece);
    onBytes(piece.length);
    if (!more && !response.destroyed) {
      await drained(response);
    }
    await pause?.();
  }
}

/** Resolves when the connection has ended, by the visitor or because the sandbox closes. */
async function gone(response: ServerResponse): Promise<void> {
  if (!response.destroyed) {
    await once(response, 'close');
  }
}

/**
 * Sends an answer in the given manner. `onBytes` hears of each piece of the body handed over. `closing` ends pauses
 * when the sandbox closes.
 */
export async function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Answer,
  manner: Manner,
  onBytes: (bytes: number) => void,
  closing: AbortSignal,
): Promise<void> {
  const pause = (ms: number) => async (): Promise<void> => {
    await sleep(ms, undefined, { signal: closing }).catch(() => undefined);
  };
  if (manner.kind === 'reset' && manner.afterBytes === null) {
    request.socket.resetAndDestroy();
    return;
  }
  if (manner.kind === 'slow') {
    await pause(manner.ms)();
  }
  const { 'content-length': announced = String(reply.length), ...headers } = reply.headers;
  response.writeHead(reply.status, { ...headers, 'content-length': announced });
  if (request.method === 'HEAD' || reply.status === 304) {
    response.end();
    return;
  }
  switch (manner.kind) {
    case 'reset':
      await write(response, upTo(reply.body, manner.afterBytes ?? 0), onBytes, null);
      // Written bytes must leave first, or a reset would discard them.
      await pause(20)();
      request.socket.resetAndDestroy();
      return;
    case 'drip':
      response.flushHeaders();
      await write(response, inPieces(reply.body, 1), onBytes, pause(manner.ms));
      response.end();
      return;
    case 'stall':
      response.flushHeaders();
      await write(response, upTo(reply.body, Math.ceil(reply.length / 2)), onBytes, null);
      await gone(response);
      return;
    case 'truncated':
      await write(response, upTo(reply.body, Math.floor(reply.length / 2)), onBytes, null);
      request.socket.destroySoon();
      return;
    case 'slow':
      await write(
        response,
        inPieces(reply.body, Math.max(1, Math.ceil(reply.length / 16))),
        onBytes,
        pause(manner.ms / 16),
      );
      response.end();
      return;
    default:
      await write(response, reply.body, onBytes, null);
      if (Number(announced) > reply.length) {
        request.socket.destroySoon();
      } else {
        response.end();
      }
  }
}
