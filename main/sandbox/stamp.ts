/**
 * Makes bytes unique without touching what they show: each container has a place for words nobody draws. The result is
 * a valid file of its type whose hash differs per mark.
 */
import { crc32 } from 'node:zlib';

/** The longest payload of one JPEG comment. */
const COMMENT_MAX = 65_533;

function jpegComment(payload: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xfe, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

function stampJpeg(bytes: Buffer, mark: string): Buffer {
  return Buffer.concat([bytes.subarray(0, 2), jpegComment(Buffer.from(mark)), bytes.subarray(2)]);
}

function stampPng(bytes: Buffer, mark: string): Buffer {
  const body = Buffer.from(`tEXtComment\0${mark}`, 'latin1');
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length - 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  const afterHeader = 8 + 25;
  return Buffer.concat([bytes.subarray(0, afterHeader), head, body, tail, bytes.subarray(afterHeader)]);
}

function riffChunk(name: string, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload, Buffer.alloc(payload.length % 2)]);
}

/** A plain WebP becomes an extended one (VP8X) that carries the mark as XMP. */
function stampWebp(bytes: Buffer, mark: string, width: number, height: number): Buffer {
  const extended = Buffer.alloc(10);
  extended[0] = 0x04;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    riffChunk('VP8X', extended),
    bytes.subarray(12),
    riffChunk('XMP ', Buffer.from(mark)),
  ]);
  return riffChunk('RIFF', body);
}

/** The header of a `free` box of `size` bytes; 16 bytes long when the size does not fit in 32 bits. */
export function freeBoxHeader(size: number): Buffer {
  const wide = size > 0xffff_ffff;
  const head = Buffer.alloc(wide ? 16 : 8);
  head.writeUInt32BE(wide ? 1 : size, 0);
  head.write('free', 4, 'latin1');
  if (wide) {
    head.writeBigUInt64BE(BigInt(size), 8);
  }
  return head;
}

function stampMp4(bytes: Buffer, mark: string): Buffer {
  const payload = Buffer.from(mark);
  return Buffer.concat([bytes, freeBoxHeader(8 + payload.length), payload]);
}

/** An ID3v2.3 tag with one comment, in front of an MP3 that has none. */
function stampMp3(bytes: Buffer, mark: string): Buffer {
  const text = Buffer.from(`\0eng\0${mark}`, 'latin1');
  const frame = Buffer.alloc(10);
  frame.write('COMM', 0, 'latin1');
  frame.writeUInt32BE(text.length, 4);
  const size = frame.length + text.length;
  const syncSafe = [(size >> 21) & 0x7f, (size >> 14) & 0x7f, (size >> 7) & 0x7f, size & 0x7f];
  return Buffer.concat([Buffer.from('ID3\x03\0\0', 'latin1'), Buffer.from(syncSafe), frame, text, skipId3(bytes)]);
}

/** The audio behind an ID3v2 tag, if there is one. */
function skipId3(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', 0, 3) !== 'ID3') {
    return bytes;
  }
  const size = [6, 7, 8, 9].reduce((sum, at) => (sum << 7) | (bytes[at] ?? 0), 0);
  return bytes.subarray(10 + size);
}

/** The same media with `mark` (ASCII) inside. `width` and `height` are needed for WebP alone. */
export function stamp(bytes: Buffer, mime: string, mark: string, width: number, height: number): Buffer {
  switch (mime) {
    case 'image/jpeg':
      return stampJpeg(bytes, mark);
    case 'image/png':
      return stampPng(bytes, mark);
    case 'image/webp':
      return stampWebp(bytes, mark, width, height);
    case 'audio/mpeg':
      return stampMp3(bytes, mark);
    case 'video/mp4':
    case 'audio/mp4':
      return stampMp4(bytes, mark);
    default:
      throw new Error(`no place for a mark in ${mime}`);
  }
}

/** Where `padJpeg` put the mark: it may be overwritten there with another of at most `MARK_ROOM` bytes. */
export const MARK_AT = 6;
export const MARK_ROOM = 64;

/**
 * A JPEG of exactly `size` bytes that shows the same picture: comments are put behind its first marker.
 * Throws when the picture alone is larger, with the smallest size that would do.
 */
export function padJpeg(bytes: Buffer, size: number): Buffer {
  const least = bytes.length + 4 + MARK_ROOM;
  if (size < least) {
    throw new RangeError(`a picture here needs at least ${least} bytes, not ${size}`);
  }
  const parts = [bytes.subarray(0, 2)];
  let left = size - bytes.length;
  while (left > 0) {
    // A rest of under four bytes could not be a comment of its own.
    const part = left - 4 > COMMENT_MAX ? Math.min(COMMENT_MAX, left - 8) : left - 4;
    parts.push(jpegComment(Buffer.alloc(part, ' ')));
    left -= part + 4;
  }
  return Buffer.concat([...parts, bytes.subarray(2)]);
}
