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
