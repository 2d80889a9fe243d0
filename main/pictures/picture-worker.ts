/**
 * The thread that opens pictures: libvips as WebAssembly. A hostile picture can reach nothing outside its memory, which is limited.
 * libvips as native code must never be in this process: Electron on Linux links the system's GLib, and two of them end the program.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { readFileSync, statSync } from 'node:fs';
import type Vips from 'wasm-vips';
import type { DrawnPicture, FromPictureThread, PictureJob, PictureLimits } from './picture-job.ts';

type Library = typeof Vips;
type Image = Vips.Image;

/** Only these formats are opened, regardless of the file name. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'];
/** Of a file: it is held twice while it is decoded. */
const MOST_BYTES = 256 * 1024 * 1024;
const PAGE_BYTES = 65_536;
/** A memory of WebAssembly only grows, and the library begins with 256 MB: a thread that needed more is replaced. */
const KEPT_BYTES = 300 * 1024 * 1024;

// The only user of this thread is the engine of the same build.
const limits = workerData as PictureLimits;
let usedBytes = (): number => 0;

/** How much larger than its box a picture may stay where that saves time. */
const COARSE = 1.4;

class LimitedMemory extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    const most = Math.floor((limits.memoryMb * 1024 * 1024) / PAGE_BYTES);
    super({ ...descriptor, maximum: Math.min(descriptor.maximum ?? most, most) });
    usedBytes = () => this.buffer.byteLength;
  }
}

async function loadLibrary(): Promise<Library> {
  // The library makes its memory itself and takes no limit.
  WebAssembly.Memory = LimitedMemory;
  // A copy that belongs to this thread. A fault of a picture is returned, not printed.
  process.env['VIPS_WARNING'] = 'none';
  const { default: start } = await import('wasm-vips');
  const vips = await start({
    dynamicLibraries: ['vips-heif.wasm', 'vips-resvg.wasm'],
    print: () => {},
    printErr: () => {},
  });
  vips.Cache.max(0);
  // Two threads draw a picture each: nothing is gained by more for one.
  vips.concurrency(1);
  vips.operationBlock('VipsForeignLoad', true);
  for (const loader of LOADERS) {
    vips.operationBlock(`VipsForeignLoad${loader}`, false);
  }
  return vips;
}

function draw(vips: Library, job: PictureJob): DrawnPicture | null {
  const images: Image[] = [];
  const keep = (image: Image): Image => {
    images.push(image);
    return image;
  };
  vips.operationBlock('VipsForeignLoadSvg', !('svg' in job.from));
  try {
    const source = 'pixels' in job.from ? null : bytesOf(job.from);
    let image = keep(
      'pixels' in job.from
        ? vips.Image.newFromMemory(
            job.from.pixels,
            job.from.width,
            job.from.height,
            job.from.pixels.length / (job.from.width * job.from.height),
            vips.BandFormat.uchar,
          )
        : vips.Image.newFromBuffer(source ?? ''),
    );
    if (image.width * image.height > limits.pixels) {
      return null;
    }
    const shrunk = source !== null && job.fit?.coarse === true ? shrunkJpeg(vips, source, image, job.fit) : null;
    if (shrunk !== null) {
      image = keep(shrunk);
    }
    if (job.fit !== undefined && (shrunk === null || !isAbout(shrunk, job.fit) || !isPlainSrgb(shrunk))) {
      const { width, height, how } = job.fit;
      const options = {
        height,
        size: job.enlarge === true ? 'both' : 'down',
        crop: how === 'cover' ? 'centre' : 'none',
        // For a picture that is sRGB already, converting gives the same pixels and takes three times as long.
        ...(isPlainSrgb(image) ? {} : { output_profile: 'srgb' }),
      };
      // From the bytes, so that decoders that can answer a smaller picture do.
      image = keep(
        source === null || shrunk !== null
          ? image.thumbnailImage(width, options)
          : vips.Image.thumbnailBuffer(source, width, options),
      );
    } else if (job.fit === undefined) {
      image = keep(image.autorot());
    }
    if (job.blur !== undefined) {
      image = keep(image.gaussblur(job.blur.radius));
      image = keep(image.resize(job.blur.height / image.height));
    }
    const { width, height } = image;
    return { bytes: encode(image, job.to, keep), width, height };
  } finally {
    images.forEach((image) => image.delete());
  }
}

type Box = Pick<NonNullable<PictureJob['fit']>, 'width' | 'height'>;

/** As the decoder of JPEG makes it smaller: by 2, 4 or 8, to no less than the box whichever way it is turned. Null for other formats. */
function shrunkJpeg(vips: Library, source: Uint8Array, image: Image, { width, height }: Box): Image | null {
  if (image.getString('vips-loader') !== 'jpegload_buffer') {
    return null;
  }
  const fits = [
    Math.max(image.width / width, image.height / height),
    Math.max(image.height / width, image.width / height),
  ];
  const shrink = [8, 4, 2].find((each) => each <= Math.min(...fits)) ?? 1;
  return vips.Image.jpegloadBuffer(source, { shrink, autorotate: true });
}

const isAbout = (image: Image, { width, height }: Box): boolean =>
  image.width <= width * COARSE && image.height <= height * COARSE;

/** Eight bits a channel in sRGB or grey, and no profile that says otherwise. */
function isPlainSrgb(image: Image): boolean {
  return (
    image.format === 'uchar' &&
    (image.interpretation === 'srgb' || image.interpretation === 'b-w') &&
    image.getTypeof('icc-profile-data') === 0
  );
}

function bytesOf(from: Exclude<PictureJob['from'], { readonly pixels: unknown }>): Uint8Array {
  if ('file' in from) {
    return statSync(from.file).size > MOST_BYTES ? new Uint8Array() : readFileSync(from.file);
  }
  return 'svg' in from ? new TextEncoder().encode(from.svg) : from.bytes;
}

/** Bytes of their own: the library's memory is not what is handed out. */
function encode(image: Image, to: PictureJob['to'], keep: (image: Image) => Image): Uint8Array<ArrayBuffer> {
  switch (to.format) {
    case 'webp':
      return new Uint8Array(
        image.writeToBuffer(
          '.webp',
          to.quality === 'lossless' ? { lossless: true, keep: 'none' } : { Q: to.quality, effort: 3, keep: 'none' },
        ),
      );
    case 'jpeg':
      return new Uint8Array(
        image.writeToBuffer('.jpg', {
          Q: to.quality,
          interlace: to.progressive ?? false,
          optimize_coding: true,
          keep: 'none',
        }),
      );
    case 'avif':
      return new Uint8Array(image.writeToBuffer('.avif', { Q: to.quality, effort: 0, keep: 'none' }));
    case 'png':
      return new Uint8Array(image.writeToBuffer('.png', { palette: to.palette, keep: 'none' }));
    case 'gif':
      return new Uint8Array(image.writeToBuffer('.gif', { keep: 'none' }));
    case 'pixels': {
      const coloured = keep(image.colourspace('srgb'));
      const clear = coloured.hasAlpha() ? coloured : keep(coloured.addalpha());
      return new Uint8Array(keep(clear.cast('uchar')).writeToMemory());
    }
  }
}

/** libvips says what is wrong with a picture as an error of its own; anything else (a trap, no memory left) leaves it in no known state. */
function isOrdinary(error: unknown): boolean {
  return error instanceof WebAssembly.Exception && error.message?.[0] === 'vips::Error';
}

function say(message: FromPictureThread, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

// With nothing open, Node waits for its compiling threads, and they may wait for this one (nodejs/node#54918): the thread would neither
// start nor end.
parentPort?.ref();
const vips = await loadLibrary();
parentPort?.on('message', (job: PictureJob) => {
  try {
    const picture = draw(vips, job);
    say({ is: 'drawn', picture, spent: usedBytes() > KEPT_BYTES }, picture === null ? [] : [picture.bytes.buffer]);
  } catch (error) {
    say({ is: 'drawn', picture: null, spent: !isOrdinary(error) });
  }
});
say({ is: 'ready' });
