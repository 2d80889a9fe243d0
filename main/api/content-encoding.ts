/** Packed bodies. No packing is asked for, but proxies and object stores send Content-Encoding anyway: some as a label, some in earnest. */
import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { fileTypeFromBuffer } from 'file-type';

/** Made when needed: what Electron's Node lacks must not stop the rest. */
const UNPACKERS = new Map<string, () => Transform>([
  ['gzip', () => zlib.createGunzip()],
  ['deflate', () => zlib.createInflate()],
  ['br', () => zlib.createBrotliDecompress()],
  ['zstd', () => zlib.createZstdDecompress()],
]);
const OTHER_PACKINGS: ReadonlySet<string> = new Set(['compress', 'dcb', 'dcz']);

/** The packings that a Content-Encoding names, in the order they were applied. Other words (`aws-chunked`, `UTF-8`, `binary`) leave the bytes as they are. */
export function packingsOf(contentEncoding: string | null): string[] {
  return (contentEncoding ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase().replace(/^x-/, ''))
    .filter((word) => UNPACKERS.has(word) || OTHER_PACKINGS.has(word));
}

export function canUnpack(packings: readonly string[]): boolean {
  return packings.every((packing) => UNPACKERS.has(packing));
}

/**
 * The file inside a packed body. Bytes that are media as they come were only labelled and stay as they are. Fails as `body` does, and with
 * `fault()` when the bytes cannot be unpacked.
 */
export function unpacked(body: Readable, packings: readonly string[], fault: () => Error): Readable {
  const file = Readable.from(unpack(body, packings, fault), { objectMode: false });
  // Also when nobody has read of it.
  return file.once('close', () => body.destroy());
}

async function* unpack(
  body: Readable,
  packings: readonly string[],
  fault: () => Error,
): AsyncGenerator<Uint8Array, void, void> {
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) {
    return;
  }
  const rest = Readable.from(from(first.value, chunks), { objectMode: false });
  const type = await fileTypeFromBuffer(first.value);
  const isMedia = type !== undefined && /^(image|video|audio)\//.test(type.mime);
  const steps = isMedia ? [] : packings.toReversed().flatMap((packing) => UNPACKERS.get(packing)?.() ?? []);
  const end = steps.reduce<Readable>((source, step) => pipeline(source, step, () => undefined), rest);
  try {
    yield* end as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw rest.errored === error ? error : fault();
  }
}

async function* from(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    yield next.value;
  }
}
