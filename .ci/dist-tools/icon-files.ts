/** The two containers of icons that no library is needed for. Pure: pictures in, bytes out. */

export interface Picture {
  /** Edge in pixels. */
  readonly size: number;
  readonly png: Buffer;
  /** Straight RGBA, row by row from the top; only for sizes that ICO keeps uncompressed. */
  readonly rgba?: Buffer;
}

/** Windows reads compressed entries of any size, older parts of its shell and of installers only the largest. */
const ICO_UNCOMPRESSED_UP_TO = 128;

/** An ICO file: entries up to 128 pixels as bitmaps, larger ones as PNG. */
export function icoFile(pictures: readonly Picture[]): Buffer {
  const bodies = pictures.map((picture) =>
    picture.size <= ICO_UNCOMPRESSED_UP_TO && picture.rgba !== undefined
      ? bitmap(picture.size, picture.rgba)
      : picture.png,
  );
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  pictures.forEach(({ size }, index) => {
    const at = 6 + 16 * index;
    const length = bodies[index]?.length ?? 0;
    // 256 is written as 0.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += length;
  });
  return Buffer.concat([head, ...bodies]);
}

/** A device-independent bitmap as icons carry it: BGRA from the bottom up, then an empty mask. */
function bitmap(size: number, rgba: Buffer): Buffer {
  const maskRow = Math.ceil(size / 32) * 4;
  const pixels = size * size * 4;
  const out = Buffer.alloc(40 + pixels + maskRow * size);
  out.writeUInt32LE(40, 0);
  out.writeInt32LE(size, 4);
  // Picture and mask stand above each other.
  out.writeInt32LE(size * 2, 8);
  out.writeUInt16LE(1, 12);
  out.writeUInt16LE(32, 14);
  out.writeUInt32LE(pixels, 20);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = (y * size + x) * 4;
      const to = 40 + ((size - 1 - y) * size + x) * 4;
      out[to] = rgba[from + 2] ?? 0;
      out[to + 1] = rgba[from + 1] ?? 0;
      out[to + 2] = rgba[from] ?? 0;
      out[to + 3] = rgba[from + 3] ?? 0;
    }
  }
  return out;
}

/** Types of ICNS entries that hold a PNG, with their edge in pixels; `@2x` entries share pixels with the next size. */
const ICNS_TYPES: readonly (readonly [string, number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];

/** An ICNS file of all sizes that macOS asks for. Throws when a size is missing. */
export function icnsFile(pictures: readonly Picture[]): Buffer {
  const entries = ICNS_TYPES.map(([type, size]) => {
    const png = pictures.find((picture) => picture.size === size)?.png;
    if (png === undefined) {
      throw new Error(`The icon of ${String(size)} pixels is missing.`);
    }
    return chunk(type, png);
  });
  return chunk('icns', Buffer.concat(entries));
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'ascii');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}
