/**
 * Is a file shorter than its own container says? Only clear truncation counts: an unknown format is evidence and is kept.
 * Reads headers, never whole files (but the end of a JPEG, which has no length anywhere).
 */
import { type OddKind } from '../../contract/model.ts';
import { type ByteSource } from './byte-source.ts';
import { jpegHead } from './picture-header.ts';

/** `ext` by magic bytes. Null = nothing says that it is cut. */
export function truncation(source: ByteSource, ext: string): OddKind | null {
  switch (ext) {
    case 'jpg':
      return jpegCut(source);
    case 'png':
      return pngCut(source);
    case 'gif':
      return gifCut(source);
    case 'webp':
      return webpCut(source);
    case 'mp4':
    case 'm4v':
    case 'm4a':
    case 'mov':
    case '3gp':
      return boxesCut(source, true);
    case 'heic':
    case 'avif':
      return boxesCut(source, false);
    case 'mp3':
      return mp3Cut(source);
    default:
      return null;
  }
}

const EOI = Buffer.from([0xff, 0xd9]);
const STEP = 1024 * 1024;

function jpegCut(source: ByteSource): OddKind | null {
  const { scanAt, cut } = jpegHead(source);
  if (cut) {
    return 'cut_inside';
  }
  if (scanAt === null) {
    return null;
  }
  const tailAt = Math.max(scanAt, source.size - 4096);
  if (source.read(tailAt, 4096).includes(EOI)) {
    return null;
  }
  // Phones append whole videos behind the picture, so the end marker may lie far from the end of the file.
  for (let at = scanAt; at < tailAt; at += STEP - 1) {
    if (source.read(at, STEP).includes(EOI)) {
      return null;
    }
  }
  return 'no_end';
}

function pngCut(source: ByteSource): OddKind | null {
  let at = 8;
  while (at + 8 <= source.size) {
    const head = source.read(at, 8);
    const end = at + 12 + head.readUInt32BE(0);
    if (end > source.size) {
      break;
    }
    if (head.toString('latin1', 4, 8) === 'IEND') {
      return null;
    }
    at = end;
  }
  return 'no_end';
}

function webpCut(source: ByteSource): OddKind | null {
  const head = source.read(0, 8);
  return head.length === 8 && head.readUInt32LE(4) + 8 > source.size + 1 ? 'cut_inside' : null;
}

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** A missing trailer is common and harmless; a block that ends behind the file is not. */
function gifCut(source: ByteSource): OddKind | null {
  const head = source.read(0, 13);
  let at = 13 + tableBytes(head[10] ?? 0);
  while (at < source.size) {
    const kind = source.read(at, 10);
    if (kind[0] === 0x21) {
      at += 2;
    } else if (kind[0] === 0x2c) {
      at += 11 + tableBytes(kind[9] ?? 0);
    } else {
      return null;
    }
    for (let length = -1; length !== 0; at += 1 + length) {
      const next = source.read(at, 1)[0];
      if (next === undefined) {
        return 'cut_inside';
      }
      length = next;
    }
  }
  return null;
}

function mp3Cut(source: ByteSource): OddKind | null {
  const head = source.read(0, 10);
  if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') {
    return null;
  }
  const size = head.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  return size + 10 > source.size ? 'cut_inside' : null;
}

const BOX_NAME = /^[\x20-\x7e\xa9]{4}$/;

/** Top-level boxes of the MP4 family: each fits into the file, and the movie's index is there. */
function boxesCut(source: ByteSource, needsMovie: boolean): OddKind | null {
  const seen = new Set<string>();
  let at = 0;
  while (at + 8 <= source.size) {
    const head = source.read(at, 16);
    const name = head.toString('latin1', 4, 8);
    if (!BOX_NAME.test(name)) {
      break;
    }
    const short = head.readUInt32BE(0);
    const long = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short;
    const end = short === 0 ? source.size : at + long;
    if (end > source.size) {
      return 'cut_inside';
    }
    if (end < at + 8) {
      break;
    }
    seen.add(name);
    at = end;
  }
  return needsMovie && !seen.has('moov') ? 'no_index' : null;
}
