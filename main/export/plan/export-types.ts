import type { ExportHooks, PageSize } from '../../contract/export-shapes.ts';
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

export const NO_HOOKS: ExportHooks = {
  onProgress: () => undefined,
  onNotice: () => undefined,
  onFailure: () => undefined,
  whenGoing: () => Promise.resolve(),
};
