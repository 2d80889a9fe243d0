/** Pictures for tests, made and looked at by the engine itself. */
import { createPictureEngine } from '../picture-engine.ts';
import type { PictureJob, PictureSource } from '../picture-job.ts';

const engine = createPictureEngine({ milliseconds: 300_000 });

/** The encoded bytes. Throws when nothing can be drawn. */
export async function draw(job: PictureJob): Promise<Buffer> {
  const picture = await engine.draw(job);
  if (picture === null) {
    throw new Error('cannot be drawn');
  }
  return Buffer.from(picture.bytes.buffer);
}

/** One colour, RGB or RGBA, everywhere. */
export function plain(width: number, height: number, colour: readonly number[]): PictureSource {
  return {
    pixels: Uint8Array.from({ length: width * height * colour.length }, (_none, at) => colour[at % colour.length] ?? 0),
    width,
    height,
  };
}

/** Width and height in pixels, and RGBA row by row. Throws when nothing can be drawn. */
export async function pixelsOf(from: PictureSource): Promise<{ width: number; height: number; pixels: Uint8Array }> {
  const picture = await engine.draw({ from, to: { format: 'pixels' } });
  if (picture === null) {
    throw new Error('cannot be drawn');
  }
  return { width: picture.width, height: picture.height, pixels: picture.bytes };
}

/** A JPEG with this EXIF orientation and copyright put into it. */
export function withExif(
  jpeg: Uint8Array,
  { orientation, copyright }: { orientation: number; copyright: string },
): Buffer {
  const words = Buffer.from(`${copyright}\0`, 'latin1');
  const tiff = Buffer.alloc(8 + 2 + 2 * 12 + 4);
  tiff.write('MM\0*', 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(2, 8);
  // Orientation, a SHORT; Copyright, ASCII behind the directory.
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  tiff.writeUInt16BE(0x8298, 22);
  tiff.writeUInt16BE(2, 24);
  tiff.writeUInt32BE(words.length, 26);
  tiff.writeUInt32BE(tiff.length, 30);
  const app1 = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), Buffer.from('Exif\0\0'), tiff, words]);
  app1.writeUInt16BE(app1.length - 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), app1, jpeg.subarray(2)]);
}
