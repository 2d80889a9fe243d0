/** One zip file, streamed: what goes in is checked on its way, may be paused and ended anywhere. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { AppError } from '../../lib/app-error.ts';
import { interrupted, targetError } from '../target/target-errors.ts';
import type { ExportHooks } from '../../contract/export-shapes.ts';
import { markerPath } from '../target/marker.ts';
import { centralHeader, localHeader, zipEnd, type ZipEntry } from './zip-format.ts';

/** Whether work may go on, asked piece by piece. */
export class Pace {
  /** Gone through so far. */
  bytes = 0;
  readonly signal: AbortSignal;
  readonly #hooks: Pick<ExportHooks, 'whenGoing'>;
  readonly #onStep: () => void;

  constructor(signal: AbortSignal, hooks: Pick<ExportHooks, 'whenGoing'>, onStep: () => void) {
    this.signal = signal;
    this.#hooks = hooks;
    this.#onStep = onStep;
  }

  /** Waits while the run is paused. AppError `interrupted` once it is cancelled. */
  async go(bytes = 0): Promise<void> {
    this.bytes += bytes;
    this.#onStep();
    await this.#hooks.whenGoing();
    if (this.signal.aborted) {
      throw interrupted(this.signal.reason);
    }
  }
}

export interface ZipPart {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** An entry with where its packed bytes are. */
export interface SourceEntry extends ZipEntry {
  readonly source: string;
  /** Of the packed bytes; null = they were made for this zip and are not checked again. */
  readonly sha256: string | null;
  /** All of it went into the zip. */
  readonly onWritten?: () => void;
}

const CHUNK = 1024 * 1024;

/** A paper, deflated into a file beside it: how long it gets must be known before it goes in. */
export async function packPaper(path: string, name: string, signal: AbortSignal): Promise<SourceEntry> {
  const source = `${path}.deflated`;
  let crc = 0;
  let bytes = 0;
  const measured = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(createReadStream(path), measured, createDeflateRaw(), createWriteStream(source), { signal });
  const [{ mtime }, { size: packedBytes }] = await Promise.all([stat(path), stat(source)]);
  return { name, mtime, method: 'deflated', crc32: crc, bytes, packedBytes, source, sha256: null };
}

/**
 * Writes a zip into the folder of temporary files, hashed and synced. AppError `interrupted`, `disk_full`, `target_unusable`, `media_offline`.
 * `zip64`: large fields also where the numbers would do without (for tests).
 */
export async function writePart(
  name: string,
  place: { readonly dir: string; readonly temp: string },
  pace: Pace,
  entries: Iterable<SourceEntry>,
  zip64 = false,
): Promise<ZipPart> {
  const { signal } = pace;
  const temp = join(place.temp, name);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of zipBytes(entries, pace, zip64)) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(Readable.from(counted()), createWriteStream(temp), { signal });
    await syncFile(temp);
    return { name, bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined);
    if (signal.aborted) {
      throw interrupted(error);
    }
    if (error instanceof AppError) {
      throw error;
    }
    throw targetError(error, { sign: markerPath(place.dir), temp: place.temp }, place.dir);
  }
}

async function* zipBytes(entries: Iterable<SourceEntry>, pace: Pace, zip64: boolean): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const header = localHeader(entry, zip64);
    directory.push(centralHeader(entry, at, zip64));
    yield header;
    yield* packedBytes(entry, pace);
    at += header.length + entry.packedBytes;
  }
  let length = 0;
  for (const header of directory) {
    length += header.length;
    yield header;
  }
  yield zipEnd(directory.length, at, length, zip64);
}

/** The bytes of an entry. Others than those measured before end the whole: AppError `media_offline`. */
async function* packedBytes(entry: SourceEntry, pace: Pace): AsyncGenerator<Buffer> {
  const { source, sha256 } = entry;
  const hash = sha256 === null ? null : createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(source, { highWaterMark: CHUNK })) {
    const piece = chunk as Buffer;
    hash?.update(piece);
    bytes += piece.length;
    await pace.go(sha256 === null ? 0 : piece.length);
    yield piece;
  }
  if (bytes !== entry.packedBytes || (hash !== null && hash.digest('hex') !== sha256)) {
    throw new AppError(
      'media_offline',
      `A file of the library changed while it was exported: ${entry.name}`,
      'Run the same command again.',
    );
  }
  entry.onWritten?.();
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
