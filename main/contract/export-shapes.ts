/** Exports as screens see them. Plain data, like all of the contract. */
import type { MediaSelection } from './browse-shapes.ts';
import type { WireError } from './errors.ts';
import type { ProofCheck } from './proof-shapes.ts';

/** The behaviour if another file already has the name. */
export const EXPORT_CONFLICTS = ['skip', 'rename', 'overwrite', 'fail'] as const;
export type ExportConflict = (typeof EXPORT_CONFLICTS)[number];

/** How bytes get to the target. `auto`: shared copy-on-write where the file system can, else copied. */
export const EXPORT_LINKS = ['auto', 'reflink', 'hardlink', 'copy'] as const;
export type ExportLink = (typeof EXPORT_LINKS)[number];

/** Papers that are made to be handed over: the conversations as a PDF, and what was offered and sold as an account book. */
export const EXPORT_PAPERS = ['pdf', 'book'] as const;

/** `item-json`: a file beside each exported one; the others are one for the whole export. */
export const EXPORT_SIDECARS = ['json', 'csv', 'html', 'item-json', ...EXPORT_PAPERS] as const;
export type ExportSidecar = (typeof EXPORT_SIDECARS)[number];

/** Of the pages of a PDF. */
export const PAGE_SIZES = ['a4', 'letter'] as const;
export type PageSize = (typeof PAGE_SIZES)[number];

/** Regions whose paper is US Letter (Unicode CLDR, `paperSize`); all others use A4. */
const LETTER = new Set(['BZ', 'CA', 'CL', 'CO', 'CR', 'GT', 'MX', 'NI', 'PA', 'PH', 'PR', 'SV', 'US', 'VE']);

/** The page size of a locale such as `en-CA`. A locale without a region, or one that nobody knows, has A4. */
export function pageSizeOf(locale: string): PageSize {
  try {
    return LETTER.has(new Intl.Locale(locale).region ?? '') ? 'letter' : 'a4';
  } catch {
    return 'a4';
  }
}

/**
 * The prefix of the page numbers of PDFs, or the whole number of the first page (`CASE-000501`). A prefix that ends with a digit would
 * make two prefixes give the same number.
 */
export const BATES = /^([A-Za-z0-9._-]{0,19}[A-Za-z._-])(\d{6,9})?$/;

/** Messages that are written beside the files: none, those with an item of the export, or the whole conversation. */
export const EXPORT_MESSAGES = ['none', 'with-media', 'all'] as const;
export type ExportMessages = (typeof EXPORT_MESSAGES)[number];

/** Layouts with a name, and the templates they stand for. */
export const EXPORT_LAYOUTS = {
  flat: '{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-chat': '{chat} {chatId}/{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-month': '{date:yyyy}/{date:yyyy-MM}/{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-kind': '{kind}/{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-message': '{chat} {chatId}/{date:yyyy-MM-dd HHmmss} {messageId}/{position|pad:2} {mediaId}',
} as const;

/** The tokens of a template (docs/export.md). */
export const EXPORT_TOKENS = [
  'chat',
  'chatId',
  'sender',
  'account',
  'date',
  'localDate',
  'utcDate',
  'messageId',
  'mediaId',
  'position',
  'kind',
  'name',
  'ext',
  'label',
  'counter',
] as const;
export type ExportToken = (typeof EXPORT_TOKENS)[number];

/** Bytes kept free beside exported files, for papers and the file system's own: with less an export does not begin. */
export const EXPORT_SPARE_BYTES = 32 * 1024 * 1024;

/** How files are laid out and written, whatever is selected: what a preset keeps. */
export interface ExportManner {
  /** The name of a layout or a template. */
  readonly layout: string;
  readonly conflict: ExportConflict;
  readonly link: ExportLink;
  readonly sidecars: readonly ExportSidecar[];
  readonly messages: ExportMessages;
  /** The prefix or first number of the pages of a PDF (`BATES`). Numbers run on over exports; null = none. */
  readonly bates: string | null;
  /** Of the pages of a PDF; null = as the folder has it already, else as this computer's region uses. */
  readonly pageSize: PageSize | null;
  /** A BagIt bag (RFC 8493). */
  readonly bag: boolean;
  /** One zip file in the folder instead of files. */
  readonly zip: boolean;
  /** Zip files of at most about so many bytes each; null = one. */
  readonly zipBytes: number | null;
  /** A byte order mark in front of the CSV: some spreadsheets need it to see UTF-8. */
  readonly csvBom: boolean;
}

export interface ExportOptions extends ExportManner {
  /** The target folder; made when it is missing. */
  readonly dir: string;
  readonly selection: MediaSelection;
}

export interface ExportPreset extends ExportManner {
  readonly name: string;
}

/** A file of a plan. */
export interface ExportEntry {
  readonly accountId: number;
  readonly mediaId: number;
  readonly chatId: number;
  /** Relative to the target; null when it cannot be exported: `reason` says why. */
  readonly path: string | null;
  readonly bytes: number | null;
  readonly there: boolean;
  /** Another item has the name that the layout gives; this one has a suffix. */
  readonly clash: boolean;
  /** Shortened to fit the target. */
  readonly trimmed: boolean;
  readonly reason: string | null;
}

export interface ExportPreview {
  /** The folder as it will be, links followed. */
  readonly dir: string;
  /** Files to be written, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Files that stand there from before. */
  readonly there: number;
  /** Items that cannot be written (path too long, file too large). */
  readonly impossible: number;
  /** Items that are not in the library. */
  readonly unavailable: number;
  readonly clashes: number;
  readonly trimmed: number;
  /** Why items stay out, the most frequent first: a ledger state, or what makes a file impossible (`too_long`, `too_large`). */
  readonly reasons: readonly { readonly reason: string; readonly items: number }[];
  /** Free in the target's file system, and what the files need there at most: nothing where bytes are shared or linked. `EXPORT_SPARE_BYTES` comes on top. Null: the file system does not say. */
  readonly freeBytes: number | null;
  readonly needBytes: number;
  /** The sidecars and manifests written at the end, relative to the target. */
  readonly papers: readonly string[];
  /** Folders with what lies directly in each, by name, at most 500; `moreFolders` counts the others. */
  readonly folders: readonly { readonly path: string; readonly files: number; readonly bytes: number }[];
  readonly moreFolders: number;
  /** Some items of the plan, at most 200: those with something to say (`reason`, `clash`, `trimmed`), then the first few of each folder. */
  readonly entries: readonly ExportEntry[];
}

/** The JSON answer of the command line (docs/cli.md). */
export interface ExportAnswer {
  readonly job: number;
  /** Items with a file to export. */
  readonly planned: number;
  /** Files put into the target by this run: linked and copied ones. */
  readonly written: number;
  readonly linked: number;
  readonly copied: number;
  /** Already there, or left out because another file has the name. */
  readonly skipped: number;
  readonly renamed: number;
  readonly failed: number;
  /** Not in the library: locked, not ready, protected, gone, not fetched yet. */
  readonly unavailable: number;
  readonly bytes: number;
  readonly dir: string;
}

type ExportWay = 'copy' | 'reflink' | 'hardlink' | 'zip';

export type ExportPhase = 'planning' | 'writing' | 'papers' | 'done';

export interface ExportProgress {
  readonly phase: ExportPhase;
  readonly files: { readonly done: number; readonly total: number };
  readonly bytes: { readonly done: number; readonly total: number };
  /** Messages that are in the PDF so far; null while none is made. */
  readonly pdf: { readonly done: number; readonly total: number } | null;
  readonly failed: number;
  readonly bytesPerSecond: number;
  readonly filesPerSecond: number;
  readonly secondsLeft: number | null;
}

/** Something a person should know before or while files are written. */
export type ExportNotice =
  | { readonly is: 'method'; readonly method: ExportWay }
  /** Changing such a file changes the library's. */
  | { readonly is: 'shared' }
  /** The manifest is another than the one that was signed or stamped. */
  | { readonly is: 'stale'; readonly signature: boolean; readonly stamp: boolean }
  /** The target has not taken the times of so many files. */
  | { readonly is: 'undated'; readonly files: number };

export interface ExportFailure {
  readonly accountId: number;
  readonly mediaId: number;
  readonly chatId: number;
  readonly path: string | null;
  readonly reason: string;
}

export interface ExportHooks {
  onProgress(progress: ExportProgress): void;
  onNotice(notice: ExportNotice): void;
  /** An item that could not be written, or was left out because another file has its name. */
  onFailure(failure: ExportFailure): void;
  /** Asked between batches: resolves at once, or when a pause ends. */
  whenGoing(): Promise<void>;
}

/** `stopped`: cancelled, or the program ended; the same export resumes. */
export type ExportRunState = 'planning' | 'writing' | 'papers' | 'paused' | 'done' | 'stopped' | 'failed';

export interface ExportStatus extends Omit<ExportProgress, 'phase'> {
  readonly state: ExportRunState;
  readonly dir: string;
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  /** How bytes get there; null before that is known. */
  readonly method: ExportWay | null;
  /** It has a web gallery that can be opened from its folder. */
  readonly gallery: boolean;
  readonly written: number;
  readonly skipped: number;
  readonly renamed: number;
  readonly unavailable: number;
  /** The first items that were not written, at most 50. */
  readonly failures: readonly ExportFailure[];
  /** Why it `failed`. */
  readonly problem: WireError | null;
}

/** A file of an exported folder that is not as its manifest says, or that it does not name. */
export interface ExportProblem {
  /** Relative to the folder. */
  readonly path: string;
  readonly problem: 'missing' | 'changed' | 'unlisted';
}

/** An exported folder against its manifest. */
export interface FolderCheck {
  readonly checked: number;
  readonly ok: number;
  readonly missing: number;
  readonly changed: number;
  /** Files that no manifest names. */
  readonly unlisted: number;
  /** Every file is as the manifests say, and a bag holds no other below `data` (RFC 8493 §3). */
  readonly whole: boolean;
}

/** An exported folder against its manifest, its signature and its time stamp. */
export interface ExportCheck extends FolderCheck, ProofCheck {
  /** The first, at most 200. */
  readonly problems: readonly ExportProblem[];
}

/** How far a check of an exported folder is. */
export interface ExportCheckProgress {
  /** As it was asked for. */
  readonly dir: string;
  readonly checked: number;
  /** Lines of the manifest. */
  readonly total: number;
  readonly bytes: number;
  readonly wrong: number;
}

/** An export that was begun once: a folder and a layout. */
export interface ExportJob {
  readonly id: number;
  readonly dir: string;
  /** False: it was stopped, or runs at this moment. */
  readonly finished: boolean;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Null: kept by a version that knew other options; it cannot be repeated. */
  readonly manner: ExportManner | null;
  /** Files that stand there, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Not written yet. */
  readonly waiting: number;
  readonly failed: number;
  readonly unavailable: number;
}
