/** A chunk of a byte stream as a Buffer, without a copy. Throws TypeError on object streams. */
export function toBuffer(chunk: unknown): Buffer {
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
