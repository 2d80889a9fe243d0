/** Answers that come slowly, halfway or never. */
import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendHead, write, type Answer, type Sending } from '../deliver.ts';
import type { Asked } from '../interference.ts';
import type { FaultControl } from './faults.ts';

/** The ways in which a body is delivered, plain or with a fault. */
type Manner =
  | { readonly kind: 'plain' }
  | { readonly kind: 'reset'; readonly afterBytes: number | null }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'drip'; readonly ms: number }
  | { readonly kind: 'stall' }
  | { readonly kind: 'truncated' };

/** A good answer with 20 kB of headers where `large-headers` strikes. */
export function withHeaders(faults: FaultControl, context: Asked, reply: Answer): Answer {
  if (faults.strike('large-headers', context) === null) {
    return reply;
  }
  const extra = Array.from({ length: 20 }, (_, index) => [`x-policy-${index}`, 'p'.repeat(1000)] as const);
  return { ...reply, headers: { ...reply.headers, ...Object.fromEntries(extra) } };
}

/** Which transport fault strikes this request, if any. */
function mannerOf(faults: FaultControl, context: Asked): Manner {
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

/** Resolves when the connection has ended, by the visitor or because the sandbox closes. */
async function gone(response: ServerResponse): Promise<void> {
  if (!response.destroyed) {
    await once(response, 'close');
  }
}

/** Sends an answer in the manner of the fault that strikes, if any. */
export async function deliverBadly(faults: FaultControl, asked: Asked, sending: Sending): Promise<void> {
  const { request, response, reply, onBytes, closing } = sending;
  const manner = mannerOf(faults, asked);
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
  if (!sendHead(sending)) {
    return;
  }
  switch (manner.kind) {
    case 'reset':
      await write(response, upTo(reply.body, manner.afterBytes ?? 0), onBytes);
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
      await write(response, upTo(reply.body, Math.ceil(reply.length / 2)), onBytes);
      await gone(response);
      return;
    case 'truncated':
      await write(response, upTo(reply.body, Math.floor(reply.length / 2)), onBytes);
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
      await write(response, reply.body, onBytes);
      if (Number(reply.headers['content-length'] ?? 0) > reply.length) {
        request.socket.destroySoon();
      } else {
        response.end();
      }
  }
}
