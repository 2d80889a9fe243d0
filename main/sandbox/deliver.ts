/** Answers, and how they go over the wire. */
import { type IncomingMessage, type ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body. */
  readonly length: number;
  readonly body: Iterable<Buffer>;
}

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
export async function write(
  response: ServerResponse,
  body: Iterable<Buffer>,
  onBytes: (bytes: number) => void,
  pause: (() => Promise<void>) | null = null,
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

/** An answer on its way to the visitor. */
export interface Sending {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly reply: Answer;
  /** Hears of each piece of the body that is handed over. */
  readonly onBytes: (bytes: number) => void;
  /** Ends pauses when the sandbox closes. */
  readonly closing: AbortSignal;
}

/** Sends the head; answers whether a body follows. */
export function sendHead({ request, response, reply }: Sending): boolean {
  response.writeHead(reply.status, { 'content-length': String(reply.length), ...reply.headers });
  if (request.method === 'HEAD' || reply.status === 304) {
    response.end();
    return false;
  }
  return true;
}

/** Sends an answer as it should be. */
export async function deliver(sending: Sending): Promise<void> {
  const { response, reply, onBytes } = sending;
  if (sendHead(sending)) {
    await write(response, reply.body, onBytes);
    response.end();
  }
}
