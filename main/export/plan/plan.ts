/** From what a person asks for to rows in the index that say what goes where. Nothing is written to the target. */
import type { ExportOptions, ExportProgress } from '../../contract/export-shapes.ts';
import { createHash, randomUUID } from 'node:crypto';
import type { ExportItemRow, ExportJobRow, ExportTotals } from '../../index/exports/calls.ts';
import { interrupted } from '../target/target-errors.ts';
import type { ExportPorts } from './export-types.ts';
import { inspectTarget, type Target } from '../target/target.ts';
import { layoutOf, type Template } from '../../naming/template.ts';

export interface Plan {
  readonly job: ExportJobRow;
  /** False: the folder's export was known before, and goes on. */
  readonly created: boolean;
  readonly template: Template;
  readonly target: Target;
  readonly totals: ExportTotals;
}

/** Items planned in one transaction: long enough to be fast, short enough that other writes get their turn. */
const SLICE = 1000;

/**
 * Plans an export, or brings the plan of a known one up to date. AppError `usage` (layout, target), `interrupted`.
 */
export async function planExport(
  options: ExportOptions,
  ports: ExportPorts,
  signal: AbortSignal,
  onProgress: (progress: Pick<ExportProgress, 'phase' | 'files'>) => void,
): Promise<Plan> {
  const template = layoutOf(options.layout);
  const target = await inspectTarget(options, template.source, ports);
  const { job, created } = await ports.index.write.openExport({
    identity: identityOf(target.dir, template, options),
    token: target.marker?.token ?? randomUUID(),
    dir: target.dir,
    options: JSON.stringify(options),
    at: ports.now(),
    version: ports.version,
    timeZone: ports.timeZone,
  });
  try {
    let seen = 0;
    for (let after: string | null = null; ;) {
      if (signal.aborted) {
        throw interrupted(signal.reason);
      }
      const slice: { next: string | null; seen: number } = await ports.index.write.planExport({
        jobId: job.id,
        selection: options.selection,
        template: template.source,
        rules: target.rules,
        after,
        limit: SLICE,
      });
      seen += slice.seen;
      onProgress({ phase: 'planning', files: { done: seen, total: seen } });
      if (slice.next === null) {
        break;
      }
      after = slice.next;
    }
    return { job, created, template, target, totals: await ports.index.read.exportTotals({ jobId: job.id }) };
  } catch (error) {
    if (created) {
      await dropPlan(job.id, ports);
    }
    throw error;
  }
}

/** Forgets a plan of which nothing was written. */
export async function dropPlan(jobId: number, ports: ExportPorts): Promise<void> {
  while (await ports.index.write.dropExport({ jobId, limit: 5 * SLICE })) {
    // A slice at a time, so that other writes get their turn.
  }
}

function identityOf(dir: string, template: Template, { bag, zip }: ExportOptions): string {
  return createHash('sha256')
    .update(JSON.stringify([dir, template.source, bag, zip]))
    .digest('hex');
}

const PAGE = 500;

/** The rows of a plan, in their order. Each page is read when it is asked for. Throws the reason of `signal`. */
export async function* rowPages(
  jobId: number,
  ports: Pick<ExportPorts, 'index'>,
  signal?: AbortSignal,
): AsyncGenerator<ExportItemRow[], void, void> {
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await ports.index.read.exportItems({ jobId, after, limit: PAGE });
    if (page.length > 0) {
      yield page;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) {
      return;
    }
    after = last.seq;
  }
}
