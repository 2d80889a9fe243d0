/** Lists of media as screens and the command line browse them: counts, layouts, pages, selections. */
import type {
  ListedRef,
  MediaDetails,
  MediaLayout,
  MediaOrder,
  MediaSelection,
  SelectionSummary,
} from '../../contract/browse-shapes.ts';
import type { LedgerState, MediaKind, MediaState, OddKind } from '../../contract/model.ts';
import type { MediaCounts, MediaEntry, MediaFilter, MediaItem } from '../../contract/shapes.ts';

export interface MediaRow {
  readonly id: number;
  readonly accountId: number;
  readonly chatId: number;
  readonly messageId: number;
  readonly senderId: number | null;
  readonly kind: MediaKind;
  readonly sentAt: number;
  readonly state: LedgerState;
  readonly serviceState: MediaState;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  /** Of the stored full file. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly mime: string | null;
  readonly ext: string | null;
  readonly odd: OddKind | null;
  readonly text: string;
  /** Hash and extension of the best small rendition stored (thumb, else preview); null = none. */
  readonly thumbSha256: string | null;
  readonly thumbExt: string | null;
}

export interface BrowseReads {
  /** Newest first by (sentAt, key); `after` is the opaque token of the last row. */
  media(input: MediaFilter & { limit: number; after: string | null }): { rows: MediaRow[]; next: string | null };
  /** Items that match, by month of a zone (IANA name): from maintained tallies where they can tell, counted otherwise. */
  mediaCounts(input: { filter: MediaFilter; timeZone: string }): MediaCounts;
  /** Shapes of the items of a span of days, in the order of `mediaEntries`; the entries of the pages that hold the items `near` with them. */
  mediaLayout(input: {
    filter: MediaFilter;
    from: number;
    to: number;
    /** Zone in which days are cut. */
    timeZone: string;
    after: string | null;
    near?: { readonly first: number; readonly end: number };
  }): MediaLayout;
  /** Newest first, or in `order`; `after` is the `next` of the page before. */
  mediaEntries(input: { filter: MediaFilter; order?: MediaOrder; limit: number; after: string | null }): {
    rows: MediaEntry[];
    next: string | null;
  };
  /** The picture that stands for each span of what matches: a favourite before others; null where there is none. */
  mediaCovers(input: {
    filter: MediaFilter;
    spans: readonly { readonly from: number; readonly to: number }[];
  }): (MediaEntry | null)[];
  /** Null when the item is not among those that match. */
  mediaAround(input: { filter: MediaFilter; accountId: number; mediaId: number; newer: number; older: number }): {
    rows: MediaEntry[];
    index: number;
    position: number | null;
  } | null;
  /** At most 200, in their order; those that are not listed are left out. `whole`: with all words and what scripts are told. */
  mediaDetails(input: { refs: readonly ListedRef[]; whole?: true }): MediaDetails[];
  mediaItem(input: { accountId: number; mediaId: number }): MediaItem | null;
  selectionSummary(input: { selection: MediaSelection }): SelectionSummary;
}
