/** The trash: media that a person removed. */
import type { MediaRef, TrashScope } from '../../contract/browse-shapes.ts';

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
