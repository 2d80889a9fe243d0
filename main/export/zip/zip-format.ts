/**
 * The bytes around the entries of a zip (PKWARE APPNOTE 6.3, sections 4.3 and 4.5). Sizes and CRC stand in the local headers, so a reader
 * that cannot seek knows where an entry ends; there are no data descriptors. Sizes and offsets from 4 GiB on are written as ZIP64. Pure.
 */

export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly mtime: Date;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  /** Bytes of the file, and of what stands for it in the zip. */
  readonly bytes: number;
  readonly packedBytes: number;
}

/** From here on a field of 32 bits says that ZIP64 has the number. */
const FULL_32 = 0xffff_ffff;
const FULL_16 = 0xffff;
const METHODS = { stored: 0, deflated: 8 } as const;
const NAME_IS_UTF8 = 1 << 11;
const VERSION = 20;
const VERSION_ZIP64 = 45;
/** Unix, APPNOTE 6.3: the reader takes the mode from the upper half of the external attributes. */
const MADE_BY = (3 << 8) | 63;
const FILE_MODE = 0o100644;

/** The local header of an entry. `zip64` forces the 64-bit form. */
export function localHeader(entry: ZipEntry, zip64 = false): Buffer {
  const large = zip64 || entry.bytes >= FULL_32 || entry.packedBytes >= FULL_32;
  const name = Buffer.from(entry.name);
  // A local header has both sizes in ZIP64 or neither.
  const extra = Buffer.concat([
    large ? extraField(0x0001, [bits64(entry.bytes), bits64(entry.packedBytes)]) : Buffer.alloc(0),
    timeField(entry.mtime),
  ]);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  common(entry, large).copy(fixed, 4);
  fixed.writeUInt32LE(large ? FULL_32 : entry.packedBytes, 18);
  fixed.writeUInt32LE(large ? FULL_32 : entry.bytes, 22);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, name, extra]);
}

/** The central directory record of an entry whose local header is at `offset`. */
export function centralHeader(entry: ZipEntry, offset: number, zip64 = false): Buffer {
  const numbers = [entry.bytes, entry.packedBytes, offset];
  const isLarge = (value: number): boolean => zip64 || value >= FULL_32;
  const large = numbers.filter(isLarge);
  const [bytes = 0, packed = 0, at = 0] = numbers.map((value) => (isLarge(value) ? FULL_32 : value));
  const name = Buffer.from(entry.name);
  const extra = Buffer.concat([
    large.length > 0 ? extraField(0x0001, large.map(bits64)) : Buffer.alloc(0),
    timeField(entry.mtime),
  ]);
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(MADE_BY, 4);
  common(entry, large.length > 0).copy(fixed, 6);
  fixed.writeUInt32LE(packed, 20);
  fixed.writeUInt32LE(bytes, 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt32LE(FILE_MODE * 0x1_0000, 38);
  fixed.writeUInt32LE(at, 42);
  return Buffer.concat([fixed, name, extra]);
}

/** The end of a zip whose directory of `entries` entries takes `bytes` bytes from `offset` on. */
export function zipEnd(entries: number, offset: number, bytes: number, zip64 = false): Buffer {
  const large = zip64 || entries >= FULL_16 || offset >= FULL_32 || bytes >= FULL_32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(large ? FULL_16 : entries, 8);
  end.writeUInt16LE(large ? FULL_16 : entries, 10);
  end.writeUInt32LE(large ? FULL_32 : bytes, 12);
  end.writeUInt32LE(large ? FULL_32 : offset, 16);
  if (!large) {
    return end;
  }
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  bits64(record.length - 12).copy(record, 4);
  record.writeUInt16LE(MADE_BY, 12);
  record.writeUInt16LE(VERSION_ZIP64, 14);
  bits64(entries).copy(record, 24);
  bits64(entries).copy(record, 32);
  bits64(bytes).copy(record, 40);
  bits64(offset).copy(record, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  bits64(offset + bytes).copy(locator, 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}

/** Version, flags, method, time and CRC: 14 bytes that both headers have alike. */
function common(entry: ZipEntry, large: boolean): Buffer {
  const { date, time } = dosTime(entry.mtime);
  const fields = Buffer.alloc(14);
  fields.writeUInt16LE(large ? VERSION_ZIP64 : VERSION, 0);
  fields.writeUInt16LE(NAME_IS_UTF8, 2);
  fields.writeUInt16LE(METHODS[entry.method], 4);
  fields.writeUInt16LE(time, 6);
  fields.writeUInt16LE(date, 8);
  fields.writeUInt32LE(entry.crc32, 10);
  return fields;
}

/** `UT`: the modification time in seconds since 1970, UTC. Left out before 1901 and from 2038 on, where 32 bits end. */
function timeField(mtime: Date): Buffer {
  const seconds = Math.floor(mtime.getTime() / 1000);
  if (seconds < -0x8000_0000 || seconds > 0x7fff_ffff) {
    return Buffer.alloc(0);
  }
  const value = Buffer.alloc(5);
  value.writeUInt8(1, 0);
  value.writeInt32LE(seconds, 1);
  return extraField(0x5455, [value]);
}

function extraField(tag: number, values: readonly Buffer[]): Buffer {
  const content = Buffer.concat(values);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(tag, 0);
  head.writeUInt16LE(content.length, 2);
  return Buffer.concat([head, content]);
}

function bits64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value), 0);
  return bytes;
}

/** Local time in steps of two seconds, 1980 to 2107: for readers that do not know `UT`. */
function dosTime(at: Date): { readonly date: number; readonly time: number } {
  const year = at.getFullYear();
  if (year < 1980) {
    return { date: (1 << 5) | 1, time: 0 };
  }
  if (year > 2107) {
    return { date: (127 << 9) | (12 << 5) | 31, time: (23 << 11) | (59 << 5) | 29 };
  }
  return {
    date: ((year - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
  };
}
