/** A large file in several ranges at once, into one part. Which ranges are done is kept beside it. */
import { type FileHandle } from 'node:fs/promises';
import { createCheckpoints, type Checkpoints } from './checkpoints.ts';
import { type GrowingHash } from './growing-hash.ts';
import { StoreError, type SegmentsOptions } from '../interface.ts';
import { openPart, readPart, sameObject, writeAll, type PartPaths, type Validator } from './part-file.ts';
import { type Received } from './put-stream.ts';
import { gaps, prefixOf, splitRanges, sumOf, type ByteRange } from './ranges.ts';
import { aborted } from './store-errors.ts';
import { bytesOf, fromSource } from './stream-bytes.ts';

/** A range smaller than this costs more in requests than it brings. */
const SMALLEST = 8 * 1024 * 1024;

export interface ReceiveSegmentsOptions extends SegmentsOptions {
  readonly now: () => number;
  /** Starts to hash the part. */
  readonly hash: () => GrowingHash;
  /** Smallest range worth a request, bytes. */
  readonly smallest?: number;
}

/** Resolves when every byte is written, synced and hashed (not yet checked). Rejects with the first fault; what came is kept. */
export async function receiveSegments(paths: PartPaths, options: ReceiveSegmentsOptions): Promise<Received> {
  const { totalBytes, etag, lastModified, signal } = options;
  if (signal.aborted) {
    throw aborted(signal.reason);
  }
  const validator: Validator = { totalBytes, etag, lastModified };
  const found = await readPart(paths);
  const done = found !== null && isProven(found, validator) ? found.done : [];
  const handle = await openPart(paths, done.length > 0, validator);
  try {
    const checkpoints = createCheckpoints({ paths, handle, validator, done, now: options.now });
    const hash = options.hash();
    try {
      hash.grown(prefixOf(done));
      await fetchAll(handle, checkpoints, hash, options);
      await checkpoints.flush();
      await handle.truncate(totalBytes);
      return { bytes: totalBytes, sha256: await hash.whole(totalBytes) };
    } catch (error) {
      await checkpoints.flush().catch(() => undefined);
      throw signal.aborted ? aborted(error) : error;
    } finally {
      hash.drop();
      await checkpoints.settle();
    }
  } finally {
    await handle.close();
  }
}

/** Nobody but the host's validator says that ranges fetched at different times are of one object. */
function isProven(found: Validator, now: Validator): boolean {
  const named =
    (found.etag !== null && now.etag !== null) || (found.lastModified !== null && now.lastModified !== null);
  return named && sameObject(found, now);
}

/** A few lanes take the missing ranges in order, so that the whole grows from its start. */
async function fetchAll(
  handle: FileHandle,
  checkpoints: Checkpoints,
  hash: GrowingHash,
  options: ReceiveSegmentsOptions,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const missing = gaps(checkpoints.done(), options.totalBytes);
  const queue = splitRanges(missing, options.segments, options.smallest ?? SMALLEST);
  const lane = async (): Promise<void> => {
    for (let range = queue.shift(); range !== undefined; range = queue.shift()) {
      signal.throwIfAborted();
      await fetchOne(range, handle, checkpoints, hash, { ...options, signal });
    }
  };
  let first: { error: unknown } | null = null;
  const lanes = Array.from({ length: Math.max(1, options.segments) }, () =>
    lane().catch((error: unknown) => {
      first ??= { error };
      stop.abort(error);
    }),
  );
  await Promise.all(lanes);
  rethrow(first);
}

function rethrow(fault: { error: unknown } | null): void {
  if (fault !== null) {
    throw fault.error;
  }
}

async function fetchOne(
  [start, end]: ByteRange,
  handle: FileHandle,
  checkpoints: Checkpoints,
  hash: GrowingHash,
  options: ReceiveSegmentsOptions,
): Promise<void> {
  const { signal } = options;
  const source = await fromSource(options.fetchRange(start, end, signal));
  const stop = (): void => {
    source.destroy(aborted(signal.reason));
  };
  signal.addEventListener('abort', stop, { once: true });
  let at = start;
  try {
    signal.throwIfAborted();
    for await (const bytes of bytesOf(source)) {
      const next = at + bytes.length;
      if (next > end) {
        throw new StoreError('wrong_length', `more bytes came than the range ${start}-${end - 1} holds`);
      }
      await writeAll(handle, [bytes], at);
      checkpoints.wrote([at, next]);
      hash.grown(prefixOf(checkpoints.done()));
      at = next;
      options.onBytes?.(sumOf(checkpoints.done()));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    source.destroy();
  }
  if (at < end) {
    throw new StoreError('wrong_length', `the range ${start}-${end - 1} ended ${end - at} bytes early`);
  }
}
