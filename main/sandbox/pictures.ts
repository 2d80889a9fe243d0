/** Encoded pictures, each drawn once and kept in a bounded memory: what is served is a stamped copy (`bodies.ts`). */
import { createPictureEngine } from '../pictures/picture-engine.ts';
import type { PictureJob, PictureSource } from '../pictures/picture-job.ts';
import { type Picture, PictureFiles, TEST_PICTURES } from './picture-files.ts';
import { plateOf, PLATES, type Plate } from './plates.ts';
import { hash } from './random.ts';
import { type SampleName } from './sample-list.ts';
import { drawScene } from './scenes.ts';

/** `tile`: the small picture that is padded for benches. `blur`: the preview of a locked item. */
export type Rendition = 'full' | 'thumb' | 'preview' | 'square' | 'blur' | 'tile';

const CACHE_BYTES = 48 * 1024 * 1024;

const engine = createPictureEngine();

const box = (side: number, how: 'inside' | 'cover') => ({ width: side, height: side, how });
const SHRUNK: Readonly<Record<Exclude<Rendition, 'full'>, Pick<PictureJob, 'fit' | 'blur'>>> = {
  thumb: { fit: box(300, 'inside') },
  preview: { fit: box(760, 'inside') },
  square: { fit: box(480, 'cover') },
  blur: { fit: box(48, 'inside'), blur: { radius: 2, height: 360 } },
  tile: { fit: box(320, 'cover') },
};

async function draw(
  from: PictureSource,
  shrunk: Pick<PictureJob, 'fit' | 'blur'>,
  to: PictureJob['to'],
): Promise<Picture> {
  const picture = await engine.draw({ from, ...shrunk, to });
  if (picture === null) {
    throw new Error('a picture of the stand-in cannot be drawn');
  }
  const { bytes, width, height } = picture;
  return { bytes: Buffer.from(bytes.buffer), mime: `image/${to.format}`, width, height };
}

function coding(format: Plate['format']): PictureJob['to'] {
  return format === 'png' ? { format, palette: true } : { format, quality: 80 };
}

export class Pictures {
  readonly #files: PictureFiles | null;
  readonly #cache = new Map<string, Promise<Picture>>();
  readonly #sizes = new Map<string, number>();
  #held = 0;

  /** With `folder`, what others of the same folder have drawn is read there, and what is drawn is kept there. */
  constructor(folder: string | null = null) {
    this.#files = folder === null ? null : new PictureFiles(folder);
  }

  /** A plate as it is served: its own format in full, JPEG otherwise. */
  async plate(plate: Plate, rendition: Rendition): Promise<Picture> {
    return this.#cached(`${plate.number}:${rendition}`, async () => {
      if (rendition === 'full') {
        return draw({ svg: drawScene(plate) }, {}, coding(plate.format));
      }
      const source = await this.plate(plate, 'full');
      return draw({ bytes: source.bytes }, SHRUNK[rendition], {
        format: 'jpeg',
        quality: rendition === 'tile' ? 50 : 72,
      });
    });
  }

  /** The first frame of a sample clip. */
  async frame(name: SampleName, rendition: Exclude<Rendition, 'full' | 'tile'>): Promise<Picture> {
    return this.#cached(`${name}:${rendition}`, async () => {
      const bytes = await sampleBytes(name.replace(/\.mp4$/, '.jpg'));
      return draw({ bytes }, SHRUNK[rendition], { format: 'jpeg', quality: 76 });
    });
  }

  /** The avatar of a user: 144 pixels square. */
  async avatar(seed: number, userId: number): Promise<Picture> {
    const plate = plateOf(hash(seed, userId, 30) % PLATES);
    return this.#cached(`avatar:${plate.number}`, async () => {
      const source = await this.plate(plate, 'full');
      return draw({ bytes: source.bytes }, { fit: box(144, 'cover') }, { format: 'jpeg', quality: 76 });
    });
  }

  async #cached(key: string, make: () => Promise<Picture>): Promise<Picture> {
    const known = this.#cache.get(key);
    if (known !== undefined) {
      this.#cache.delete(key);
      this.#cache.set(key, known);
      return known;
    }
    const made = this.#readOrMake(key, make);
    this.#cache.set(key, made);
    try {
      const picture = await made;
      this.#sizes.set(key, picture.bytes.length);
      this.#held += picture.bytes.length;
      this.#trim();
      return picture;
    } catch (error) {
      this.#cache.delete(key);
      throw error;
    }
  }

  async #readOrMake(key: string, make: () => Promise<Picture>): Promise<Picture> {
    const kept = await this.#files?.get(key);
    if (kept !== undefined && kept !== null) {
      return kept;
    }
    const picture = await make();
    await this.#files?.put(key, picture);
    return picture;
  }

  #trim(): void {
    for (const key of this.#cache.keys()) {
      if (this.#held <= CACHE_BYTES) {
        return;
      }
      const size = this.#sizes.get(key);
      if (size !== undefined) {
        this.#held -= size;
        this.#sizes.delete(key);
        this.#cache.delete(key);
      }
    }
  }
}

let shared: Pictures | null = null;

/**
 * The pictures of all sandboxes of this process. Drawing is most of what a sandbox costs, so a run of tests names a folder for all its
 * processes (`TEST_PICTURES`).
 */
export const sharedPictures = (): Pictures => (shared ??= new Pictures(process.env[TEST_PICTURES] ?? null));

const samples = new Map<string, Buffer>();

/** The bytes of a sample clip or of its first frame; decoded when first asked for. */
export async function sampleBytes(name: string): Promise<Buffer> {
  const known = samples.get(name);
  if (known !== undefined) {
    return known;
  }
  const { SAMPLE_DATA } = await import('./samples/data.ts');
  const data = SAMPLE_DATA[name];
  if (data === undefined) {
    throw new Error(`no sample named ${name}`);
  }
  const bytes = Buffer.from(data, 'base64');
  samples.set(name, bytes);
  return bytes;
}
