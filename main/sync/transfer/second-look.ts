import type { Readable } from 'node:stream';
import type { MediaSource } from './media-source.ts';
import type { ObjectFacts } from './resume-validator.ts';

/**
 * Whether the host says a second time that its object has just these bytes: one request for the last of them. A file whose container ends
 * early may have been cut on the way, under a length that fits; the size in a range's answer is that of the object itself.
 */
export async function hasJustThese(
  media: MediaSource,
  url: string,
  object: ObjectFacts & { readonly bytes: number },
  signal: AbortSignal,
): Promise<boolean> {
  const response = await media.fetch(url, { signal, range: { start: object.bytes - 1 } });
  response.body.on('error', () => undefined);
  const { status, contentRange, contentLength } = response;
  // A whole of unknown length, a packed one for instance, is counted.
  const whole = status === 200 ? (contentLength ?? (await bytesIn(response.body))) : null;
  response.body.destroy();
  const total = status === 206 ? (contentRange?.total ?? null) : whole;
  const agrees = (before: string | null, now: string | null): boolean => before === null || before === now;
  return (
    total === object.bytes && agrees(object.etag, response.etag) && agrees(object.lastModified, response.lastModified)
  );
}

async function bytesIn(body: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
  }
  return bytes;
}
