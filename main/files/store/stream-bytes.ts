/** Reading byte streams, with their faults told apart from the store's own. */
import { type Readable } from 'node:stream';

/** A fault of who sends the bytes. The store hands its cause on as it is: a refused connection must not look like a disk without permissions. */
export class SourceFault extends Error {
  constructor(cause: unknown) {
    super('the source of the bytes failed', { cause });
    this.name = 'SourceFault';
  }
}

/** The stream's chunks. Throws SourceFault when it breaks, TypeError when it is not of bytes. */
export async function* bytesOf(source: Readable): AsyncGenerator<Buffer, void> {
  const chunks: AsyncIterator<unknown> = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await fromSource(chunks.next());
    if (next.done === true) {
      return;
    }
    yield toBuffer(next.value);
  }
}

/** The promise, its rejection as SourceFault. */
export async function fromSource<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new SourceFault(error);
  }
}

/** A chunk of a byte stream as a Buffer, without a copy. Throws TypeError on object streams. */
function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) {
    return chunk;
  }
  if (chunk instanceof Uint8Array) {
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  if (typeof chunk === 'string') {
    return Buffer.from(chunk);
  }
  throw new TypeError('a media stream must give bytes');
}
