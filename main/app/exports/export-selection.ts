import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pageSizeOf, type ExportAnswer, type ExportHooks, type ExportOptions } from '../../contract/export-shapes.ts';
import { openPlanIndex, type PlanIndex } from '../../index/client.ts';
import type { ExportPorts } from '../../export/plan/export-types.ts';
import { previewExport, type Preview } from '../../export/plan/preview.ts';
import { runExport } from '../../export/run.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Core } from '../core/core.ts';

function exportPortsOf(core: Core): ExportPorts {
  const { clock, version } = core.ports;
  return {
    index: core.index,
    libraryRoot: core.library.root,
    libraryId: core.library.id,
    version,
    platform: process.platform,
    now: () => clock.now(),
    timeZone: core.timeZone,
    pageSize: pageSizeOf(regionOf(process.env)),
    takeBates: core.isReadOnly ? null : (taken) => core.index.write.takeBates(taken),
    statFs: (path) => statfs(path),
    ...(core.fileThreads !== null && { threads: core.fileThreads, batchFiles: 8 }),
  };
}

/** The locale whose paper this computer uses: as the environment says, else as its system does. `C` has no region. */
export function regionOf(env: NodeJS.ProcessEnv): string {
  const named = [env['LC_ALL'], env['LC_PAPER'], env['LANG']].find((text) => text !== undefined && text !== '');
  return named?.replace(/[.@].*/, '').replaceAll('_', '-') ?? new Intl.DateTimeFormat().resolvedOptions().locale;
}

/** See `runExport`. A read-only library keeps no note of it: the next run finds by their hash the files that are there. */
export async function exportSelection(
  core: Core,
  options: ExportOptions,
  signal: AbortSignal,
  hooks: ExportHooks,
): Promise<ExportAnswer> {
  if (!core.isReadOnly) {
    return await runExport(options, exportPortsOf(core), signal, hooks);
  }
  return await withPlanIndex(core, (index) => runExport(options, { ...exportPortsOf(core), index }, signal, hooks));
}

/** See `previewExport`. The library is only read: it may be another process that writes it. */
export async function previewSelection<Shown>(
  core: Core,
  options: ExportOptions,
  signal: AbortSignal,
  show: (preview: Preview) => Promise<Shown>,
): Promise<Shown> {
  return await withPlanIndex(core, (index) => previewExport(options, { ...exportPortsOf(core), index }, signal, show));
}

async function withPlanIndex<T>(core: Core, work: (index: PlanIndex) => Promise<T>): Promise<T> {
  const { root } = core.library;
  if (!existsSync(root)) {
    throw new AppError('media_offline', `The library folder ${root} is away.`, 'Connect its drive, then try again.');
  }
  const index = await openPlanIndex(join(root, 'index.sqlite'));
  try {
    return await work(index);
  } finally {
    await index.close();
  }
}
