/** What screens ask of the index: reads that answer in the contract's own shapes. All are bounded, all run in a reader thread. */
import type { ListedRef, MediaDetails, MediaLayout, MediaOrder } from '../contract/browse-shapes.ts';
import type { Ledger } from '../contract/model.ts';
import type {
  Change,
  Chat,
  ChatUsage,
  KindUsage,
  LedgerRow,
  MediaCounts,
  MediaEntry,
  MediaFilter,
  MediaItem,
  Message,
  MessageAnchor,
  MessageHit,
} from '../contract/shapes.ts';

/** A stored file as the disk has it. */
export interface StoredFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly mime: string;
  readonly ext: string;
  /** Epoch ms. */
  readonly storedAt: number;
}

/** A chat as screens list it. Whether it is being synced now, the index does not know. */
export interface ChatListRow extends Omit<Chat, 'state'> {
  /** Listed without a gap, and the chat list names no newer message than the one listed. */
  readonly upToDate: boolean;
}

export interface ScreenReads {
  /** Items that match, by month (UTC): from maintained tallies where they can tell, counted otherwise. */
  mediaCounts(input: { filter: MediaFilter }): MediaCounts;
  /** Shapes of the items of a span of days, in the order of `mediaEntries`; the entries of the pages that hold the items `near` with them. */
  mediaLayout(input: {
    filter: MediaFilter;
    from: number;
    to: number;
    after: string | null;
    near?: { readonly first: number; readonly end: number };
  }): MediaLayout;
  /** Newest first, or in `order`; `after` is the `next` of the page before. */
  mediaEntries(input: { filter: MediaFilter; order?: MediaOrder; limit: number; after: string | null }): {
    rows: MediaEntry[];
    next: string | null;
  };
  /** Null when the item is not among those that match. */
  mediaAround(input: { filter: MediaFilter; accountId: number; mediaId: number; newer: number; older: number }): {
    rows: MediaEntry[];
    index: number;
    position: number | null;
  } | null;
  /** At most 200, in their order; those that are not listed are left out. */
  mediaDetails(input: { refs: readonly ListedRef[] }): MediaDetails[];
  mediaItem(input: { accountId: number; mediaId: number }): MediaItem | null;
  /** The stored files of an item, by variant; null where none is stored. */
  mediaFiles(input: { accountId: number; mediaId: number }): {
    full: StoredFile | null;
    preview: StoredFile | null;
    thumb: StoredFile | null;
  };
  /** The stored full file of an item that is not removed, with what names it; null otherwise. */
  fileToName(input: { accountId: number; mediaId: number }): (StoredFile & { readonly sentAt: number }) | null;
  /** Null when the chat is not in the library. */
  messagesPage(input: { accountId: number; chatId: number; anchor: MessageAnchor; limit: number }): {
    rows: Message[];
    hasOlder: boolean;
    hasNewer: boolean;
  } | null;
  messageHits(input: {
    text: string;
    accountId: number | null;
    chatId: number | null;
    after: string | null;
    limit: number;
  }): { hits: MessageHit[]; next: string | null };
  /** Newest first; `after` is the `next` of the page before. */
  chatList(input: { accountId: number | null; after: string | null; limit: number }): {
    rows: ChatListRow[];
    next: string | null;
  };
  /** By chat, newest first, at most 500; `total` counts all. */
  ledgerRows(input: { accountId: number | null; chatId: number | null }): {
    chats: LedgerRow[];
    total: Ledger;
    removed: number;
  };
  /** Stored bytes by chat and kind, largest first, at most 500 chats; `rest` sums the others. */
  libraryUsage(input: Record<string, never>): { chats: ChatUsage[]; rest: ChatUsage | null; total: KindUsage };
  /** Size of the library. Sums whole tables: for the library's own screen, not while scrolling. */
  librarySize(input: Record<string, never>): {
    schema: number;
    indexBytes: number;
    /** Distinct stored files and their bytes. */
    files: number;
    bytes: number;
    /** Bytes not spent because the same content was stored once. */
    savedBytes: number;
  };
  /** For each account: its media and when it was last brought up to date. */
  accountFacts(input: Record<string, never>): { accountId: number; media: number; lastSyncAt: number | null }[];
  /** What one run changed, oldest first. */
  changesOfRun(input: { runId: number; after: number | null; limit: number }): Change[];
}
