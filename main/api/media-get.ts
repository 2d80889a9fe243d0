/** One GET of a file by undici's dispatcher: each of thousands of small files passes through as few hands as possible. */
import { Readable, type ReadableOptions } from 'node:stream';
import { type Agent, type Dispatcher, errors } from 'undici';
import { MediaError, type MediaErrorCode } from './media-error.ts';
import { faultOfWay } from './routes.ts';

/** Pieces that a body may be ahead of its reader. They are the records of TLS, of 16 KiB: small files never make the socket stop. */
const READ_AHEAD = 32;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** A redirect's own body is read away up to this size, so that its connection can be used again. */
const REDIRECT_BODY_MAX = 64 * 1024;

/**
 * A body as the pieces that came. A stream of bytes would put them together for its reader: a copy, and memory that only V8 gives back. What
 * has come before a fault is read before the fault is told.
 */
class Pieces extends Readable {
  #fault: MediaError | null = null;

  constructor(options: Pick<ReadableOptions, 'read' | 'destroy'>) {
    super({ ...options, objectMode: true, highWaterMark: READ_AHEAD });
    // A fault may come while the caller still looks for room on the disk; unheard, it would end the process. The next read tells it.
    this.on('error', () => undefined);
  }

  fail(fault: MediaError): void {
    if (this.readableLength === 0) {
      this.destroy(fault);
    }
    this.#fault = fault;
  }

  override read(size?: number): unknown {
    const piece: unknown = super.read(size);
    if (this.#fault !== null && piece === null && this.readableLength === 0) {
      this.destroy(this.#fault);
    }
    return piece;
  }
}

export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Where to go instead; null when this is the answer. */
  readonly location: string | null;
  readonly body: Readable;
}

/** One GET. Resolves with the head; the body follows in its stream, at the reader's pace. */
export function send(
  agent: Agent,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Head> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new MediaError('aborted', url.host));
      return;
    }
    let controller: Dispatcher.DispatchController | null = null;
    let body: Pieces | null = null;
    let ended = false;
    let ignored: number | null = null;

    const finish = (): void => {
      ended = true;
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: MediaError): void => {
      finish();
      if (body === null) {
        reject(error);
      } else {
        body.fail(error);
      }
    };
    const onAbort = (): void => {
      const error = new MediaError('aborted', url.host);
      fail(error);
      body?.destroy(error);
      controller?.abort(error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });

    agent.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method: 'GET', headers },
      {
        onRequestStart: (started) => {
          controller = started;
          if (ended) {
            started.abort(new MediaError('aborted', url.host));
          }
        },
        onResponseStart: (started, status, received) => {
          if (status < 200 || ended) {
            return;
          }
          const location = REDIRECT_STATUSES.has(status) ? firstOf(received['location']) : null;
          body = new Pieces({
            read: () => started.resume(),
            destroy: (error, done) => {
              if (!ended) {
                finish();
                started.abort(new MediaError('aborted', url.host));
              }
              done(error);
            },
          });
          if (location !== null) {
            ignored = 0;
          }
          resolve({ status, headers: received, location, body });
        },
        onResponseData: (started, chunk) => {
          if (ignored !== null) {
            ignored += chunk.length;
            if (ignored > REDIRECT_BODY_MAX) {
              started.abort(new MediaError('aborted', url.host));
            }
            // A paused connection that goes on and has nothing yet gives an empty piece. Its reader would ask again at once, for ever.
          } else if (chunk.length > 0 && body?.push(chunk) === false) {
            started.pause();
          }
        },
        onResponseEnd: () => {
          if (!ended) {
            finish();
            body?.push(null);
          }
        },
        onResponseError: (_started, error) => {
          if (ended) {
            return;
          }
          if (ignored !== null) {
            finish();
            return;
          }
          fail(toMediaError(error, url.host));
        },
      },
    );
  });
}

const CODES: Readonly<Record<string, MediaErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'stalled',
  UND_ERR_ABORTED: 'aborted',
  UND_ERR_DESTROYED: 'aborted',
  UND_ERR_CLOSED: 'aborted',
  UND_ERR_HEADERS_OVERFLOW: 'bad_response',
};

/** Only code and kind of the original are kept: its message or fields may hold the address. */
function toMediaError(error: unknown, host: string): MediaError {
  if (error instanceof MediaError) {
    return new MediaError(error.code, host, error.detail);
  }
  if (error instanceof errors.HTTPParserError) {
    return new MediaError('bad_response', host, 'not HTTP');
  }
  const fault = faultOfWay(error);
  if (fault !== null) {
    return new MediaError(fault.code, host, fault.detail);
  }
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  const text = typeof code === 'string' ? code.slice(0, 60) : null;
  return new MediaError(text === null ? 'network' : (CODES[text] ?? 'network'), host, text);
}

/** A header's value; of one that came twice, the first. */
export function firstOf(value: string | string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}
