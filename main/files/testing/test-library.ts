/** A throw-away library and bytes to put into it; for tests of the store. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { StoreError } from '../interface.ts';

export const MARKER = JSON.stringify({
  format: 'chatkeep-library',
  id: 'test',
  schema: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
});

export async function makeLibrary(): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'store-'));
  await writeFile(join(root, 'library.json'), MARKER);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reproducible bytes of no known format; the first is no character. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let index = 0; index < length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  bytes.set([0x00, 0x01, 0x02, 0x03].slice(0, length));
  return bytes;
}

export function box(name: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** The outline of an MP4 with `bytes` of content. */
export function mp4(bytes: number, seed = 1): Buffer {
  const brand = Buffer.from('isom\0\0\x02\0isomiso2avc1mp41', 'latin1');
  return Buffer.concat([box('ftyp', brand), box('moov', Buffer.alloc(64)), box('mdat', noise(bytes, seed))]);
}

/** The bytes in chunks of `size`; with `failAt` the stream breaks after that many bytes. */
export function streamOf(bytes: Uint8Array, size = 64 * 1024, failAt = Infinity): Readable {
  return Readable.from(
    (function* chunks() {
      for (let at = 0; at < bytes.length; at += size) {
        if (at >= failAt) {
          throw new Error('connection lost');
        }
        yield Buffer.from(bytes.subarray(at, Math.min(at + size, bytes.length, failAt)));
      }
      if (failAt <= bytes.length) {
        throw new Error('connection lost');
      }
    })(),
    { objectMode: false },
  );
}

/** Code of the StoreError that a promise rejects with; throws when it does not. */
export async function refusal(promise: Promise<unknown>): Promise<StoreError['code']> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StoreError) {
      return error.code;
    }
    throw error;
  }
  throw new Error('it was accepted');
}

/** Every file below a folder, relative, sorted. */
export async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) {
    all.push(each);
  }
  return all;
}
