/** Shapes for browsing a large library: geometry in bytes, selections as queries, labels. Plain data, like all of the contract. */
import type { LedgerState, OddKind } from './model.ts';
import type { MediaEntry, MediaFilter, MessageTerms } from './media-shapes.ts';

/** A page of a month's list: it holds the items from `first` (counted from the newest) on; `after` asks for it. */
export interface LayoutPage {
  readonly first: number;
  readonly after: string | null;
}

/** The entries of a page of a layout: `first` is where it begins, as in `LayoutPage`. */
export interface PageEntries {
  readonly first: number;
  readonly rows: readonly MediaEntry[];
}

/** The geometry of the items of one span, newest first: four bytes per item. */
export interface MediaLayout {
  /** Base64, one byte an item: days since the span's `from`. */
  readonly days: string;
  /** Base64, one byte an item: its shape (`grid-shape.ts`). */
  readonly ratios: string;
  /** Base64, two bytes an item, the lower first: its colour (`grid-shape.ts`). */
  readonly colours: string;
  /** Where the pages of at most 200 begin. */
  readonly pages: readonly LayoutPage[];
  /** The pages that hold what was asked for as `near`; none otherwise. */
  readonly near: readonly PageEntries[];
  /** More items follow; null = these were all. */
  readonly next: string | null;
}

/** Where an item stands in every list: by time, then by this number, both falling. */
export interface SortKey {
  readonly sentAt: number;
  readonly order: number;
}

/** All items that match from `newest` to `oldest`, both inside. */
export interface Span {
  readonly newest: SortKey;
  readonly oldest: SortKey;
}

export interface MediaRef {
  readonly accountId: number;
  readonly mediaId: number;
}

/** An item as it stands in the list of one chat. */
export interface ListedRef extends MediaRef {
  readonly chatId: number;
}

/** The columns of an audit list beyond the entry of an item. */
export interface MediaDetails extends ListedRef {
  readonly senderName: string | null;
  readonly fromMe: boolean;
  /** The words of the message that carries it, at most 200 characters. */
  readonly words: string;
  /** Of the stored full file; null = not stored. */
  readonly sha256: string | null;
  /** Of the message that carries it. */
  readonly terms: MessageTerms;
  /** Only if it was asked for. */
  readonly whole?: {
    readonly senderId: number | null;
    /** All the words of the message. */
    readonly text: string;
    /** Of the stored full file, as `sha256`. */
    readonly bytes: number | null;
    readonly mime: string | null;
    readonly ext: string | null;
    readonly odd: OddKind | null;
    /** As the service said them; null where it did not. */
    readonly flags: Readonly<Record<'isFree' | 'isTip' | 'isOpened' | 'canPurchase', boolean | null>>;
  };
}

/**
 * A selection of any size: what matches the filter within `spans` (null = everywhere, empty = nowhere), without `exclude`, and with
 * `include`. Spans do not overlap; `include` lies outside of them, `exclude` inside.
 */
export interface MediaSelection {
  readonly filter: MediaFilter;
  readonly spans: readonly Span[] | null;
  readonly include: readonly MediaRef[];
  readonly exclude: readonly MediaRef[];
}

export interface SelectionSummary {
  readonly count: number;
  /** Of what is stored. */
  readonly bytes: number;
  readonly states: Readonly<Record<LedgerState, number>>;
}

/** The label that a heart stands for. It always exists and is not in the list of labels. */
export const FAVOURITE = 1;

export interface Label {
  readonly id: number;
  readonly name: string;
  /** Media that carry it. */
  readonly count: number;
}

export interface Labels {
  readonly favourites: number;
  readonly noted: number;
  /** By name. */
  readonly labels: readonly Label[];
}

/** The result of a label change; `undo` reverts it, null = nothing changed. */
export interface MarkChange {
  readonly changed: number;
  readonly undo: number | null;
}

/** The sort keys of lists. Equal sizes and lengths follow by date in the same direction; items of one chat, kind or state newest first. */
export const MEDIA_ORDERS = ['date', 'size', 'length', 'chat', 'kind', 'state'] as const;
export interface MediaOrder {
  readonly by: (typeof MEDIA_ORDERS)[number];
  /** Newest, largest, longest, last name first. Items without a size (not stored) or length come last in both directions. */
  readonly descending: boolean;
}

/** A search that is kept: it belongs to the library and is found in it on every machine. */
export interface SavedSearch {
  readonly id: number;
  readonly name: string;
  readonly filter: MediaFilter;
  /** Null = by date. */
  readonly order: MediaOrder | null;
}

/** A part of the trash: of an account, of a chat (`messageId` null), or of one message. */
export interface TrashScope {
  readonly accountId: number;
  readonly chatId: number | null;
  readonly messageId: number | null;
}

/** The contents of the trash. Emptying frees less than `bytes` where kept media have the same file. */
export interface TrashSummary {
  readonly count: number;
  readonly bytes: number;
}

/** An item in the trash: `entry` is as it was when it was removed. */
export interface TrashEntry {
  readonly entry: MediaEntry;
  readonly removedAt: number;
}

export interface TrashEmptied {
  readonly media: number;
  /** Files that were deleted, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/** A kept message as lists show it. */
export interface KeptMessage {
  readonly id: number;
  readonly accountId: number;
  readonly chatId: number;
  readonly senderId: number | null;
  readonly sentAt: number;
  readonly changedAt: number | null;
  /** Since when the service no longer lists it; null = it does. */
  readonly goneAt: number | null;
  readonly text: string;
  readonly replyTo: number | null;
  /** Without those that a person has removed. */
  readonly mediaIds: readonly number[];
  /** The service's own JSON, where it was asked for. */
  readonly raw?: string;
}
