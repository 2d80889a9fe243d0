/** The interface of the store. It knows bytes and hashes; the index knows their media items. */
import type { Readable } from 'node:stream';
import type { OddKind } from '../contract/model.ts';
import type { ThumbHeight } from '../contract/media-url.ts';
import type { FaultReason } from '../lib/fs-fault.ts';

export interface StoredBlob {
  readonly sha256: string;
  readonly bytes: number;
  readonly mime: string;
  /** Without a dot; from the magic bytes, then the content type. */
  readonly ext: string;
  /** The same bytes were here already. */
  readonly existed: boolean;
  /** Pixel size where the bytes are a picture that can be read; null otherwise. */
  readonly width: number | null;
  readonly height: number | null;
  /** Kept though its container ends early; null = nothing is odd. */
  readonly odd: OddKind | null;
}

/** The state of an interrupted download. It is stored beside the `.part` file, so it survives kill -9. */
export interface PartState {
  readonly offset: number;
  readonly totalBytes: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** A large file fetched in several ranges at once; the host must answer ranges and give a validator. */
export interface SegmentsOptions extends PutOptions {
  readonly totalBytes: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** The bytes `[start, end)`, guarded by If-Range; rejects when the host does not answer with just these. */
  readonly fetchRange: (start: number, end: number, signal: AbortSignal) => Promise<Readable>;
  /** Ranges fetched at once. */
  readonly segments: number;
  /** Bytes of the whole that are written. */
  readonly onBytes?: (done: number) => void;
}

/** Why bytes were refused. `not_media`: HTML or JSON or text where media was expected. `wrong_length`: fewer or more bytes than announced. `damaged`: a container that ends early; a part that came whole stays, with all its bytes, until it is put with `keepOdd` or dropped. */
export type StoreRefusal = 'not_media' | 'wrong_length' | 'empty' | 'damaged';

/**
 * `disk_full`, `offline` (the library's marker cannot be read) and `unwritable` (the drive is read-only, or a folder that every file needs refuses):
 * nothing can be stored. `folder`: one folder of the store refuses, all others work. `io`: this file alone.
 */
export class StoreError extends Error {
  readonly code: StoreRefusal | 'disk_full' | 'offline' | 'unwritable' | 'folder' | 'aborted' | 'io';
  /** Bytes that have to be free (the reserve counted in); for `disk_full`. */
  readonly needed: number | null;
  /** The folder that refuses and why; for `folder` and `unwritable`. */
  readonly folder: RefusingFolder | null;
  constructor(
    code: StoreError['code'],
    message: string,
    options?: { cause?: unknown; needed?: number; folder?: RefusingFolder },
  ) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
    this.needed = options?.needed ?? null;
    this.folder = options?.folder ?? null;
  }
}

export interface RefusingFolder {
  /** Absolute. */
  readonly path: string;
  readonly reason: FaultReason;
}

export interface PutOptions {
  /** Announced by the host (Content-Length, or the total of Content-Range); null = unknown. */
  readonly totalBytes: number | null;
  readonly contentType: string | null;
  /** The host was asked and has just these bytes: a container that ends early is no refusal. */
  readonly keepOdd?: boolean;
  readonly signal: AbortSignal;
}

/** A WebP: where it is kept, or its bytes where it cannot be kept. `undrawn`: nothing can be drawn now, which says nothing of this picture. */
export type Thumbnail =
  { readonly path: string } | { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly undrawn: true };

export interface Store {
  readonly root: string;
  /** Small file, bytes already in memory: checked, hashed, written, synced, renamed in a worker thread, with all that come meanwhile. The buffer is handed over: do not use it afterwards. */
  putBytes(bytes: Uint8Array, options: Omit<PutOptions, 'signal'>): Promise<StoredBlob>;
  /** Large file: appends to the `.part` of `name` from `offset` (0 = start again), then checks, syncs and renames. A cut leaves the `.part` and its state. Chunks are handed over: their memory is given back. A fault of the source is thrown as it is, all others as StoreError. */
  putStream(
    name: string,
    source: Readable,
    options: PutOptions & {
      offset: number;
      etag: string | null;
      lastModified: string | null;
      onBytes?: (done: number) => void;
    },
  ): Promise<StoredBlob>;
  /** The same with several ranges at once. Ranges that are done are kept over cuts and kills; a part of another object (validator) is started again. The first fault stops all ranges and is thrown. */
  putSegments(name: string, options: SegmentsOptions): Promise<StoredBlob>;
  /** State of a cut transfer, or null. An offset equal to `totalBytes` means that only the end is missing: continue with an empty source. */
  part(name: string): Promise<PartState | null>;
  dropPart(name: string): Promise<void>;
  /** Absolute path of a stored blob; says nothing about whether it exists. */
  pathOf(sha256: string, ext: string): string;
  /** `deep` hashes the bytes; otherwise existence and size. */
  check(
    blob: { sha256: string; ext: string; bytes: number },
    deep: boolean,
    signal: AbortSignal,
  ): Promise<'ok' | 'missing' | 'corrupt'>;
  /** Moves a damaged file aside (never deletes evidence); a missing file is no error. */
  setAside(blob: { sha256: string; ext: string }): Promise<void>;
  /** Deletes stored files for good with the small pictures made of them. The index must have let go of them before; a missing one is no error. */
  discard(blobs: readonly { sha256: string; ext: string }[]): Promise<void>;
  /** Hashes present on disk, in pages of at most `size`. */
  walk(size: number, signal: AbortSignal): AsyncIterable<{ sha256: string; ext: string; bytes: number }[]>;
  /** Throws StoreError `offline` when the media root or its marker is missing or unreadable, `disk_full` when less than reserve + `needed` is free. */
  ensureRoom(needed: number): Promise<void>;
  /** Makes (or finds) a small rendition of a stored picture; null when the bytes cannot be drawn. Bounded concurrency, off the event loop. */
  thumbnail(blob: { sha256: string; ext: string; mime: string }, height: ThumbHeight): Promise<Thumbnail | null>;
  /** The colour that a stored picture is remembered by (`dominantColour`); `NO_COLOUR` when it cannot be drawn, null when nothing can be drawn now. */
  colour(blob: { sha256: string; ext: string }): Promise<number | null>;
  /** Waits for what is under way; nothing half-written is left but `.part` files. */
  close(): Promise<void>;
}
