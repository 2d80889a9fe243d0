/** Width and height from the headers of common picture formats, as displayed: a picture that its EXIF turns by 90° has them swapped. */
import { type ByteSource } from './byte-source.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** `ext` by magic bytes. Null when it is no such picture or its header makes no sense. */
export function pictureSize(source: ByteSource, ext: string): PictureSize | null {
  const size = rawSize(source, ext);
  return size !== null && size.width > 0 && size.height > 0 ? size : null;
}

function rawSize(source: ByteSource, ext: string): PictureSize | null {
  switch (ext) {
    case 'jpg':
      return jpegSize(source);
    case 'png':
      return pngSize(source);
    case 'gif':
      return gifSize(source);
    case 'webp':
      return webpSize(source);
    default:
      return null;
  }
}

function pngSize(source: ByteSource): PictureSize | null {
  const head = source.read(0, 24);
  return head.length === 24 ? { width: head.readUInt32BE(16), height: head.readUInt32BE(20) } : null;
}

function gifSize(source: ByteSource): PictureSize | null {
  const head = source.read(0, 10);
  return head.length === 10 ? { width: head.readUInt16LE(6), height: head.readUInt16LE(8) } : null;
}

function webpSize(source: ByteSource): PictureSize | null {
  const head = source.read(0, 30);
  if (head.length < 30) {
    return null;
  }
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}

/** The facts of a JPEG between its start and its first scan. */
export interface JpegHead {
  readonly size: PictureSize | null;
  /** Offset just behind the header of the first scan. Null: not reached. */
  readonly scanAt: number | null;
  /** A segment says that it is longer than the file. */
  readonly cut: boolean;
}

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Walks the segments of a JPEG up to its first scan, so that a thumbnail inside EXIF is never mistaken for the picture. */
export function jpegHead(source: ByteSource): JpegHead {
  let at = 2;
  let size: PictureSize | null = null;
  let turned = false;
  const answer = (scanAt: number | null, cut: boolean): JpegHead => ({
    size: size !== null && turned ? { width: size.height, height: size.width } : size,
    scanAt,
    cut,
  });
  while (at + 4 <= source.size) {
    const head = source.read(at, 4);
    if (head[0] !== 0xff) {
      return answer(null, false);
    }
    const marker = head[1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = head.readUInt16BE(2);
    const bare = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    if (bare || length < 2) {
      return answer(null, false);
    }
    if (at + 2 + length > source.size) {
      return answer(null, true);
    }
    if (marker === 0xda) {
      return answer(at + 2 + length, false);
    }
    if (isFrame(marker) && length >= 7) {
      const frame = source.read(at + 5, 4);
      size = { height: frame.readUInt16BE(0), width: frame.readUInt16BE(2) };
    } else if (marker === 0xe1) {
      turned = turned || isTurned(Buffer.from(source.read(at + 4, length - 2)));
    }
    at += 2 + length;
  }
  return answer(null, true);
}

function jpegSize(source: ByteSource): PictureSize | null {
  return jpegHead(source).size;
}

const ORIENTATION = 0x0112;

/** Whether the EXIF block turns the picture by a quarter (orientation 5 to 8). */
function isTurned(app1: Buffer): boolean {
  if (app1.length < 22 || app1.toString('latin1', 0, 6) !== 'Exif\0\0') {
    return false;
  }
  const tiff = app1.subarray(6);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const ifd = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (ifd + 2 > tiff.length) {
    return false;
  }
  const count = u16(ifd);
  for (let index = 0; index < count; index += 1) {
    const entry = ifd + 2 + index * 12;
    if (entry + 12 > tiff.length) {
      return false;
    }
    if (u16(entry) === ORIENTATION) {
      const value = u16(entry + 8);
      return value >= 5 && value <= 8;
    }
  }
  return false;
}
