/**
 * THE list of everything a screen can ask of the app. A feature starts here: name → input and output. Inputs are checked once, in the app,
 * against `schemas.ts`; every answer is a `Result` (errors.ts). Pages are bounded: 200 media, 100 messages, 500 chats.
 */
import type { LicencePart, UpdateStatus } from '../contract/about-shapes.ts';
import type { BackupState, CopyOrder, LibraryCopy } from '../contract/backup-shapes.ts';
import type { Result } from '../contract/errors.ts';
import type { Ledger } from '../contract/model.ts';
import type {
  Account,
  AppInfo,
  Change,
  Chat,
  ChatUsage,
  CheckReport,
  Connection,
  ExportCheck,
  ExportJob,
  ExportOptions,
  ExportPreset,
  ExportPreview,
  ExportStatus,
  FolderFacts,
  KindUsage,
  Labels,
  LedgerRow,
  LibraryState,
  ListedRef,
  MarkChange,
  MediaCounts,
  MediaDetails,
  MediaEntry,
  MediaFilter,
  MediaItem,
  MediaLayout,
  MediaOrder,
  MediaRef,
  MediaSelection,
  Message,
  MessageAnchor,
  MessageHit,
  RemoteChatEntry,
  Run,
  SavedSearch,
  SelectionSummary,
  Settings,
  SyncStatus,
  TrashEmptied,
  TrashEntry,
  TrashScope,
  TrashSummary,
} from '../contract/shapes.ts';

/** No input. Sent as `{}`. */
export type Nothing = Readonly<Record<string, never>>;
/** No answer but that it was done. */
export type Done = null;

interface Call<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

export interface Calls {
  /* The app */
  'app.info': Call<Nothing, AppInfo>;
  /** The work of others in the app, by name; empty where no list was made (a build without it). */
  'app.licences': Call<Nothing, { readonly parts: readonly LicencePart[] }>;
  'settings.get': Call<Nothing, Settings>;
  /** Changes the named fields and answers all. */
  'settings.set': Call<Partial<Settings>, Settings>;

  /* Newer versions: looked for when the person asks or has switched it on, never installed by themselves */
  'updates.status': Call<Nothing, UpdateStatus>;
  /** Asks the feed; the answer comes with the end. `unsupported` where the app does not update itself (also the next two). */
  'updates.check': Call<Nothing, UpdateStatus>;
  /** Begins to download the version that was found; progress comes as `updates.changed`. */
  'updates.download': Call<Nothing, UpdateStatus>;
  /** Installs what was downloaded and starts the app again. `busy` while a sync, check or export runs. */
  'updates.install': Call<Nothing, Done>;

  /* The library: the one folder with index and files */
  /** Facts of the open library; `not_found` before one is chosen. */
  'library.state': Call<Nothing, LibraryState>;
  /** Facts of a folder before it is chosen; null = the platform's default place. */
  'library.inspect': Call<{ readonly path: string | null }, FolderFacts>;
  /** Folders of the libraries opened last, newest first, at most 8: the open one too, and such that are not there now. */
  'library.recent': Call<Nothing, { readonly paths: readonly string[] }>;
  /** Takes one from the recent libraries, or all (`path` null). Nothing on the disk changes. */
  'library.forgetRecent': Call<{ readonly path: string | null }, Done>;
  /** Opens the library there, or makes one. */
  'library.choose': Call<{ readonly path: string }, LibraryState>;
  /** Bytes by chat and kind, largest first, at most 500 chats; `rest` sums the others. */
  'library.usage': Call<
    Nothing,
    { readonly chats: readonly ChatUsage[]; readonly rest: ChatUsage | null; readonly total: KindUsage }
  >;
  /** Starts a check of the library against its disk; progress comes as `check.progress`. `busy` while one runs. */
  'library.check': Call<{ readonly deep: boolean; readonly repair: boolean }, Done>;
  /** Stops the running check; what it found so far is not kept. Done, too, when none runs. */
  'library.cancelCheck': Call<Nothing, Done>;
  /** The running or the last check, of this start or an earlier one, from whichever shell; null when there was none. */
  'library.lastCheck': Call<Nothing, CheckReport | null>;

  /* Copies of the library as a whole, one at a time; progress comes as `backup.progress` */
  'backup.state': Call<Nothing, BackupState>;
  /** Begins one. `busy` while another runs, while files are repaired or deleted, and, for what ends with another library, while anything uses this one. */
  'backup.start': Call<CopyOrder, LibraryCopy>;
  /** Stops it; the same one resumes where it stopped. Done, too, when none runs. */
  'backup.cancel': Call<Nothing, Done>;

  /* Accounts. A key is sent from a screen once, is kept in the keystore, and never comes back */
  'accounts.list': Call<Nothing, { readonly accounts: readonly Account[] }>;
  /** Tests a key by listing its connections. `apiBase` null = the service's documented address. */
  'connections.list': Call<
    { readonly key: string; readonly apiBase: string | null },
    { readonly keyName: string | null; readonly connections: readonly Connection[] }
  >;
  'accounts.add': Call<
    {
      readonly name: string | null;
      readonly key: string;
      readonly connectionId: string;
      readonly apiBase: string | null;
      readonly ratePerMinute: number | null;
    },
    Account
  >;
  /** Asks the service whether key and connection are still good; the account carries the answer. */
  'accounts.test': Call<{ readonly accountId: number }, Account>;
  /** Fields left out stay. `key` replaces the key after testing it. */
  'accounts.update': Call<
    {
      readonly accountId: number;
      readonly name?: string;
      readonly key?: string;
      readonly connectionId?: string;
      readonly ratePerMinute?: number | null;
      readonly wholeConversations?: boolean;
    },
    Account
  >;
  /** Forgets key and connection. Chats and files stay in the library. */
  'accounts.remove': Call<{ readonly accountId: number }, Done>;
  /** Starts the built-in stand-in of the service with generated chats, as an account of its own; the same account when it runs already. */
  'sandbox.start': Call<{ readonly chats: number; readonly messages: number }, Account>;

  /* Chats */
  /** Chats at the service, newest first, for choosing; `after` is the `next` of the page before. */
  'chats.remote': Call<
    { readonly accountId: number; readonly after: string | null },
    { readonly rows: readonly RemoteChatEntry[]; readonly next: string | null }
  >;
  /** Which chats a sync keeps. `all` includes chats that appear later; the ids are then exceptions that stay out. */
  'chats.choose': Call<
    { readonly accountId: number; readonly mode: 'all' | 'only'; readonly chatIds: readonly number[] },
    Done
  >;
  /** Chats in the library, newest first. */
  'chats.list': Call<
    { readonly accountId: number | null; readonly after: string | null; readonly limit: number },
    { readonly rows: readonly Chat[]; readonly next: string | null }
  >;

  /* Media */
  /** How many match, by month, from maintained tallies: the ground plan of the grid. */
  'media.counts': Call<{ readonly filter: MediaFilter }, MediaCounts>;
  /**
   * The shapes of the items of a span of at most 31 days, usually a month of `media.counts`: at most 50,000, newest first; `after` is the
   * `next` of the answer before. The pages that hold the items `near` (counted in this answer, from `first` to before `end`) come along, at
   * most three: whoever looks there needs no second question.
   */
  'media.layout': Call<
    {
      readonly filter: MediaFilter;
      readonly from: number;
      readonly to: number;
      readonly after: string | null;
      readonly near?: { readonly first: number; readonly end: number };
    },
    MediaLayout
  >;
  /** A page of at most 200, newest first or in `order`; `after` is the `next` of the page before, asked for in the same order. */
  'media.page': Call<
    {
      readonly filter: MediaFilter;
      readonly order?: MediaOrder;
      readonly after: string | null;
      readonly limit: number;
    },
    { readonly rows: readonly MediaEntry[]; readonly next: string | null }
  >;
  /**
   * An item with its neighbours in the order of the filter: up to `newer` before it and `older` after it in `rows` (at most 100 each).
   * `index` is its place in `rows`; `position` its place among all that match, counted from 0, null where counting would be slow.
   */
  'media.around': Call<
    {
      readonly filter: MediaFilter;
      readonly accountId: number;
      readonly mediaId: number;
      readonly newer: number;
      readonly older: number;
    },
    { readonly rows: readonly MediaEntry[]; readonly index: number; readonly position: number | null }
  >;
  /** Sender, words and hash of at most 200 listed items, in their order; those that are no longer listed are left out. */
  'media.details': Call<{ readonly refs: readonly ListedRef[] }, { readonly rows: readonly MediaDetails[] }>;
  /** Everything known of one item. */
  'media.item': Call<{ readonly accountId: number; readonly mediaId: number }, MediaItem>;

  /* Selections, favourites, labels, notes */
  /** How much a selection holds, from tallies where they can tell. */
  'selection.summary': Call<{ readonly selection: MediaSelection }, SelectionSummary>;
  'labels.list': Call<Nothing, Labels>;
  /** Makes a label (`id` null), or renames one. `name_taken` when another has the name. Answers its id. */
  'labels.save': Call<{ readonly id: number | null; readonly name: string }, { readonly id: number }>;
  /** Takes a label away; its media stay. `labels.restore` brings it back with them. */
  'labels.remove': Call<{ readonly id: number }, Done>;
  'labels.restore': Call<{ readonly id: number }, Done>;
  /** Puts a label on everything selected, or takes it off. */
  'labels.apply': Call<
    { readonly selection: MediaSelection; readonly labelId: number; readonly on: boolean },
    MarkChange
  >;
  /** Takes a change back; `not_found` when it was taken back before or is long ago. */
  'labels.undo': Call<{ readonly undo: number }, Done>;
  /** Searches that are kept, by name. */
  'searches.list': Call<Nothing, { readonly searches: readonly SavedSearch[] }>;
  /** Keeps a search (`id` null), or puts another in its place. AppError `usage` when another has the name. Answers its id. */
  'searches.save': Call<
    {
      readonly id: number | null;
      readonly name: string;
      readonly filter: MediaFilter;
      readonly order: MediaOrder | null;
    },
    { readonly id: number }
  >;
  'searches.rename': Call<{ readonly id: number; readonly name: string }, Done>;
  /** `searches.restore` brings it back, as long as no other has its name. */
  'searches.remove': Call<{ readonly id: number }, Done>;
  'searches.restore': Call<{ readonly id: number }, Done>;

  /* The trash: removed media are in no view, count, search or export, and no sync fetches or brings them back. Their files stay until it is emptied */
  /** Removes everything selected; `undo` brings back exactly these. Not given up half-way. */
  'media.remove': Call<{ readonly selection: MediaSelection }, MarkChange>;
  /** Takes a removal back; answers how many came back (those deleted for good meanwhile cannot). `not_found` when there is none to take back. */
  'media.restoreRemoved': Call<{ readonly undo: number }, { readonly restored: number }>;
  /** `within` limits these four to a part of the trash. */
  'trash.summary': Call<{ readonly within?: TrashScope }, TrashSummary>;
  /** A page of at most 200, removed last first. */
  'trash.page': Call<
    { readonly after: string | null; readonly limit: number; readonly within?: TrashScope },
    { readonly rows: readonly TrashEntry[]; readonly next: string | null }
  >;
  /** Brings these back, or all (`refs` null). */
  'trash.restore': Call<
    { readonly refs: readonly MediaRef[] | null; readonly within?: TrashScope },
    { readonly restored: number }
  >;
  /** Deletes these for good, or all (`refs` null). `busy` while a sync, a check or an export runs. They stay removed: no sync fetches them again. */
  'trash.empty': Call<{ readonly refs: readonly MediaRef[] | null; readonly within?: TrashScope }, TrashEmptied>;

  /** Words of the person's own on an item; null or empty takes them away. */
  'notes.set': Call<{ readonly accountId: number; readonly mediaId: number; readonly text: string | null }, Done>;

  /* Messages */
  /** At most 100 messages of a conversation, oldest first. */
  'messages.page': Call<
    { readonly accountId: number; readonly chatId: number; readonly anchor: MessageAnchor; readonly limit: number },
    { readonly rows: readonly Message[]; readonly hasOlder: boolean; readonly hasNewer: boolean }
  >;
  /** Messages by their words, newest first, at most 100. */
  'search.messages': Call<
    {
      readonly text: string;
      readonly accountId: number | null;
      readonly chatId: number | null;
      readonly after: string | null;
      readonly limit: number;
    },
    { readonly hits: readonly MessageHit[]; readonly next: string | null }
  >;

  /* Sync */
  'sync.status': Call<Nothing, SyncStatus>;
  /** `busy` while one runs. `chatIds` empty = all chosen; `full` lists every page again; `retryFailed` gives failed files another chance at once. */
  'sync.start': Call<
    {
      readonly accountId: number | null;
      readonly chatIds: readonly number[];
      readonly full: boolean;
      readonly retryFailed: boolean;
    },
    SyncStatus
  >;
  'sync.pause': Call<Nothing, SyncStatus>;
  'sync.resume': Call<Nothing, SyncStatus>;
  /** Stops the run; nothing is lost, the next one resumes where it stopped. */
  'sync.cancel': Call<Nothing, SyncStatus>;
  /** By chat, newest first, at most 500; `total` counts all. `removed` (in no column) is what the person removed; `inTrash` of these can come back. */
  'ledger.get': Call<
    { readonly accountId: number | null; readonly chatId: number | null },
    { readonly chats: readonly LedgerRow[]; readonly total: Ledger; readonly removed: number; readonly inTrash: number }
  >;
  /** Newest first; `before` is a run id. */
  'runs.list': Call<
    { readonly before: number | null; readonly limit: number },
    { readonly rows: readonly Run[]; readonly next: number | null }
  >;
  'runs.get': Call<{ readonly runId: number }, Run>;
  /** The changes of a run, or since the change `after`; oldest first. */
  'changes.list': Call<
    { readonly runId: number | null; readonly after: number | null; readonly limit: number },
    { readonly rows: readonly Change[]; readonly next: number | null }
  >;

  /* Exports: one at a time; progress comes as `export.progress` */
  /** The plan of an export. Nothing is written. A later preview replaces a running one, which ends as `aborted`. */
  'export.preview': Call<ExportOptions, ExportPreview>;
  /** `busy` while one runs. */
  'export.start': Call<ExportOptions, ExportStatus>;
  /** The running or the last one; null when there was none. */
  'export.status': Call<Nothing, ExportStatus | null>;
  'export.pause': Call<Nothing, ExportStatus | null>;
  'export.resume': Call<Nothing, ExportStatus | null>;
  /** Stops it; nothing is lost, the same export resumes where it stopped. */
  'export.cancel': Call<Nothing, ExportStatus | null>;
  /** Exports that were begun, the latest first, at most 100. `freshDir` is a folder that no export has, for the next one. */
  'export.list': Call<
    { readonly limit: number },
    { readonly rows: readonly ExportJob[]; readonly more: boolean; readonly freshDir: string }
  >;
  /** The options of an export; `id` null = the running or last one. */
  'export.options': Call<{ readonly id: number | null }, ExportOptions>;
  /** AppError `usage` with what is wrong with a layout; nothing is planned. */
  'export.checkLayout': Call<{ readonly layout: string }, Done>;
  /** Hashes what the manifest of an exported folder names; may take long, tells `export.checking`, and is given up like any call. */
  'export.verify': Call<{ readonly dir: string }, ExportCheck>;
  /** Shows the folder of an export; `id` null = of the running or last one. */
  'export.openFolder': Call<{ readonly id: number | null }, Done>;
  'export.presets': Call<Nothing, { readonly presets: readonly ExportPreset[] }>;
  /** Replaces one of the same name. */
  'export.savePreset': Call<ExportPreset, Done>;
  'export.removePreset': Call<{ readonly name: string }, Done>;

  /* The system around the app */
  /** https links only, after the person pressed one. */
  'system.openExternal': Call<{ readonly url: string }, Done>;
  'system.showInFolder': Call<{ readonly accountId: number; readonly mediaId: number }, Done>;
  /**
   * Begins to drag the stored files of these items out of the window, under the names an export gives them; to be called while the page's
   * own drag begins. `unsupported` in a browser: there a page offers `downloadUrl` (media-url.ts) as `DownloadURL`.
   */
  'system.dragOut': Call<{ readonly refs: readonly MediaRef[] }, Done>;
  'system.openFolder': Call<{ readonly folder: 'library' | 'log' }, Done>;
  /** A native dialog; null when the person left it. `unsupported` where the shell has none. */
  'system.pickFolder': Call<
    { readonly title: string; readonly start: string | null },
    { readonly path: string | null }
  >;
}

export type CallName = keyof Calls;
export type CallInput<Name extends CallName> = Calls[Name]['input'];
export type CallOutput<Name extends CallName> = Calls[Name]['output'];
export type CallResult<Name extends CallName> = Result<CallOutput<Name>>;

/** The names as data: what a preload and a server let through. The record type makes forgetting one a type error. */
const names: Readonly<Record<CallName, true>> = {
  'app.info': true,
  'app.licences': true,
  'updates.status': true,
  'updates.check': true,
  'updates.download': true,
  'updates.install': true,
  'settings.get': true,
  'settings.set': true,
  'library.state': true,
  'library.inspect': true,
  'library.recent': true,
  'library.forgetRecent': true,
  'library.choose': true,
  'library.usage': true,
  'library.check': true,
  'library.cancelCheck': true,
  'library.lastCheck': true,
  'backup.state': true,
  'backup.start': true,
  'backup.cancel': true,
  'accounts.list': true,
  'connections.list': true,
  'accounts.add': true,
  'accounts.test': true,
  'accounts.update': true,
  'accounts.remove': true,
  'sandbox.start': true,
  'chats.remote': true,
  'chats.choose': true,
  'chats.list': true,
  'media.counts': true,
  'media.layout': true,
  'media.page': true,
  'media.around': true,
  'media.details': true,
  'media.item': true,
  'selection.summary': true,
  'labels.list': true,
  'labels.save': true,
  'labels.remove': true,
  'labels.restore': true,
  'labels.apply': true,
  'labels.undo': true,
  'notes.set': true,
  'searches.list': true,
  'searches.save': true,
  'searches.rename': true,
  'searches.remove': true,
  'searches.restore': true,
  'media.remove': true,
  'media.restoreRemoved': true,
  'trash.summary': true,
  'trash.page': true,
  'trash.restore': true,
  'trash.empty': true,
  'messages.page': true,
  'search.messages': true,
  'sync.status': true,
  'sync.start': true,
  'sync.pause': true,
  'sync.resume': true,
  'sync.cancel': true,
  'ledger.get': true,
  'runs.list': true,
  'runs.get': true,
  'changes.list': true,
  'export.preview': true,
  'export.start': true,
  'export.status': true,
  'export.pause': true,
  'export.resume': true,
  'export.cancel': true,
  'export.list': true,
  'export.options': true,
  'export.checkLayout': true,
  'export.verify': true,
  'export.openFolder': true,
  'export.presets': true,
  'export.savePreset': true,
  'export.removePreset': true,
  'system.openExternal': true,
  'system.showInFolder': true,
  'system.dragOut': true,
  'system.openFolder': true,
  'system.pickFolder': true,
};

export const isCallName = (name: unknown): name is CallName => typeof name === 'string' && Object.hasOwn(names, name);
export const CALL_NAMES: readonly CallName[] = Object.keys(names).filter(isCallName);
