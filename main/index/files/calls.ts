/** Files: their download jobs, and the stored blobs. */
import type { MediaKind, OddKind, Variant } from '../../contract/model.ts';
import type { Pass } from '../kernel/passes.ts';

export interface FileJob {
  readonly fileId: number;
  readonly accountId: number;
  readonly chatKey: number;
  readonly chatId: number;
  readonly mediaId: number;
  /** Newest message of that page which carries the media: asking with the cursor above it lists it even when the page has shifted. */
  readonly messageId: number;
  readonly variant: Variant;
  readonly kind: MediaKind;
  readonly url: string;
  readonly urlFetchedAt: number;
  readonly urlExpiresAt: number | null;
  readonly pass: Pass;
  readonly pageCursor: string | null;
  readonly attempts: number;
  readonly totalBytes: number | null;
  readonly sentAt: number;
}

export interface NextFilesInput {
  readonly accountId: number;
  /** Empty = all chats. */
  readonly chatKeys: readonly number[];
  readonly lane: 'small' | 'large' | 'any';
  /** Jobs whose `retryAt` is after this are left out. */
  readonly now: number;
  /** Ids already taken by the caller. */
  readonly exclude: readonly number[];
  readonly limit: number;
}

export type FileResult =
  | {
      readonly fileId: number;
      readonly outcome: 'stored';
      readonly sha256: string;
      readonly bytes: number;
      readonly mime: string;
      readonly ext: string;
      readonly width: number | null;
      readonly height: number | null;
      /** Left out = nothing is odd. */
      readonly odd?: OddKind | null;
    }
  | {
      readonly fileId: number;
      readonly outcome: 'retry' | 'failed';
      readonly error: string;
      readonly retryAt: number;
      readonly bytesDone: number;
      readonly totalBytes: number | null;
    }
  | { readonly fileId: number; readonly outcome: 'gone'; readonly error: string }
  /** The page was listed again and no longer offers this URL (locked, not ready, withdrawn): the page's own state decides. */
  | { readonly fileId: number; readonly outcome: 'unavailable'; readonly error: string };

export interface BlobRow {
  readonly sha256: string;
  readonly bytes: number;
  readonly mime: string;
  readonly ext: string;
  readonly verifiedAt: number | null;
}

/** A stored file as the disk has it. */
export interface StoredFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly mime: string;
  readonly ext: string;
  /** Epoch ms. */
  readonly storedAt: number;
}

/** A media item whose colour was not looked at: with the smallest stored file that can be drawn, if there is any. */
export interface UncolouredRow {
  readonly mediaKey: number;
  readonly sha256: string | null;
  readonly ext: string | null;
}

export interface FileReads {
  nextFiles(input: NextFilesInput): FileJob[];
  /** When the next deferred file is due, and how many wait. */
  fileQueue(input: { accountId: number; chatKeys: readonly number[]; now: number }): {
    due: number;
    deferred: number;
    nextRetryAt: number | null;
    failed: number;
  };
  file(input: { fileId: number }): FileJob | null;
  /** Blobs in hash order, for verify. */
  blobs(input: { after: string | null; limit: number }): BlobRow[];
  blob(input: { sha256: string }): BlobRow | null;
  /** Which of these hashes the index knows: the orphan sweep asks in pages of at most 500. */
  knownBlobs(input: { sha256: readonly string[] }): string[];
  /** Key of the newest stored file: what is stored later has a greater one. */
  newestBlob(input: Record<string, never>): { newestBlob: number };
  /** How many stored files came after `newestBlob`. */
  blobsSince(input: { newestBlob: number }): number;
  /** The stored files of an item, by variant; null where none is stored. */
  mediaFiles(input: { accountId: number; mediaId: number }): {
    full: StoredFile | null;
    preview: StoredFile | null;
    thumb: StoredFile | null;
  };
  /** The first media items whose colour was not looked at. */
  uncoloured(input: { limit: number }): UncolouredRow[];
  /** The stored full file of an item that is not removed, with what names it; null otherwise. */
  fileToName(input: { accountId: number; mediaId: number }): (StoredFile & { readonly sentAt: number }) | null;
}

export interface FileWrites {
  /** Gives failed and gone files another chance at the start of a run; `all` ignores their back-off and that of files that wait. Returns how many were reopened. */
  reopenFailed(input: { accountId: number; chatKeys: readonly number[]; now: number; all: boolean }): number;
  settleFiles(input: { runId: number | null; at: number; results: readonly FileResult[] }): { deduplicated: number };
  noteBlobs(input: { at: number; ok: readonly string[] }): void;
  /** Colours of media items (`grid-shape.ts`), for the rows that list them. */
  noteColours(input: { colours: readonly { readonly mediaKey: number; readonly colour: number }[] }): void;
  /** The stored bytes are damaged or missing: the files that had them become wanted again. Returns their ids. */
  forgetBlobs(input: { at: number; runId: number | null; sha256: readonly string[] }): number[];
}
