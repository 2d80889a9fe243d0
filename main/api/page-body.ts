/** The body of an answer, from bytes to what the client gives. */
import type { ListedPage } from '../lib/model.ts';
import { ApiError } from './errors.ts';
import { readPage } from './read-page.ts';

/** What an error says of the answer that could not be read. */
export interface AskedBody {
  readonly endpoint: string;
  readonly requestId: string | null;
}

/** Reads a body. Throws ApiError `bad_response` (worth a retry) when it is none of the service's. It may take the bytes away. */
export type ReadBody<Result> = (body: Uint8Array<ArrayBuffer>, asked: AskedBody) => Result | Promise<Result>;

/** The JSON of a body. The decoder drops a byte order mark, which JSON.parse refuses. */
export function readJson(body: Uint8Array, { endpoint, requestId }: AskedBody): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    // Seen in the wild: an unescaped `url`, or an HTML page with status 200 (API facts §5). An error to retry, never an empty page.
    throw new ApiError('bad_response', { endpoint, status: 200, requestId, detail: 'not valid JSON' });
  }
}

export const readPageBody = (body: Uint8Array, asked: AskedBody): ListedPage =>
  readPage(readJson(body, asked), asked.endpoint);
