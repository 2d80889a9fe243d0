/** Small renditions of stored pictures, made on demand by the picture engine, kept under `thumbs/`. They can be made again at any time. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { ThumbHeight } from '../contract/media-url.ts';
import type { PictureEngine } from '../pictures/picture-engine.ts';
import { requireMarker } from './store-errors.ts';
import { blobPath, tempPath, thumbPath, type StorePaths } from './store-paths.ts';

/** What is drawn at all: the engine opens nothing else either, whatever a file is called. */
const PICTURES: ReadonlySet<string> = new Set(['jpg', 'png', 'webp', 'gif', 'avif']);
/** Panoramas: WebP ends at 16,383 pixels, and no row of a grid is that wide. */
const WIDEST = 4;
const REMEMBERED = 10_000;

export type Thumbnailer = (
  blob: { sha256: string; ext: string; mime: string },
  height: ThumbHeight,
) => Promise<string | null>;

/** Answers the absolute path of a WebP of at most this height (never enlarged, turned as EXIF says), or null when the bytes cannot be drawn. Throws when the disk is full or gone. */
export function createThumbnailer(paths: StorePaths, engine: PictureEngine): Thumbnailer {
  const running = new Map<string, Promise<string | null>>();
  const undrawable = new Set<string>();

  const make = async (source: string, target: { folder: string; file: string }, height: ThumbHeight, key: string) => {
    if (await isThere(target.file)) {
      return target.file;
    }
    const bytes = await draw(engine, source, height);
    if (bytes === null) {
      if (undrawable.size < REMEMBERED) {
        undrawable.add(key);
      }
      return null;
    }
    requireMarker(paths);
    await mkdir(target.folder, { recursive: true });
    await writeInto(target.file, bytes, tempPath(paths, process.pid, randomBytes(8).toString('hex')));
    return target.file;
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

async function isThere(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && found.size > 0;
}

/** Null when the bytes cannot be drawn. Throws when the file is not there: that says nothing of its bytes. */
async function draw(engine: PictureEngine, source: string, height: ThumbHeight): Promise<Uint8Array | null> {
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
    await rename(temp, file);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}
