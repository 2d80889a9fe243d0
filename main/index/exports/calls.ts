/** Calls of exports to the index. A plan is stored as rows: written in slices in the writer thread, read in pages. */
import type { MediaSelection } from '../../contract/browse-shapes.ts';
import type { LedgerState, MediaKind, Trade } from '../../contract/model.ts';
import type { TargetRules } from '../../naming/target-names.ts';
import type { MessageFlags } from '../../lib/model.ts';
import type { ExportItemState, ExportMethod, ExportState } from '../kernel/codes.ts';

export interface ExportJobRow {
  readonly id: number;
  /** The identity of an export: folder, layout, shape. */
  readonly identity: string;
  /** Known to the folder as well: an export is found again where its folder was moved. */
  readonly token: string;
  readonly dir: string;
  /** JSON, as the export gave it. */
  readonly options: string;
  readonly state: ExportState;
  readonly createdAt: number;
  /** Of the dates in its names and its gallery: an IANA name. */
  readonly timeZone: string;
  readonly endedAt: number | null;
}

export interface BegunExportRow extends ExportJobRow {
  readonly begunAt: number;
}

export interface PlanSliceInput {
  readonly jobId: number;
  readonly selection: MediaSelection;
  /** A layout template that has been read once before. */
  readonly template: string;
  readonly rules: TargetRules;
  /** Null = from the start; else the `next` of the slice before. */
  readonly after: string | null;
  readonly limit: number;
}

export interface PlanSlice {
  /** Null: the plan is whole. */
  readonly next: string | null;
  readonly seen: number;
  readonly added: number;
}

export interface ExportItemRow {
  readonly seq: number;
  readonly accountId: number;
  readonly mediaId: number;
  readonly chatId: number;
  readonly sentAt: number;
  readonly kind: MediaKind;
  readonly state: ExportItemState;
  readonly reason: string | null;
  /** Relative; null when it cannot be exported. */
  readonly path: string | null;
  readonly clash: boolean;
  readonly trimmed: boolean;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly ext: string | null;
  /** Hash and modification time (ms, as the target gives it) of what was written. */
  readonly written: string | null;
  readonly writtenMs: number | null;
  readonly method: ExportMethod | null;
}

export interface ExportTotals {
  readonly items: number;
  readonly bytes: number;
  readonly states: Readonly<Record<ExportItemState, number>>;
  /** Bytes of the items still to be written. */
  readonly plannedBytes: number;
  readonly doneBytes: number;
  readonly clashes: number;
  readonly trimmed: number;
  readonly tooLong: number;
  readonly largestBytes: number;
}

/** Everything that the papers of an export tell of a file it has written. Ordered by chat, then time. */
export interface ExportPaperRow extends ExportItemRow {
  /** Of the file as it was written. */
  readonly writtenBytes: number;
  /** As the person calls it. */
  readonly accountName: string;
  /** The account's own user id at the service. */
  readonly accountUserId: number | null;
  readonly apiBase: string;
  readonly chatName: string | null;
  readonly messageId: number;
  readonly position: number;
  readonly senderId: number | null;
  readonly senderName: string | null;
  readonly fromMe: boolean;
  readonly text: string;
  readonly changedAt: number | null;
  readonly goneAt: number | null;
  readonly replyId: number | null;
  readonly replyText: string | null;
  readonly price: number | null;
  readonly flags: Pick<MessageFlags, 'isTip' | 'isFree' | 'isOpened' | 'isPinned' | 'isLiked'>;
  readonly ledger: LedgerState;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly mime: string | null;
  readonly listedAt: number;
  readonly fetchedAt: number | null;
  readonly verifiedAt: number | null;
  readonly exportedAt: number | null;
  readonly exportVersion: string | null;
  /** States of the item at the service, oldest first. */
  readonly history: readonly { readonly at: number; readonly state: string }[];
  /** Texts that the message had before, with when each was replaced, oldest first. */
  readonly edits: readonly { readonly at: number; readonly text: string }[];
  /** The favourite, labels and note of the item. */
  readonly favourite: boolean;
  /** By name. */
  readonly labels: readonly string[];
  readonly note: string | null;
}

/** An item as the message that carries it shows it. */
export interface ExportMessageMedia {
  readonly mediaId: number;
  /** From 1. */
  readonly position: number;
  readonly kind: MediaKind;
  /** `removed`: a person put it into the trash. */
  readonly state: LedgerState | 'removed';
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  /** Of the exported file; null = it is not in the folder. */
  readonly path: string | null;
  readonly sha256: string | null;
  readonly mime: string | null;
  readonly favourite: boolean;
  /** By name. */
  readonly labels: readonly string[];
  readonly note: string | null;
}

/** Everything that the papers of an export tell of a message. */
export interface ExportMessageRow extends Pick<
  ExportPaperRow,
  | 'accountName'
  | 'chatName'
  | 'messageId'
  | 'senderId'
  | 'senderName'
  | 'fromMe'
  | 'text'
  | 'changedAt'
  | 'goneAt'
  | 'replyId'
  | 'replyText'
  | 'price'
  | 'flags'
  | 'edits'
  | 'accountId'
  | 'chatId'
  | 'sentAt'
> {
  readonly trades: readonly Trade[];
  readonly media: readonly ExportMessageMedia[];
}

/** A listed item that is not in the folder of an export. */
export interface NotExportedRow extends Pick<
  ExportMessageRow,
  'accountId' | 'accountName' | 'chatId' | 'chatName' | 'messageId' | 'sentAt' | 'senderId' | 'senderName' | 'fromMe'
> {
  readonly mediaId: number;
  readonly kind: MediaKind;
  readonly state: ExportMessageMedia['state'];
  /** Why the export or the last download failed; null = the state says it all. */
  readonly reason: string | null;
  /** Since when it is in this state, or first listed. */
  readonly since: number;
}

/** A file that an export wrote under a name it has given up. */
export interface StaleRow {
  readonly path: string;
  readonly fold: string;
  /** Hash of what was written. */
  readonly written: string;
  /** Its item stands in the target under another name. */
  readonly replaced: boolean;
  /** An item of the export has the name now: the file is that item's. */
  readonly taken: boolean;
}

/** Where the next page of a chat's removed items starts. */
export interface TrashedCursor {
  readonly lead: number;
  readonly accountId: number;
  readonly key: number;
}

/** Where the next page of papers starts. */
export interface PaperCursor {
  readonly chatKey: number;
  readonly sentAt: number;
  readonly seq: number;
}

export type ExportItemResult =
  | {
      readonly seq: number;
      readonly state: 'done';
      readonly path: string;
      readonly written: string;
      readonly writtenMs: number;
      readonly method: ExportMethod;
    }
  /** `stands`: what an earlier run wrote is still there. */
  | { readonly seq: number; readonly state: 'failed' | 'skipped'; readonly reason: string; readonly stands: boolean };

export interface ExportPresetRow {
  readonly name: string;
  readonly options: string;
}
