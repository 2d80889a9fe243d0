/** A large file, from a stream into its part. The move to the final path is the caller's next step. */
import { type FileHandle } from 'node:fs/promises';
import { type Readable } from 'node:stream';
import { createCheckpoints, type Checkpoints } from './checkpoints.ts';
import { type GrowingHash } from './growing-hash.ts';
import { StoreError } from '../interface.ts';
import { mediaKind } from '../check/media-check.ts';
import {
  openPart,
  readPart,
  removePart,
  sameObject,
  writeAll,
  type PartPaths,
  type PartRecord,
  type Validator,
} from './part-file.ts';
import { prefixOf, type ByteRange } from './ranges.ts';
import { aborted } from './store-errors.ts';
import { bytesOf } from './stream-bytes.ts';

const WRITE_AT = 1024 * 1024;
/** Fewer bytes than this say too little to call them text. */
const SNIFFABLE = 512;

export interface Received {
  readonly bytes: number;
  readonly sha256: string;
}

export interface ReceiveOptions {
  readonly offset: number;
  readonly validator: Validator;
  readonly contentType: string | null;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onBytes?: (done: number) => void;
  /** Starts to hash the part. */
  readonly hash: () => GrowingHash;
}

/** Bytes that must not be continued: the part goes. */
class WrongBytes extends StoreError {}

/**
 * Appends `source` from `offset`. Resolves when the stream ended and its length fits; the part is then whole and written, not yet
 * synced. Rejects with StoreError or SourceFault; unless the bytes were wrong, all that came is kept for the next try.
 */
export async function receive(paths: PartPaths, source: Readable, options: ReceiveOptions): Promise<Received> {
  const { signal } = options;
  const stop = (): void => {
    source.destroy(aborted(signal.reason));
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) {
      throw aborted(signal.reason);
    }
    return await receiveOpen(paths, source, options);
  } catch (error) {
    if (error instanceof WrongBytes) {
      await removePart(paths);
    }
    throw signal.aborted ? aborted(error) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    source.destroy();
  }
}

async function receiveOpen(paths: PartPaths, source: Readable, options: ReceiveOptions): Promise<Received> {
  const { offset, validator } = options;
  if (offset > 0) {
    assertContinuable(await readPart(paths), offset, validator);
  }
  const chunks = bytesOf(source);
  const first = await chunks.next();
  if (offset === 0 && first.done !== true && first.value.length >= SNIFFABLE) {
    // Before anything is thrown away: an error page must not cost the part of an earlier try.
    await mediaKind(first.value, options.contentType);
  }
  const handle = await openPart(paths, offset > 0, validator);
  try {
    await handle.truncate(offset);
    const hash = options.hash();
    hash.grown(offset);
    const done: ByteRange[] = offset > 0 ? [[0, offset]] : [];
    const checkpoints = createCheckpoints({ paths, handle, validator, done, now: options.now });
    const writer = createWriter(handle, checkpoints, hash, options);
    try {
      return await fill(writer, source, first, chunks);
    } finally {
      hash.drop();
      await checkpoints.settle();
    }
  } finally {
    await handle.close();
  }
}

function assertContinuable(record: PartRecord | null, offset: number, validator: Validator): void {
  if (record === null || prefixOf(record.done) < offset) {
    throw new StoreError('io', `there are no ${offset} bytes to continue from`);
  }
  if (!sameObject(record, validator)) {
    throw new WrongBytes('damaged', 'the file changed at the host between two transfers');
  }
}

/** Writes beside the receiving: while one stretch goes to the disk and is hashed, the next is received. */
interface Writer {
  add(bytes: Buffer): void;
  /** Hands what has gathered to the disk when that is free; waits for it only when much has. `idle`: nothing more has come yet. Throws what an earlier write failed with. */
  pass(idle: boolean): Promise<void>;
  /** After a cut: what came is made certain. A second fault must not hide the first. */
  salvage(): Promise<void>;
  /** Writes the rest. */
  finish(): Promise<Received>;
}

function createWriter(
  handle: FileHandle,
  checkpoints: Checkpoints,
  hash: GrowingHash,
  options: ReceiveOptions,
): Writer {
  let at = options.offset;
  let chunks: Buffer[] = [];
  let heldBytes = 0;
  const total = options.validator.totalBytes;

  let running: Promise<void> | null = null;
  let fault: { readonly error: unknown } | null = null;

  const writeHeld = (): void => {
    const [stretch, start, end] = [chunks, at, at + heldBytes];
    at = end;
    chunks = [];
    heldBytes = 0;
    running = writeAll(handle, stretch, start)
      .then(() => {
        hash.grown(end);
        checkpoints.wrote([start, end]);
        options.onBytes?.(end);
      })
      .catch((error: unknown) => {
        fault ??= { error };
      })
      .finally(() => {
        running = null;
      });
  };
  const settled = async (): Promise<void> => {
    await running;
    if (fault !== null) {
      throw fault.error;
    }
  };
  return {
    add: (bytes) => {
      if (total !== null && at + heldBytes + bytes.length > total) {
        throw new WrongBytes('wrong_length', `more bytes came than the ${total} that were announced`);
      }
      chunks.push(bytes);
      heldBytes += bytes.length;
    },
    pass: async (idle) => {
      if (heldBytes >= WRITE_AT) {
        await settled();
        writeHeld();
      } else if (idle && running === null && fault === null) {
        writeHeld();
      }
    },
    salvage: async () => {
      await running;
      if (fault === null && heldBytes > 0) {
        writeHeld();
        await running;
      }
      // On a full disk, the rest of a failed write takes the space that the sidecar needs.
      await handle.truncate(prefixOf(checkpoints.done())).catch(() => undefined);
      await checkpoints.flush().catch(() => undefined);
    },
    finish: async () => {
      await settled();
      if (heldBytes > 0) {
        writeHeld();
        await settled();
      }
      if (total !== null && at < total) {
        throw new StoreError('wrong_length', `${at} bytes came where ${total} were announced`);
      }
      return { bytes: at, sha256: await hash.whole(at) };
    },
  };
}

async function fill(
  writer: Writer,
  source: Readable,
  first: IteratorResult<Buffer, void>,
  chunks: AsyncIterator<Buffer, void>,
): Promise<Received> {
  try {
    for (let next = first; next.done !== true; next = await chunks.next()) {
      writer.add(next.value);
      await writer.pass(source.readableLength === 0);
    }
    return await writer.finish();
  } catch (error) {
    await writer.salvage();
    throw error;
  }
}
