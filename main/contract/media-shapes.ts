/** Media as every shell sees them: filters, tiles, and all that is known of one item. */
import type { LedgerState, MediaKind, MediaState, OddKind, Trade, Variant } from './model.ts';
export interface MediaFilter {
  readonly accountId: number | null;
  /** Empty = all. Chat ids belong to an account: with several accounts name `accountId` too. */
  readonly chatIds: readonly number[];
  readonly kinds: readonly MediaKind[];
  readonly states: readonly LedgerState[];
  /** Sent at or after / before. */
  readonly from: number | null;
  readonly to: number | null;
  readonly sender: 'me' | 'them' | null;
  /** Words of the message; the last one as a prefix, accents folded. */
  readonly text: string | null;
  /** An absent filter does not limit. Saved searches from before these filters existed stay valid. */
  /** With at least one of these labels (`FAVOURITE` is one). */
  readonly labels?: readonly number[];
  /** With a note. */
  readonly noted?: boolean;
  /** Length, milliseconds: at least / less than. Items without a length match neither. */
  readonly minMs?: number;
  readonly maxMs?: number;
  /** Size of the stored file: at least / less than. Items that are not stored match neither. */
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly shape?: MediaShape;
  /** The message that stands for the item has at least one of these terms. */
  readonly trades?: readonly Trade[];
  /** No message of these chats carries it. Chat ids belong to an account: with several accounts name `accountId` too. */
  readonly notSentTo?: readonly number[];
}

export const MEDIA_SHAPES = ['portrait', 'landscape', 'square'] as const;
/** `square`: sides that differ by less than a twentieth. */
export type MediaShape = (typeof MEDIA_SHAPES)[number];

export const EVERYTHING: MediaFilter = {
  accountId: null,
  chatIds: [],
  kinds: [],
  states: [],
  from: null,
  to: null,
  sender: null,
  text: null,
};

/** The data of a tile. */
export interface MediaEntry {
  readonly accountId: number;
  readonly id: number;
  readonly chatId: number;
  /** The newest message that carries it. */
  readonly messageId: number;
  readonly sentAt: number;
  /** Decides between items of one moment; higher comes first. */
  readonly order: number;
  readonly favourite: boolean;
  readonly kind: MediaKind;
  readonly state: LedgerState;
  readonly serviceState: MediaState;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  /** Of the stored full file. */
  readonly bytes: number | null;
  readonly mime: string | null;
  /** Whether `/thumb/…` would answer: a rendition is stored from which a picture can be made. */
  readonly thumb: boolean;
}

/** Items sent in one month. `from` ≤ sentAt < `to`; page them with exactly these bounds. */
export interface MonthBucket {
  /** `2025-06`. */
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Of what is stored; null when it is not known without counting. */
  readonly bytes: number | null;
}

export interface MediaCounts {
  /** Zone in which months were cut, and days in `media.layout`: that of `app.info`. */
  readonly timeZone: string;
  /** Items that match. */
  readonly count: number;
  /** Items of the account (or of all) without any filter. */
  readonly of: number;
  /** Newest first; months without items are left out. */
  readonly buckets: readonly MonthBucket[];
}

export interface FileFact {
  readonly variant: Variant;
  readonly state: 'wanted' | 'stored' | 'failed' | 'gone' | 'unavailable';
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly mime: string | null;
  readonly ext: string | null;
  readonly storedAt: number | null;
  /** When its hash was last compared. */
  readonly verifiedAt: number | null;
  /** Null: the file is as its format wants it, or not stored. */
  readonly odd: OddKind | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly retryAt: number | null;
}

/** `replaced`: another file came in the place of the stored one. `removed`, `restored`: by the person, to the trash and back. */
export type HistoryState = MediaState | LedgerState | 'replaced' | 'other' | 'removed' | 'restored';

export interface StateChange {
  readonly at: number;
  readonly state: HistoryState;
}

export const MOST_CARRIERS = 500;

export interface CarryingMessage {
  readonly id: number;
  readonly chatId: number;
  readonly chatName: string | null;
  readonly senderName: string | null;
  readonly fromMe: boolean;
  readonly sentAt: number;
  /** Plain text, bounded to 4,000 characters. */
  readonly text: string;
  /** Of the item in this message, as the service said it last. */
  readonly state: MediaState;
  readonly terms: MessageTerms;
}

/** What the service says of a message's trade. */
export interface MessageTerms {
  readonly trades: readonly Trade[];
  /** Decimal, `12.50`; null = the service gave none. */
  readonly price: string | null;
}

export interface MediaItem {
  readonly entry: MediaEntry;
  readonly files: readonly FileFact[];
  /** Newest first. */
  readonly history: readonly StateChange[];
  /** Every message that carries it, newest first, at most `MOST_CARRIERS`. */
  readonly messages: readonly CarryingMessage[];
  /** Chats that have it, all of them. */
  readonly chats: number;
  /**
   * Messages of the account that carry another item whose stored file is the same, newest first, at most `MOST_CARRIERS`; where more than
   * 2,000 items have it, those of the 2,000 that came last.
   */
  readonly copies: readonly CarryingMessage[];
  /** Ids of its labels, `FAVOURITE` among them. */
  readonly labels: readonly number[];
  readonly note: string | null;
}
