/** A plan to be looked at: what would go where. */
import type { ExportOptions, ExportAnswer } from '../../contract/export-shapes.ts';
import type { ExportItemRow, ExportTotals } from '../../index/exports/calls.ts';
import { freeBytesOf } from '../../lib/free-room.ts';
import type { ExportPorts } from './export-types.ts';
import { dropPlan, planExport, rowPages } from './plan.ts';

export interface Preview {
  /** Counts as a run would begin with them: `bytes` would be written, `skipped` stand there already. */
  readonly answer: ExportAnswer;
  readonly totals: ExportTotals;
  /** In the target's file system; null where it does not say. */
  readonly freeBytes: number | null;
  /** Every item in the order of the plan, in pages of at most 500. */
  items(): AsyncGenerator<readonly ExportItemRow[], void, void>;
}

/** Plans, hands the plan to `show` and, unless the folder's export is known already, forgets it. The target is not touched. */
export async function previewExport<Shown>(
  options: ExportOptions,
  ports: ExportPorts,
  signal: AbortSignal,
  show: (preview: Preview) => Promise<Shown>,
): Promise<Shown> {
  const { job, created, target, totals } = await planExport(options, ports, signal, () => undefined);
  try {
    const { states } = totals;
    return await show({
      totals,
      freeBytes: freeBytesOf(await ports.statFs(target.existing)),
      answer: {
        job: job.id,
        planned: totals.items - states.unavailable,
        written: 0,
        linked: 0,
        copied: 0,
        skipped: states.done + states.skipped,
        renamed: 0,
        failed: states.failed,
        unavailable: states.unavailable,
        bytes: totals.plannedBytes,
        dir: target.dir,
      },
      items: () => rowPages(job.id, ports, signal),
    });
  } finally {
    if (created) {
      await dropPlan(job.id, ports);
    }
  }
}
