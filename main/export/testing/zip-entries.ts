/** Reads a small zip by its central directory (APPNOTE 4.3), apart from what writes them. Throws on anything that is not right. */
import { readFileSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';

export function zipEntries(path: string): Map<string, Buffer> {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) {
    throw new Error('no end of central directory');
  }
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries = new Map<string, Buffer>();
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) {
      throw new Error('no central header where one should be');
    }
    const method = bytes.readUInt16LE(at + 10);
    const crc = bytes.readUInt32LE(at + 16);
    const packed = bytes.readUInt32LE(at + 20);
    const size = bytes.readUInt32LE(at + 24);
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    // What a reader knows that cannot seek: no data descriptor (bit 3), and the numbers in the local header.
    const descriptor = (bytes.readUInt16LE(local + 6) & 8) !== 0;
    if (descriptor || [crc, packed, size].some((value, at) => bytes.readUInt32LE(local + 14 + 4 * at) !== value)) {
      throw new Error(`the local header of ${name} does not say what follows`);
    }
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const raw = bytes.subarray(start, start + packed);
    const content = method === 8 ? inflateRawSync(raw) : raw;
    if (content.length !== size || crc32(content) !== crc || entries.has(name)) {
      throw new Error(`the entry ${name} is not right`);
    }
    entries.set(name, Buffer.from(content));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
