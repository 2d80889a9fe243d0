/**
 * A transfer that is not finished: `<name>.part` with its bytes and `<name>.json` beside it, which says which of them are on disk
 * for certain and what they belong to. The sidecar never runs ahead of the bytes: these are synced first.
 */
import { open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type PartState } from '../interface.ts';
import { addRange, clipRanges, prefixOf, type ByteRange } from './ranges.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { patiently, whenFilesAllow } from '../../lib/patience.ts';
import { syncFolder } from '../../lib/sync-folder.ts';

const sidecarSchema = z.object({
  version: z.literal(1),
  totalBytes: z.number().int().nonnegative().nullable(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  done: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().positive()])),
});

/** The length and validators of the object that a part belongs to. */
export interface Validator {
  readonly totalBytes: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface PartRecord extends Validator {
  readonly done: readonly ByteRange[];
}

export interface PartPaths {
  readonly part: string;
  readonly sidecar: string;
}

/** State of a cut transfer; null when there is none, or nothing of it can be trusted. */
export async function readPart(paths: PartPaths): Promise<PartRecord | null> {
  const [text, size] = await Promise.all([unlessMissing(readFile(paths.sidecar, 'utf8')), sizeOf(paths.part)]);
  if (text === null || size === null) {
    return null;
  }
  const parsed = sidecarSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    return null;
  }
  const { version: _version, done, ...validator } = parsed.data;
  const merged = done.reduce<ByteRange[]>((all, range) => addRange(all, range), []);
  return { ...validator, done: clipRanges(merged, size) };
}

export function partState(record: PartRecord): PartState {
  const { done, ...validator } = record;
  return { ...validator, offset: prefixOf(done) };
}

/** Whether two transfers can be of the same bytes; what one side does not know is no contradiction. */
export function sameObject(a: Validator, b: Validator): boolean {
  const agree = (left: unknown, right: unknown): boolean => left === null || right === null || left === right;
  return agree(a.totalBytes, b.totalBytes) && agree(a.etag, b.etag) && agree(a.lastModified, b.lastModified);
}

/** Replaces the sidecar in one step; a reader sees the old or the new one. */
export async function writeSidecar(path: string, record: PartRecord): Promise<void> {
  const next = `${path}.new`;
  const handle = await whenFilesAllow(() => open(next, 'w', 0o600));
  try {
    await handle.writeFile(JSON.stringify({ version: 1, ...record }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await patiently(() => rename(next, path));
}

/** Makes certain that all bytes of a part are there, and says so beside it. */
export async function certifyWhole(paths: PartPaths, { etag, lastModified }: Validator, bytes: number): Promise<void> {
  const handle = await open(paths.part, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await writeSidecar(paths.sidecar, { totalBytes: bytes, etag, lastModified, done: [[0, bytes]] });
}

export async function removePart(paths: PartPaths): Promise<void> {
  // The bytes first: a sidecar without its part counts as nothing, a part without its sidecar would be litter.
  await rm(paths.part, { force: true });
  await rm(`${paths.sidecar}.new`, { force: true });
  await rm(paths.sidecar, { force: true });
}

/**
 * Opens the part for writing. With `keep` the ranges are carried on; without, whatever was there is thrown away, and the disk
 * knows so before the first new byte is written (old ranges must never vouch for new bytes).
 */
export async function openPart(paths: PartPaths, keep: boolean, validator: Validator): Promise<FileHandle> {
  if (!keep) {
    await rm(paths.sidecar, { force: true });
    await writeSidecar(paths.sidecar, { ...validator, done: [] });
    await syncFolder(dirname(paths.sidecar));
  }
  const handle = await whenFilesAllow(() => open(paths.part, keep ? 'r+' : 'w', 0o600));
  await syncFolder(dirname(paths.part));
  return handle;
}

/** More pieces than this are put together first: systems take about a thousand at once. */
const PIECES = 256;

/** Pieces go to the disk as they are, and their memory is given back. One call of the system may write less than it was given. */
export async function writeAll(handle: FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
  let left = chunks.length > PIECES ? [Buffer.concat(chunks)] : [...chunks];
  for (let at = position; left.length > 0;) {
    const { bytesWritten } = await handle.writev(left, at);
    at += bytesWritten;
    left = without(left, bytesWritten);
  }
  giveBack(chunks);
}

/** Left to V8, every 30 MB of pieces cost a collection of all garbage. A piece that is only part of its memory stays as it is. */
function giveBack(pieces: readonly Buffer[]): void {
  for (const { buffer, byteLength } of pieces) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) {
      buffer.transfer(0);
    }
  }
}

/** The pieces without their first `bytes`. */
function without(pieces: readonly Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  return pieces.flatMap((piece) => {
    const taken = Math.min(skip, piece.length);
    skip -= taken;
    return taken === piece.length ? [] : [piece.subarray(taken)];
  });
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await unlessMissing(stat(path));
  return found === null ? null : found.size;
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
