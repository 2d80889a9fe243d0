import type { App } from '../../app/create-app.ts';
import { isCallName } from '../../app/calls.ts';
import { ABORTED, err, type Result } from '../../contract/errors.ts';
import { COMMON } from '../http/headers.ts';

/** Twenty thousand ids and room to spare. */
const MOST_BYTES = 1024 * 1024;
const MOST_CALLS = 500;

/** Answers `POST /rpc/<call>`: JSON in, a `Result` out, whatever happens. A page that closes its request gives up the call. */
export class Rpc {
  readonly #app: Pick<App, 'call'>;
  #running = 0;

  constructor(app: Pick<App, 'call'>) {
    this.#app = app;
  }

  async answer(request: Request, name: string): Promise<Response> {
    const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      return json(415, err('bad_input', 'A call is sent as JSON.'));
    }
    if (!isCallName(name)) {
      return json(200, err('unknown_call', 'There is no call of this name.'));
    }
    if (this.#running >= MOST_CALLS) {
      return json(200, err('busy', 'Too many requests at once.', 'Reload the page.'));
    }
    this.#running += 1;
    try {
      const body = await readBody(request);
      if (body === null) {
        return json(413, err('bad_input', 'The input of the call is too large.'));
      }
      return json(200, await this.#app.call(name, parseJson(body), request.signal));
    } catch (error) {
      if (request.signal.aborted) {
        return json(200, ABORTED);
      }
      throw error;
    } finally {
      this.#running -= 1;
    }
  }
}

export function json(status: number, result: Result<unknown>): Response {
  return new Response(JSON.stringify(result), {
    status,
    headers: {
      ...COMMON,
      'content-type': 'application/json; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
    },
  });
}

/** Null when there is more than may be; the rest is not read then, whatever length was announced. */
async function readBody(request: Request): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) {
    return null;
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const body: ReadableStream<Uint8Array> | null = request.body;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) {
      return null;
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Undefined for what is no JSON: no call takes that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
