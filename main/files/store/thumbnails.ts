/** Small renditions of stored pictures, made on demand by the picture engine, kept under `thumbs/`. They can be made again at any time. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { ThumbHeight } from '../../contract/media-url.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { patiently } from '../../lib/patience.ts';
import { colourCode, NO_COLOUR } from '../../contract/grid-shape.ts';
import { dominantColour } from '../../pictures/dominant-colour.ts';
import { PictureEngineError, type PictureEngine } from '../../pictures/picture-engine.ts';
import type { Thumbnail } from '../interface.ts';
import { requireMarker } from './store-errors.ts';
import { blobPath, tempPath, thumbPath, type StorePaths } from '../library/store-paths.ts';

/** The formats that are drawn. The engine opens nothing else, regardless of the file name. */
const PICTURES: ReadonlySet<string> = new Set(['jpg', 'png', 'webp', 'gif', 'avif']);
/** Panoramas: WebP ends at 16,383 pixels, and no row of a grid is that wide. */
const WIDEST = 4;
const REMEMBERED = 10_000;

interface Target {
  readonly folder: string;
  readonly file: string;
}

export type Thumbnailer = (
  blob: { sha256: string; ext: string; mime: string },
  height: ThumbHeight,
) => Promise<Thumbnail | null>;

/**
 * Answers a WebP of at most this height (never enlarged, turned as EXIF says), or null when the bytes cannot be drawn. Rejects when the stored
 * file is not there. `log` is told once when thumbnails cannot be kept, and once when nothing can be drawn.
 */
export function createThumbnailer(
  paths: StorePaths,
  engine: PictureEngine,
  log: (message: string, fields: Readonly<Record<string, unknown>>) => void,
): Thumbnailer {
  const running = new Map<string, Promise<Thumbnail | null>>();
  const undrawable = new Set<string>();
  const told = new Set<string>();

  const tell = (message: string, fields: Readonly<Record<string, unknown>>): void => {
    if (!told.has(message)) {
      told.add(message);
      log(message, fields);
    }
  };

  /** A thumbnail that cannot be kept is still one: it is drawn again the next time. */
  const keep = async (bytes: Uint8Array<ArrayBuffer>, { folder, file }: Target): Promise<Thumbnail> => {
    try {
      requireMarker(paths);
      await mkdir(folder, { recursive: true });
      await writeInto(file, bytes, tempPath(paths, process.pid, randomBytes(8).toString('hex')));
      return { path: file };
    } catch (error) {
      tell('thumbnails cannot be kept', { folder, code: systemCode(error) });
      return { bytes };
    }
  };

  const make = async (
    source: string,
    target: Target,
    height: ThumbHeight,
    sha256: string,
  ): Promise<Thumbnail | null> => {
    if (await isThere(target.file)) {
      return { path: target.file };
    }
    try {
      const bytes = await draw(engine, source, height);
      if (bytes === null && undrawable.size < REMEMBERED) {
        undrawable.add(sha256);
      }
      return bytes === null ? null : await keep(bytes, target);
    } catch (error) {
      if (error instanceof PictureEngineError) {
        tell('pictures cannot be drawn', { why: error.message });
        return { undrawn: true };
      }
      throw error;
    }
  };

  return async (blob, height) => {
    const source = blobPath(paths, blob.sha256, blob.ext).file;
    if (!PICTURES.has(blob.ext) || undrawable.has(blob.sha256)) {
      return null;
    }
    const { folder, file } = thumbPath(paths, blob.sha256, height);
    const promise = running.get(file) ?? make(source, { folder, file }, height, blob.sha256);
    running.set(file, promise);
    try {
      return await promise;
    } finally {
      running.delete(file);
    }
  };
}

/** Side of the picture of which the colour is taken, pixels. */
const COLOUR_SIDE = 16;

/**
 * The colour of a stored picture (`dominantColour`, as `colourCode` has it): `NO_COLOUR` when it cannot be drawn, null when nothing can be drawn now. Rejects when
 * the file is not there.
 */
export async function colourOf(
  paths: StorePaths,
  engine: PictureEngine,
  blob: { readonly sha256: string; readonly ext: string },
): Promise<number | null> {
  const { file } = blobPath(paths, blob.sha256, blob.ext);
  await stat(file);
  try {
    const picture = await engine.draw({
      from: { file },
      fit: { width: COLOUR_SIDE, height: COLOUR_SIDE, how: 'inside' },
      to: { format: 'pixels' },
    });
    const colour = picture === null ? null : dominantColour(picture.bytes);
    return colour === null ? NO_COLOUR : colourCode(...colour);
  } catch (error) {
    if (error instanceof PictureEngineError) {
      return null;
    }
    throw error;
  }
}

async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && found.size > 0;
}

/** Null when the bytes cannot be drawn. Throws when the file is not there: that says nothing of its bytes. */
async function draw(
  engine: PictureEngine,
  source: string,
  height: ThumbHeight,
): Promise<Uint8Array<ArrayBuffer> | null> {
  await stat(source);
  const picture = await engine.draw({
    from: { file: source },
    fit: { width: height * WIDEST, height, how: 'inside' },
    to: { format: 'webp', quality: 78 },
  });
  return picture?.bytes ?? null;
}

async function writeInto(file: string, bytes: Uint8Array, temp: string): Promise<void> {
  try {
    const handle = await open(temp, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await patiently(() => rename(temp, file));
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}
