/** Rows of a list that holds a million: asked for where one looks, forgotten where one does not. */
import type { WireError } from '../../../../../main/contract/errors.ts';
import type { MediaEntry } from '../../../../../main/contract/shapes.ts';

/** A page as the index cuts it. */
export const PAGE = 200;
/** Pages of entries that are kept. */
export const KEPT_PAGES = 40;

export interface RowSource {
  /** Rows that can be shown: all of the list where any place can be asked for at once, else those up to the end of what was listed. */
  readonly reach: number;
  /** Undefined while it is not here. */
  entry(row: number): MediaEntry | undefined;
  /** Asks for what is missing in a stretch of rows, and gives up what was asked for elsewhere. */
  want(from: number, to: number): void;
  /** Entries of a stretch, waited for; shorter where they cannot be had. */
  take(from: number, to: number): Promise<readonly MediaEntry[]>;
  /** Changes entries that are here. */
  change(to: (entry: MediaEntry) => MediaEntry): void;
  close(): void;
}

/** The events that a source sends to the list. */
export interface SourceListener {
  /** Rows have come. */
  readonly came: () => void;
  readonly failed: (error: WireError) => void;
  /** The library no longer fits what was told of it. */
  readonly stale: () => void;
}

/** Forgets the pages that are farthest from the one looked at. */
export function forgetFar(pages: Map<number, readonly MediaEntry[]>, here: number): void {
  if (pages.size > KEPT_PAGES) {
    const far = [...pages.keys()].sort((a, b) => Math.abs(a - here) - Math.abs(b - here));
    for (const number of far.slice(KEPT_PAGES)) {
      pages.delete(number);
    }
  }
}
