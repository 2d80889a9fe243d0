/**
 * The shapes that travel between the app and a screen. Plain data: structured clone and JSON carry them unchanged (no Date, no Map,
 * no undefined). Times are epoch milliseconds UTC, sizes bytes, lengths milliseconds, ids numbers below 2^53.
 */
import type { WireError } from './errors.ts';
import type { MediaEntry } from './media-shapes.ts';
import type { MediaKind } from './model.ts';

/* ------------------------------------------------------------------ the app */

/** The setup step that is needed before chats can be shown. `needsLibrary` and `needsAccount` open the first run. */
export type AppState = 'needsLibrary' | 'needsAccount' | 'ready';

export interface AppInfo {
  readonly version: string;
  readonly state: AppState;
  readonly platform: 'mac' | 'windows' | 'linux';
  readonly shell: 'electron' | 'server' | 'memory';
  /** The language the system asks for, as a BCP 47 tag. */
  readonly locale: string;
  /** The zone of all days and times that a person sees, as an IANA name. */
  readonly timeZone: string;
  /** The features of this shell. Screens show no control for a missing feature. */
  readonly can: {
    /** A native folder dialog (`system.pickFolder`). Without it the folder is typed. */
    readonly pickFolder: boolean;
    readonly showInFolder: boolean;
    /** `system.dragOut`; without it a page offers `downloadUrl` while dragging. */
    readonly dragOut: boolean;
    readonly openExternal: boolean;
    readonly startAtLogin: boolean;
    /** The window can be closed into a tray that this desktop shows (`Settings.closing`). */
    readonly stayInTray: boolean;
    readonly notify: boolean;
  };
  /** Where keys are kept: `os` (system keystore), `file` (a sealed file that only this user can read). */
  readonly keystore: 'os' | 'file';
  readonly versions: readonly { readonly name: string; readonly version: string }[];
  /** Notices since the start, e.g. that the settings could not be read or the library's folder is missing. */
  readonly notices: readonly WireError[];
}

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly contrast: 'system' | 'more';
  readonly tileSize: 'compact' | 'normal' | 'large';
  /** Videos and GIFs play in their tile under a pointer at rest. */
  readonly playOnHover: boolean;
  /** How long a slideshow shows each picture. */
  readonly slideSeconds: 3 | 5 | 10;
  /** Blur media while the window is not focused. */
  readonly blurUnfocused: boolean;
  /** Minutes between automatic syncs; null = only when asked. */
  readonly syncEveryMinutes: number | null;
  /** Files fetched at the same time, 1 to 16. */
  readonly concurrency: number;
  /** Bytes a second; null = no limit. */
  readonly bandwidth: number | null;
  /** Bytes of the library's disk that stay free. */
  readonly diskReserve: number;
  readonly notifications: boolean;
  readonly startAtLogin: boolean;
  /** The action on closing the window while syncs are scheduled: stay in the tray, quit, or ask once and keep the answer. */
  readonly closing: 'ask' | 'stay' | 'quit';
  /** Ask the feed for newer versions now and then. */
  readonly lookForUpdates: boolean;
  /** The zone of all days and times that a person sees, as an IANA name; null = this computer's. */
  readonly timeZone: string | null;
}

/** The settings. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  contrast: 'system',
  tileSize: 'normal',
  playOnHover: true,
  slideSeconds: 5,
  blurUnfocused: false,
  syncEveryMinutes: 60,
  concurrency: 6,
  bandwidth: null,
  diskReserve: 2 * 1024 ** 3,
  notifications: true,
  startAtLogin: false,
  closing: 'ask',
  lookForUpdates: false,
  timeZone: null,
};

/* ------------------------------------------------------------------ library */

/** The kind of a folder, before it is chosen. `foreign`: holds other files; a library would be made in a new folder inside. */
export interface FolderFacts {
  readonly path: string;
  readonly kind: 'missing' | 'empty' | 'library' | 'foreign';
  readonly writable: boolean;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** Why it cannot be used, or null. */
  readonly problem: WireError | null;
}

export interface LibraryState {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Bytes not spent because the same content was stored once. */
  readonly savedBytes: number;
  readonly indexBytes: number;
  readonly thumbBytes: number;
  readonly schema: number;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
}

export type KindUsage = Readonly<Record<MediaKind, { readonly files: number; readonly bytes: number }>>;

export interface ChatUsage {
  readonly accountId: number;
  readonly chatId: number;
  readonly name: string | null;
  readonly bytes: number;
  readonly kinds: KindUsage;
}

export interface CheckReport {
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  /** Every file hashed, not only its size compared. */
  readonly deep: boolean;
  readonly checked: number;
  readonly total: number;
  readonly ok: number;
  readonly missing: number;
  readonly corrupt: number;
  /** Files of the store without an entry in the index. */
  readonly orphan: number;
  readonly repaired: number;
  /** Why it did not come to its end (`aborted`: it was stopped): then it proves nothing but what it counts. */
  readonly error: WireError | null;
}

/* ------------------------------------------------------------------ accounts, connections, chats */

export interface Account {
  readonly id: number;
  readonly name: string;
  readonly apiBase: string;
  readonly userId: number | null;
  readonly username: string | null;
  readonly ratePerMinute: number | null;
  readonly wholeConversations: boolean;
  readonly status: 'ok' | 'needsAttention';
  /** The problem; null if `ok`. */
  readonly problem: WireError | null;
  readonly lastSyncAt: number | null;
  /** Sample chats of the built-in stand-in. */
  readonly sample: boolean;
  readonly media: number;
}

export interface Connection {
  readonly id: string;
  readonly name: string | null;
  readonly username: string | null;
  readonly status: 'active' | 'expired' | 'other';
  readonly expiredAt: number | null;
  /** Permissions that archiving needs and the connection lacks; empty = usable. */
  readonly missingPermissions: readonly string[];
}

/** `behind`: the service has newer messages than are listed here. */
export type ChatState = 'complete' | 'syncing' | 'behind' | 'needsAttention';

export interface Chat {
  readonly accountId: number;
  readonly id: number;
  readonly name: string | null;
  readonly username: string | null;
  /** Distinct media listed. */
  readonly media: number;
  readonly newestAt: number | null;
  readonly state: ChatState;
  /** A stored picture that stands for the chat, shown through its thumbnail; null = initials. */
  readonly coverMediaId: number | null;
}

/** A chat as the service lists it, for choosing. */
export interface RemoteChatEntry {
  readonly id: number;
  readonly name: string | null;
  readonly username: string | null;
  readonly newestAt: number | null;
  readonly mediaEstimate: number | null;
  readonly chosen: boolean;
}

/* ------------------------------------------------------------------ messages */

export interface Message {
  readonly id: number;
  readonly accountId: number;
  readonly chatId: number;
  readonly senderId: number | null;
  readonly senderName: string | null;
  readonly fromMe: boolean;
  readonly sentAt: number;
  readonly text: string;
  readonly replyTo: {
    readonly id: number;
    readonly senderName: string | null;
    readonly fromMe: boolean;
    readonly text: string;
    /** Its first item with a small picture. */
    readonly mediaId: number | null;
  } | null;
  readonly media: readonly MediaEntry[];
  /** Media of it that the person removed; they are not in `media`. */
  readonly removed: number;
  /** Of `removed`, those in the trash; the others were deleted for good. */
  readonly inTrash: number;
  /** When it vanished from the service; null = it is still there. */
  readonly goneAt: number | null;
  readonly tip: boolean;
}

/** Where to start reading a conversation. `older` and `newer` exclude the named message; `around` includes it. */
export type MessageAnchor =
  | { readonly at: 'newest' }
  | { readonly at: 'around'; readonly messageId: number }
  | { readonly at: 'date'; readonly time: number }
  | { readonly at: 'older'; readonly messageId: number }
  | { readonly at: 'newer'; readonly messageId: number };

/** The messages of a chat in which words occur. */
export interface ChatHits {
  /** Newest first. */
  readonly ids: readonly number[];
  /** There are more than these 10,000. */
  readonly more: boolean;
}

/** A piece of a message, marked where it matches; bounded to about 300 characters a hit. */
export interface TextPart {
  readonly text: string;
  readonly hit: boolean;
}

export interface MessageHit {
  readonly accountId: number;
  readonly chatId: number;
  readonly chatName: string | null;
  readonly messageId: number;
  readonly senderName: string | null;
  readonly fromMe: boolean;
  readonly sentAt: number;
  readonly parts: readonly TextPart[];
  /** At most 6. */
  readonly media: readonly MediaEntry[];
  readonly mediaCount: number;
  /** Only if it was asked for. */
  readonly whole?: {
    readonly senderId: number | null;
    readonly text: string;
    /** Of all its media, in their order. */
    readonly mediaIds: readonly number[];
  };
}

export * from './media-shapes.ts';
export type * from './browse-shapes.ts';
export type * from './export-shapes.ts';
export type * from './sync-shapes.ts';
export { CHANGE_GROUP_NAMES, CHANGE_GROUPS } from './sync-shapes.ts';
