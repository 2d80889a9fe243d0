/** The ways in which the media host misbehaves. */
import * as zlib from 'node:zlib';
import type { Body } from '../bodies.ts';
import { answer, html, json, type Answer } from '../deliver.ts';
import { EXPIRED_PAGE, type Asked, type GoodLink } from '../interference.ts';
import type { Links } from '../links.ts';
import type { Hosted, LiveWorld } from '../live.ts';
import { bodyHeaders } from '../media-server.ts';
import { hostRefusal } from '../refusals.ts';
import { upTo, withHeaders } from './bad-delivery.ts';
import type { FaultControl, FaultName } from './faults.ts';

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

/** Faults that end the requested link, and what is answered from then on. */
const ENDINGS = {
  'expired-one': () => hostRefusal(403, 'Request has expired'),
  'expired-400': (id) =>
    id % 2 === 0
      ? answer(400, 'application/xml', EXPIRED_XML)
      : json(400, { error: { code: 'ExpiredToken', message: 'The provided token has expired.' } }),
  'redirect-to-page': () => ({
    ...html(302, 'Found'),
    headers: { 'content-type': 'text/html', location: EXPIRED_PAGE },
  }),
} as const satisfies Readonly<Partial<Record<FaultName, (mediaId: number) => Answer>>>;
type Ending = keyof typeof ENDINGS;
const ENDING_NAMES: readonly Ending[] = ['expired-one', 'expired-400', 'redirect-to-page'];

export class BadFiles {
  readonly #faults: FaultControl;
  /** Signatures of links that were made to end one by one. */
  readonly #ended = new Map<string, Ending>();

  constructor(faults: FaultControl) {
    this.#faults = faults;
  }

  /** In place of the file behind a good link. */
  link({ id, signature }: GoodLink, context: Asked, links: Links): Answer | null {
    const faults = this.#faults;
    if (faults.strike('expired-all', context) !== null) {
      links.expireAll();
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

  /** Changes the file before it is opened. `continues`: the request is for the rest of one that was begun. */
  before(live: LiveWorld, id: number, hosted: Hosted, asked: Asked, continues: boolean): void {
    if (continues && this.#faults.strike('changed-object', asked) !== null) {
      live.changeBytes(id, hosted);
    }
    // A file that is under way stays what it is.
    if (!continues && this.#faults.strike('odd-media', asked) !== null) {
      live.makeOdd(id, hosted);
    }
  }

  /** The answer for a body; `serve` makes the right one. */
  file(body: Body, asked: Asked, serve: (ranges: boolean) => Answer): Answer {
    const faults = this.#faults;
    if (faults.strike('html-instead-of-media', asked) !== null) {
      return html(200, 'Please sign in');
    }
    const packing = faults.strike('packed', asked);
    if (packing !== null) {
      return packed(body, packing.encoding ?? 'gzip');
    }
    const reply = serve(faults.strike('no-range', asked) === null);
    if (reply.status !== 200 && reply.status !== 206) {
      return reply;
    }
    const odd = faults.strike('odd-encoding', asked);
    const headers = { ...reply.headers, ...(odd && { 'content-encoding': odd.encoding ?? 'aws-chunked' }) };
    const labelled = withHeaders(faults, asked, { ...reply, headers });
    return faults.strike('wrong-length', asked) === null ? labelled : wrongLength(labelled, body.mime);
  }
}
