/** The content-addressed store of one library, put together. */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { workerEntry } from '../../lib/worker-entry.ts';
import { createPictureEngine, type PictureEngine } from '../../pictures/picture-engine.ts';
import { Gathering } from './gathering.ts';
import { type GrowingHash, hashGrowing } from './growing-hash.ts';
import { type PutOptions, type Store, type StoredBlob, StoreError } from '../interface.ts';
import { certifyWhole, partState, readPart, removePart, type Validator } from './part-file.ts';
import { receiveSegments } from './put-segments.ts';
import { receive, type Received } from './put-stream.ts';
import { readRootId, requireRoom, type StatFs, systemStatFs } from './room.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { syncFolder } from '../../lib/sync-folder.ts';
import { offline, requireMarker, toStoreError } from './store-errors.ts';
import { blobPath, partPaths, storePaths, type StorePaths, tempPath, thumbPath } from '../library/store-paths.ts';
import { createStorePool, type StorePool } from './store-pool.ts';
import { type FoundBlob, listParts, sweepLeftovers, walkBlobs } from './store-walk.ts';
import { SourceFault } from './stream-bytes.ts';
import { colourOf, createThumbnailer } from './thumbnails.ts';
import { THUMB_HEIGHTS } from '../../contract/media-url.ts';

/** Words for the log, with fields; never content. */
type StoreLog = (message: string, fields: Readonly<Record<string, unknown>>) => void;

export interface StoreOptions {
  /** The library folder; its marker must be there (`openLibrary` makes it). */
  readonly root: string;
  /** Bytes that stay free on the disk; a function is asked before each file. */
  readonly reserveBytes: number | (() => number);
  readonly statfs?: StatFs;
  readonly log?: StoreLog;
  /** Worker threads for small files. Syncing waits for the disk, so more threads than cores overlap. */
  readonly workers?: number;
  readonly now?: () => number;
  /** Draws thumbnails; ended with the store. */
  readonly pictures?: PictureEngine;
}

/** Opens the store of a library. Throws StoreError `offline` when the folder or its marker cannot be read or written. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { reserveBytes } = options;
  const paths = storePaths(options.root);
  const log = options.log ?? ((): void => undefined);
  const now = options.now ?? Date.now;
  const id = await readRootId(paths);
  await makeFolders(paths);
  await syncFolder(paths.root).catch((error: unknown) => {
    throw toStoreError(error, paths, 0);
  });
  const swept = await sweepLeftovers(paths, now());
  if (swept > 0) {
    log('leftovers of an interrupted run removed', { count: swept });
  }
  const begun = await listParts(paths);
  const pool = createStorePool({
    entry: workerEntry(import.meta.url, './store-worker'),
    root: options.root,
    threads: options.workers ?? Math.min(4, availableParallelism() + 1),
  });
  return createStore({
    paths,
    id,
    pool,
    begun,
    log,
    pictures: options.pictures ?? createPictureEngine(),
    now,
    statFs: options.statfs ?? systemStatFs,
    reserve: typeof reserveBytes === 'function' ? reserveBytes : () => reserveBytes,
  });
}

interface Parts {
  readonly paths: StorePaths;
  readonly id: string;
  readonly pool: StorePool;
  /** Names of parts that are or may be there: most files have none, and are not looked for on the disk. */
  readonly begun: Set<string>;
  readonly log: StoreLog;
  readonly pictures: PictureEngine;
  readonly now: () => number;
  readonly statFs: StatFs;
  readonly reserve: () => number;
}

function createStore({ paths, id, pool, begun, log, pictures, now, statFs, reserve }: Parts): Store {
  const running = new Set<Promise<unknown>>();
  const thumbnail = createThumbnailer(paths, pictures, log);
  const streams = new Set<string>();
  const gathering = new Gathering(pool);
  let closed = false;

  /** Keeps count of what is under way, and makes every error one of the store's own. */
  const tracked = async <T>(needed: number, work: () => Promise<T>): Promise<T> => {
    if (closed) {
      throw new StoreError('io', 'the store is closed');
    }
    const promise = work().catch((error: unknown) => {
      if (error instanceof SourceFault) {
        throw error.cause;
      }
      throw toStoreError(error, paths, needed);
    });
    running.add(promise);
    try {
      return await promise;
    } finally {
      running.delete(promise);
    }
  };

  /** One transfer per part at a time: two would write over each other. */
  const alone = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (streams.has(name)) {
      throw new StoreError('io', `the part ${name} is being written already`);
    }
    streams.add(name);
    begun.add(name);
    try {
      return await work();
    } finally {
      streams.delete(name);
    }
  };

  /** Checks and moves a part that came whole. Refused bytes go: continuing them would give the same again. Files that may only be odd stay. */
  const finish = async (name: string, received: Received, options: PutOptions & Validator): Promise<StoredBlob> => {
    const files = partPaths(paths, name);
    try {
      const { totalBytes, contentType, signal, keepOdd } = options;
      const announced = { totalBytes, contentType, keepOdd };
      const stored = await pool.run({ kind: 'part', part: files.part, announced, sha256: received.sha256 }, { signal });
      await removePart(files);
      begun.delete(name);
      return stored;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'damaged') {
        await certifyWhole(files, options, received.bytes);
      } else if (error instanceof StoreError && REFUSALS.has(error.code)) {
        await removePart(files);
      }
      throw error;
    }
  };

  return {
    root: paths.root,
    putBytes: (bytes, { totalBytes, contentType, keepOdd }) =>
      tracked(bytes.byteLength, () => {
        const temp = tempPath(paths, process.pid, randomBytes(8).toString('hex'));
        return gathering.put({ bytes: handOver(bytes), announced: { totalBytes, contentType, keepOdd }, temp });
      }),
    putStream: (name, source, options) =>
      tracked(Math.max(0, (options.totalBytes ?? 0) - options.offset), () =>
        alone(name, async () => {
          const files = partPaths(paths, name);
          requireMarker(paths);
          const { offset, contentType, signal, onBytes, totalBytes, etag, lastModified } = options;
          const validator = { totalBytes, etag, lastModified };
          const hash = (): GrowingHash => hashGrowing(pool, files.part, signal);
          const received = await receive(files, source, { offset, validator, contentType, signal, now, onBytes, hash });
          return finish(name, received, options);
        }),
      ),
    putSegments: (name, options) =>
      tracked(options.totalBytes, () =>
        alone(name, async () => {
          const files = partPaths(paths, name);
          requireMarker(paths);
          const hash = (): GrowingHash => hashGrowing(pool, files.part, options.signal);
          return finish(name, await receiveSegments(files, { ...options, now, hash }), options);
        }),
      ),
    part: (name) =>
      tracked(0, async () => {
        const files = partPaths(paths, name);
        const record = begun.has(name) ? await readPart(files) : null;
        return record === null ? null : partState(record);
      }),
    dropPart: (name) =>
      tracked(0, () =>
        alone(name, async () => {
          await removePart(partPaths(paths, name));
          begun.delete(name);
        }),
      ),
    pathOf: (sha256, ext) => blobPath(paths, sha256, ext).file,
    check: (blob, deep, signal) => tracked(0, () => pool.run({ kind: 'check', blob, deep }, { signal })),
    setAside: (blob) =>
      tracked(0, async () => {
        if (await pool.run({ kind: 'aside', blob }, {})) {
          log('a damaged file was set aside', { sha256: blob.sha256 });
        }
      }),
    discard: (blobs) =>
      tracked(0, async () => {
        for (const blob of blobs) {
          await discardBlob(paths, blob);
        }
      }),
    walk: (size, signal) => walk(paths, { size, signal, log }),
    ensureRoom: (needed) =>
      tracked(needed, async () => {
        if ((await readRootId(paths)) !== id) {
          throw offline(paths.root);
        }
        await requireRoom(paths, statFs, { needed, reserve: reserve() });
      }),
    thumbnail: (blob, height) => tracked(0, () => thumbnail(blob, height)),
    colour: (blob) => tracked(0, () => colourOf(paths, pictures, blob)),
    close: async () => {
      closed = true;
      await Promise.allSettled(running);
      await pictures.close();
      await pool.close();
    },
  };
}

const REFUSALS: ReadonlySet<StoreError['code']> = new Set(['not_media', 'wrong_length', 'empty']);

async function* walk(
  paths: StorePaths,
  { size, signal, log }: { size: number; signal: AbortSignal; log: StoreLog },
): AsyncGenerator<FoundBlob[]> {
  requireMarker(paths);
  try {
    yield* walkBlobs(paths, {
      size,
      signal,
      onForeign: (path) => log('not a file of the store, left alone', { path }),
    });
  } catch (error) {
    throw toStoreError(error, paths, 0);
  }
}

/** A buffer that is all of its memory moves to the worker without a copy; a view into shared memory (Node's pool) must be copied. */
function handOver(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : Uint8Array.from(bytes);
}

async function makeFolders(paths: StorePaths): Promise<void> {
  for (const path of [paths.files, paths.parts, paths.thumbs, paths.damaged]) {
    // Not recursive: the root is the library's to make, and must be there.
    await mkdir(path).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') {
        throw toStoreError(error, paths, 0);
      }
    });
  }
}

/**
 * Deletes for good, as the only place that does: one stored file and the pictures made of it. What is not there is no error. The pictures
 * go first: a kill in between leaves the file, which a check finds. Throws when the media root is away, and TypeError on what is not the
 * name of a stored file.
 */
async function discardBlob(paths: StorePaths, blob: { readonly sha256: string; readonly ext: string }): Promise<void> {
  const { file } = blobPath(paths, blob.sha256, blob.ext);
  requireMarker(paths);
  for (const height of THUMB_HEIGHTS) {
    await rm(thumbPath(paths, blob.sha256, height).file, { force: true });
  }
  await rm(file, { force: true });
}
