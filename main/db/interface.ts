/**
 * Everything that can be asked of the index, by name. `IndexReads` run in a reader thread, `IndexWrites` in the one writer thread;
 * each write is one transaction. Answers are bounded: at most 500 rows, long id lists as typed arrays.
 */
import type { Ledger, LedgerState, MediaKind, MediaState, Variant } from '../contract/model.ts';
import type { MediaFilter } from '../contract/shapes.ts';
import type { ListedPage, RemoteChat, RemoteUser } from '../lib/model.ts';
import type { ExportReads, ExportWrites } from './export-calls.ts';
import type { LabelReads, LabelWrites } from './label-calls.ts';
import type { ScreenReads } from './screen-reads.ts';
import type { TrashReads, TrashWrites } from './trash-calls.ts';

/* ------------------------------------------------------------------ accounts */

export type AccountStatus = 'ok' | 'needsAttention';

export interface AccountRow {
  /** Local id. */
  readonly id: number;
  readonly name: string;
  /** Origin of the API, without a trailing slash. Together with `identity` it is the account's identity. */
  readonly apiBase: string;
  /** `user:<id>` where the service tells the account's own user id, else `connection:<sha256 of the connection id>`. */
  readonly identity: string;
  /** The account's own user id at the service: messages from it are "me". Null when the service does not tell. */
  readonly userId: number | null;
  readonly username: string | null;
  /** Requests a minute for a connection; 0 = none; null = the documented default. */
  readonly ratePerMinute: number | null;
  readonly status: AccountStatus;
  readonly statusReason: string | null;
  /** Whether whole conversations are kept (messages without media too). */
  readonly wholeConversations: boolean;
}

/* ------------------------------------------------------------------ chats, coverage */

export interface ChatRow {
  /** Local key; `id` is the service's. */
  readonly key: number;
  readonly accountId: number;
  /** The other party's user id. */
  readonly id: number;
  readonly name: string | null;
  readonly username: string | null;
  /** Newest message id known here. */
  readonly newestMessageId: number | null;
  readonly newestAt: number | null;
  /** Distinct media in this chat. */
  readonly media: number;
  /** The unfiltered media pass is one range from the newest listed message to the chat's start. */
  readonly complete: boolean;
  /** What the chat list said when it was last read: the cheap probe of `watch`. */
  readonly probeMessageId: number | null;
  /** `probeMessageId` as it was when the chat was last listed to its covered ground. */
  readonly syncedProbeId: number | null;
}

/**
 * A range of message ids proven listed without a gap, inclusive at both ends; `lo` 0 = the start of the chat was reached.
 * `nextCursor` asks the service for what lies below the range (its own word where it gave one).
 */
export interface CoverageRange {
  readonly hi: number;
  readonly lo: number;
  readonly nextCursor: string | null;
  /** When any page of the range was last listed, epoch ms: the background re-walk takes the oldest first. */
  readonly checkedAt: number;
}

export interface PageDue {
  readonly chatKey: number;
  readonly chatId: number;
  readonly cursor: string | null;
  readonly hi: number;
  readonly lo: number;
  readonly checkedAt: number;
  readonly reason: 'notReady' | 'locked' | 'age';
}

/** Which listing a page came from: `media`, `media type=photos`, `media opened=true`, `messages` … One coverage for each. */
export type Pass = string;

/* ------------------------------------------------------------------ pages */

export interface ApplyPageInput {
  readonly accountId: number;
  readonly chatKey: number;
  readonly runId: number | null;
  readonly at: number;
  readonly pass: Pass;
  /** Cursor with which the page was asked for; null = newest. Kept with its files: a dead link is refreshed by asking this one page again. */
  readonly cursor: string | null;
  readonly page: ListedPage;
  /** The message ids this page proves listed, or null when it proves nothing. */
  readonly range: { readonly hi: number; readonly lo: number; readonly nextCursor: string | null } | null;
  /** Messages known here inside `range`, of the same pass, that the page does not carry are marked gone (reversible). */
  readonly detectGone: boolean;
}

export interface ApplyPageResult {
  readonly seen: number;
  readonly new: number;
  readonly changed: number;
  readonly bad: number;
  readonly gone: number;
  readonly newMedia: number;
  /** Files that became wanted by this page. */
  readonly filesWanted: number;
  /** The merged range that now contains the page's range; the walk goes on below it. */
  readonly covered: CoverageRange | null;
}

/* ------------------------------------------------------------------ files */

/** `wanted`: to be fetched, now or at `retryAt`. `failed`: tries of this run are used up. `gone`: the host says it is no more. `unavailable`: no URL offered (locked …). */
export type FileState = 'wanted' | 'stored' | 'failed' | 'gone' | 'unavailable';

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

/* ------------------------------------------------------------------ runs, changes */

export type RunOutcome = 'complete' | 'partial' | 'interrupted' | 'paused' | 'failed';

export interface RunCounters {
  readonly chats: number;
  readonly pages: number;
  readonly messages: { readonly seen: number; readonly new: number; readonly changed: number; readonly bad: number };
  readonly files: {
    readonly downloaded: number;
    readonly bytes: number;
    readonly deduplicated: number;
    readonly resumed: number;
    readonly refreshedUrls: number;
    readonly failed: number;
  };
  /** Milliseconds waited for the service's rate limit. */
  readonly waitedMs: number;
  /** API requests made, re-tries included. */
  readonly requests: number;
  /** Bytes received more than once because a transfer was cut or restarted. */
  readonly wastedBytes: number;
  /** Errors by kind. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface RunRow {
  readonly id: number;
  readonly accountId: number | null;
  readonly kind: 'sync' | 'watch' | 'verify';
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: RunOutcome | null;
  readonly version: string;
  readonly counters: RunCounters | null;
}

/** What changed, as a closed list: the `changes` command and the viewer's history read these. */
export const CHANGE_FIELDS = [
  'message.text',
  'message.gone',
  'message.back',
  'media.state',
  'media.removed',
  'media.restored',
  'media.deleted',
  'chat.name',
  'person.name',
  'file.stored',
  'file.replaced',
] as const;
export type ChangeField = (typeof CHANGE_FIELDS)[number];

export interface ChangeRow {
  readonly id: number;
  readonly runId: number | null;
  readonly at: number;
  readonly field: ChangeField;
  /** Null: noticed before changes said whose they are, and not to be told since. */
  readonly accountId: number | null;
  readonly chatId: number | null;
  readonly messageId: number | null;
  readonly mediaId: number | null;
  readonly before: string | null;
  readonly after: string | null;
}

/* ------------------------------------------------------------------ media lists */

export type { MediaFilter };

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
  readonly text: string;
  /** Hash and extension of the best small rendition stored (thumb, else preview); null = none. */
  readonly thumbSha256: string | null;
  readonly thumbExt: string | null;
}

export interface MessageHit {
  readonly messageId: number;
  readonly chatId: number;
  readonly senderId: number | null;
  readonly sentAt: number;
  readonly text: string;
  readonly mediaIds: readonly number[];
}

export interface ChatLedger {
  readonly id: number;
  readonly name: string | null;
  readonly complete: boolean;
  readonly media: Ledger;
  /** Removed by the person: in no column, and not listed. */
  readonly removed: number;
  /** Ranges of the unfiltered media pass, newest first. */
  readonly coverage: readonly CoverageRange[];
}

/* ------------------------------------------------------------------ the two lists */

export interface IndexReads extends ScreenReads, ExportReads, LabelReads, TrashReads {
  accounts(input: Record<string, never>): AccountRow[];
  chats(input: { accountId: number | null; after: number | null; limit: number }): ChatRow[];
  chatById(input: { accountId: number; id: number }): ChatRow | null;
  /** Ids of the other parties of chats whose name was last asked for before `before`, never asked ones first; `before` 0 = only those never asked. */
  namesDue(input: { accountId: number; before: number; limit: number }): number[];
  coverage(input: { chatKey: number; pass: Pass }): CoverageRange[];
  /**
   * Pages due to be listed again, oldest checked first. A page is due when it was last listed before `notReadyBefore` and carries items that
   * are not ready, before `lockedBefore` and carries locked ones, or before `restBefore`. `cursor` is what to ask with.
   */
  pagesDue(input: {
    accountId: number;
    pass: Pass;
    notReadyBefore: number;
    lockedBefore: number;
    restBefore: number;
    limit: number;
  }): PageDue[];
  nextFiles(input: NextFilesInput): FileJob[];
  /** When the next deferred file is due, and how many wait. */
  fileQueue(input: { accountId: number; chatKeys: readonly number[]; now: number }): {
    due: number;
    deferred: number;
    nextRetryAt: number | null;
    failed: number;
  };
  /** Files of one listed page that still wait: one re-listing refreshes them all. */
  filesOfPage(input: { chatKey: number; pass: Pass; cursor: string | null }): FileJob[];
  file(input: { fileId: number }): FileJob | null;
  ledger(input: { accountId: number | null; chatId: number | null }): {
    chats: ChatLedger[];
    total: Ledger;
    /** Removed by the person: in no column. */
    removed: number;
  };
  /** Newest first by (sentAt, key); `after` is the opaque token of the last row. */
  media(input: MediaFilter & { limit: number; after: string | null }): { rows: MediaRow[]; next: string | null };
  search(input: { accountId: number | null; text: string; chatId: number | null; limit: number }): MessageHit[];
  /** Blobs in hash order, for verify. */
  blobs(input: { after: string | null; limit: number }): BlobRow[];
  blob(input: { sha256: string }): BlobRow | null;
  /** Which of these hashes the index knows: the orphan sweep asks in pages of at most 500. */
  knownBlobs(input: { sha256: readonly string[] }): string[];
  /** Key of the newest stored file: what is stored later has a greater one. */
  newestBlob(input: Record<string, never>): { newestBlob: number };
  /** How many stored files came after `newestBlob`. */
  blobsSince(input: { newestBlob: number }): number;
  /** Newest first; `before` is a run id. */
  runs(input: { limit: number; id: number | null; before?: number | null }): RunRow[];
  changes(input: { sinceRun: number | null; sinceAt: number | null; after: number | null; limit: number }): ChangeRow[];
  stats(input: Record<string, never>): {
    schema: number;
    pages: number;
    pageSize: number;
    messages: number;
    media: number;
    files: number;
    blobs: number;
  };
  /** SQLite's quick check; empty = sound. Slow: never on a screen. */
  integrity(input: Record<string, never>): string[];
}

export interface IndexWrites extends ExportWrites, LabelWrites, TrashWrites {
  saveAccount(input: {
    apiBase: string;
    identity: string;
    userId: number | null;
    username: string | null;
    name: string;
    ratePerMinute: number | null;
    at: number;
  }): AccountRow;
  setAccountStatus(input: { accountId: number; status: AccountStatus; reason: string | null; at: number }): void;
  setWholeConversations(input: { accountId: number; on: boolean }): void;
  removeAccount(input: { accountId: number }): void;
  startRun(input: { accountId: number | null; kind: RunRow['kind']; at: number; version: string; pid: number }): number;
  /** Called now and then while a run goes on, so that a killed run still shows what it did. */
  noteRun(input: { runId: number; counters: RunCounters }): void;
  endRun(input: { runId: number; at: number; outcome: RunOutcome; counters: RunCounters }): void;
  saveChats(input: { accountId: number; runId: number | null; at: number; chats: readonly RemoteChat[] }): ChatRow[];
  /** `asked`: the ids asked for; those missing in `users` are unknown to the service and are not due again for a day. */
  saveUsers(input: {
    accountId: number;
    runId: number | null;
    at: number;
    users: readonly RemoteUser[];
    asked: readonly number[];
  }): void;
  applyPage(input: ApplyPageInput): ApplyPageResult;
  /** The walk of a chat has met covered ground or its start: what the chat list said is now listed. */
  chatWalked(input: { chatKey: number; at: number; probeMessageId: number | null }): void;
  /** Gives failed and gone files another chance at the start of a run; `all` ignores their back-off and that of files that wait. Returns how many were reopened. */
  reopenFailed(input: { accountId: number; chatKeys: readonly number[]; now: number; all: boolean }): number;
  settleFiles(input: { runId: number | null; at: number; results: readonly FileResult[] }): { deduplicated: number };
  noteBlobs(input: { at: number; ok: readonly string[] }): void;
  /** The stored bytes are damaged or missing: the files that had them become wanted again. Returns their ids. */
  forgetBlobs(input: { at: number; runId: number | null; sha256: readonly string[] }): number[];
}
