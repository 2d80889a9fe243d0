/** Messages of the thread that copies an index. */
import { type BlobRow } from '../files/calls.ts';
import { type ErrorValue } from '../kernel/thread-messages.ts';

export interface CopySetup {
  /** The index that the copy takes the place of; its lock is held as long as the thread lives. */
  readonly target: string;
  /** Where the copy is made: on the same file system. */
  readonly copy: string;
  /** [0] is set to 1 to stop a copy under way. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

export type CopyTask =
  | { readonly is: 'take'; readonly source: string }
  | { readonly is: 'blobs'; readonly after: string | null; readonly limit: number }
  | { readonly is: 'named'; readonly source: string; readonly sha256: readonly string[] }
  | { readonly is: 'forget'; readonly at: number; readonly sha256: readonly string[] }
  | { readonly is: 'diverged'; readonly since: number | null }
  | { readonly is: 'newest' | 'publish' | 'close' };

/** The answer of each task. */
export interface CopyAnswers {
  readonly take: null;
  readonly blobs: readonly BlobRow[];
  readonly named: readonly string[];
  readonly forget: null;
  readonly newest: number;
  readonly diverged: boolean;
  readonly publish: null;
  readonly close: null;
}

export type FromCopyWorker =
  | { readonly is: 'ready' }
  | { readonly is: 'done'; readonly value: unknown }
  | { readonly is: 'refused' | 'fault'; readonly error: ErrorValue }
  | { readonly is: 'progress'; readonly pages: CopiedPages };

export interface CopiedPages {
  readonly done: number;
  readonly total: number;
}
