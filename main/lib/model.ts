/**
 * The shapes of a page once it has been read: `api` makes them, `sync` passes them on, and the index writes them.
 * Ids are numbers (all are below 2^53, API facts §3), times are epoch milliseconds UTC, text is plain text.
 */
import type { MediaKind, MediaState, Variant } from '../contract/model.ts';

/** A URL offered for one rendition of a media item. Short-lived: an attribute, never an identity. */
export interface ListedFile {
  readonly variant: Variant;
  readonly url: string;
  /** When the URL says it ends (query parameters or policy), epoch ms; null when it does not say. */
  readonly expiresAt: number | null;
}

export interface ListedMedia {
  readonly id: number;
  readonly kind: MediaKind;
  /** The service's own word for the kind. */
  readonly kindRaw: string;
  readonly state: MediaState;
  /** Milliseconds; null when the service says nothing or 0. */
  readonly durationMs: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly createdAt: number | null;
  /** True when the message offers this item as a free teaser (`previews`). */
  readonly teaser: boolean;
  /** Only URLs worth fetching: `full` when viewable, `thumb` when offered, `preview` when the full file is not offered. */
  readonly files: readonly ListedFile[];
}

export interface ListedReply {
  readonly id: number;
  readonly senderId: number | null;
  readonly text: string;
}

/** Flags and amounts of a message that are shown or exported; null where the service did not say. */
export interface MessageFlags {
  readonly isTip: boolean | null;
  readonly isFree: boolean | null;
  readonly isOpened: boolean | null;
  readonly isNew: boolean | null;
  readonly isLiked: boolean | null;
  readonly isPinned: boolean | null;
  readonly isFromQueue: boolean | null;
  readonly isMediaReady: boolean | null;
  readonly lockedText: boolean | null;
  readonly canPurchase: boolean | null;
  readonly canPurchaseReason: string | null;
  readonly price: number | null;
  readonly mediaCount: number | null;
  readonly giphyId: string | null;
}

export interface ListedMessage {
  readonly id: number;
  /** The sender's user id; null when the service did not give a usable one. */
  readonly senderId: number | null;
  readonly senderName: string | null;
  /** Plain text; the HTML as received is in `html`. */
  readonly text: string;
  readonly html: string;
  readonly createdAt: number | null;
  readonly changedAt: number | null;
  readonly replyTo: ListedReply | null;
  readonly flags: MessageFlags;
  readonly media: readonly ListedMedia[];
  /** The item's JSON as received (re-serialised, keys and values untouched). */
  readonly raw: string;
}

/** An item of a page that could not be read: kept raw, counted, reported; it never stops the page. */
export interface BadItem {
  /** Position in the page's list. */
  readonly index: number;
  /** The message id if at least that could be read. */
  readonly messageId: number | null;
  /** The fault, without content of the item. */
  readonly reason: string;
  readonly raw: string;
}

export interface ListedPage {
  /** In the order received (newest first). */
  readonly messages: readonly ListedMessage[];
  readonly bad: readonly BadItem[];
  readonly hasMore: boolean;
  /** The service's cursor for the next page; null when it gave none. */
  readonly nextCursor: string | null;
}

/** A page whose messages travel as bytes (packed-page.ts). */
export interface PackedPage extends Omit<ListedPage, 'messages'> {
  readonly messages: readonly Pick<ListedMessage, 'id' | 'createdAt'>[];
  readonly packed: Uint8Array;
}

/** What a walk decides by, in whatever form the messages are. */
export type AnyPage = ListedPage | PackedPage;

export interface RemoteUser {
  readonly id: number;
  readonly username: string | null;
  readonly name: string | null;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
}

export interface RemoteChat {
  /** The other party's user id: it is the chat's id in every call. */
  readonly id: number;
  readonly lastMessageId: number | null;
  readonly lastMessageChangedAt: number | null;
  readonly unreadCount: number | null;
  readonly raw: string;
}

export interface RemoteConnection {
  readonly id: string;
  readonly status: string;
  readonly userId: number | null;
  readonly name: string | null;
  readonly username: string | null;
  readonly permissions: readonly string[];
  readonly expiredAt: number | null;
}
