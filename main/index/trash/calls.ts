/** The trash: media that a person removed. */
import type { MediaRef, MediaSelection, TrashEntry, TrashScope, TrashSummary } from '../../contract/browse-shapes.ts';

/** A stored file that no media uses any more. */
export interface UnusedBlob {
  readonly sha256: string;
  readonly ext: string;
  readonly bytes: number;
}

/** Which of the removed media: all, those named, those of one removal, or a part of the trash. */
export type RemovedChoice =
  | { readonly refs: readonly MediaRef[] }
  | { readonly removal: number }
  | { readonly within: TrashScope }
  | { readonly all: true };

export interface TrashReads {
  trashSummary(input: { within?: TrashScope }): TrashSummary;
  /** Removed last first; `after` is the `next` of the page before. */
  trashPage(input: { after: string | null; limit: number; within?: TrashScope }): {
    rows: TrashEntry[];
    next: string | null;
  };
}

export interface TrashWrites {
  /** A removal to which media are added; one without media is as if it had not been. */
  beginRemoval(input: { at: number }): number;
  /** Removes the next slice of a selection: at most `limit` of its items. `next` continues, null = that was all. */
  removeMedia(input: { removal: number; selection: MediaSelection; after: string | null; limit: number; at: number }): {
    changed: number;
    next: string | null;
  };
  /** Brings back at most `limit` media that are in the trash; `more`: ask again. Their missing files are queued again. */
  restoreMedia(input: { which: RemovedChoice; limit: number; at: number }): { restored: number; more: boolean };
  /**
   * Deletes at most `limit` media of the trash for good: their files are no longer theirs, and those that nobody else has come back, gone
   * from the index. Nothing may be stored meanwhile (the same bytes might be found on disk just before they are deleted).
   */
  emptyTrash(input: { which: RemovedChoice; limit: number; at: number }): {
    media: number;
    unused: UnusedBlob[];
    more: boolean;
  };
}
