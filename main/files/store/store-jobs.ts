/** Messages between the store and its worker threads. */
import { type StoredBlob } from '../interface.ts';
import { type Announced } from '../check/media-check.ts';
import { type StoreErrorFacts } from './store-errors.ts';

/** Bytes from the start that are written; below 0: it has ended, with `-1 - value` bytes. */
export type Progress = BigInt64Array<SharedArrayBuffer>;

/** A small file from memory. */
export interface BytesToStore {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly announced: Announced;
  /** A free path in the same file system. */
  readonly temp: string;
}

export type Outcome<E> = { readonly ok: true; readonly value: StoredBlob } | { readonly ok: false; readonly error: E };

export type StoreJob =
  | { readonly kind: 'batch'; readonly files: readonly BytesToStore[] }
  | { readonly kind: 'part'; readonly part: string; readonly announced: Announced; readonly sha256: string }
  | { readonly kind: 'hash'; readonly part: string; readonly progress: Progress }
  | {
      readonly kind: 'check';
      readonly blob: { readonly sha256: string; readonly ext: string; readonly bytes: number };
      readonly deep: boolean;
    }
  | { readonly kind: 'aside'; readonly blob: { readonly sha256: string; readonly ext: string } };

export interface StoreJobAnswers {
  /** In the order of the files. */
  batch: readonly Outcome<StoreErrorFacts>[];
  part: StoredBlob;
  /** SHA-256, hex. */
  hash: string;
  check: 'ok' | 'missing' | 'corrupt';
  /** Whether there was a file. */
  aside: boolean;
}

export interface JobMessage {
  readonly id: number;
  readonly job: StoreJob;
  /** One number: not 0 = stop. Null for jobs that end soon and must not stop half-way. */
  readonly cancel: Int32Array | null;
}

export type JobReply =
  | { readonly id: number; readonly ok: true; readonly value: StoreJobAnswers[keyof StoreJobAnswers] }
  | { readonly id: number; readonly ok: false; readonly error: StoreErrorFacts };
