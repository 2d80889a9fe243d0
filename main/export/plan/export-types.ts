import type { PageSize } from '../../contract/export-shapes.ts';
import type { PlanIndex } from '../../index/client.ts';
import type { TargetPorts } from '../target/target.ts';

/** The dependencies of an export. */
export interface ExportPorts extends TargetPorts {
  readonly index: Pick<PlanIndex, 'read' | 'write'>;
  readonly version: string;
  readonly now: () => number;
  /** Files synced and named together; left out = as many as is fast. */
  readonly batchFiles?: number;
  /** Threads that write; left out = as many as this machine makes use of. */
  readonly threads?: number;
  /** Keeps that numbers of pages were given; null where the library can only be read. */
  readonly takeBates: ((taken: { prefix: string; first: number; pages: number }) => Promise<void>) | null;
  /** Where a PDF goes on in another; left out = at a size that readers open with ease. */
  readonly pdfPart?: { readonly messages: number; readonly bytes: number };
  /** Of the dates in names, for an export that is made: an IANA name. */
  readonly timeZone: string;
  /** Of a PDF where nobody chose one. */
  readonly pageSize: PageSize;
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
  | { readonly is: 'method'; readonly method: 'copy' | 'reflink' | 'hardlink' | 'zip' }
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

export const NO_HOOKS: ExportHooks = {
  onProgress: () => undefined,
  onNotice: () => undefined,
  onFailure: () => undefined,
  whenGoing: () => Promise.resolve(),
};
