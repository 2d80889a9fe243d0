/** An export from plan to proof. After any interruption, the same call resumes. */
import type { ExportOptions, PageSize, ExportAnswer, ExportHooks } from '../contract/export-shapes.ts';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../lib/app-error.ts';
import { interrupted, targetError, unwritable } from './target/target-errors.ts';
import { NO_HOOKS, type ExportPorts } from './plan/export-types.ts';
import { markerOf, markerPath, papersStand, tempFolder, writeMarker } from './target/marker.ts';
import { writePapers } from './papers/papers.ts';
import { staleProofs } from './proof/proof-files.ts';
import { dropPlan, planExport, type Plan } from './plan/plan.ts';
import { wordsDigest } from './papers/conversations.ts';
import { paperPaths } from './papers/paper-paths.ts';
import { refuseExisting, refuseForeignPapers } from './refuse-existing.ts';
import { chooseMethod, requireRoom, type Target } from './target/target.ts';
import { clearStale } from './papers/stale-files.ts';
import { clearTemp, isThere, openTarget, syncNames } from './put/target-files.ts';
import { chooseSync, syncWhole } from '../lib/sync-whole.ts';
import { createPutPool, type PutPool } from './put/put-pool.ts';
import { writeFiles } from './put/write-files.ts';
import { writeZip } from './zip/write-zip.ts';
import { storePaths } from '../files/library/store-paths.ts';
import { RunTally } from './put/run-tally.ts';

/**
 * Exports a selection. AppError: `usage` (layout, target, link), `disk_full`, `target_unusable`, `media_offline`, `interrupted`; items that
 * fail one by one are counted and told through `hooks.onFailure`.
 */
export async function runExport(
  asked: ExportOptions,
  ports: ExportPorts,
  signal: AbortSignal,
  hooks: ExportHooks = NO_HOOKS,
): Promise<ExportAnswer> {
  if (asked.bates !== null && ports.takeBates === null) {
    throw new AppError(
      'usage',
      'Bates numbers are kept in the library, and this one can only be read',
      'Export without them, or from a library that can be written.',
    );
  }
  const tally = new RunTally(ports.now, hooks);
  const pool = createPutPool(ports.threads ?? threadCount());
  try {
    const plan = await planExport(asked, ports, signal, (progress) => {
      if (!asked.zip) {
        pool.start();
      }
      tally.planning(progress.files.done);
    });
    return await runPlan(plan, asked, pool, ports, signal, tally, hooks);
  } finally {
    await pool.close();
  }
}

async function runPlan(
  plan: Plan,
  asked: ExportOptions,
  pool: PutPool,
  ports: ExportPorts,
  signal: AbortSignal,
  tally: RunTally,
  hooks: ExportHooks,
): Promise<ExportAnswer> {
  const { job, target, totals } = plan;
  const options = withOlderPapers(asked, target, ports.pageSize);
  const root = options.bag ? join(target.dir, 'data') : target.dir;
  let begun = false;
  try {
    if (options.conflict !== 'overwrite' && target.exists) {
      await refuseForeignPapers(options, target, root);
    }
    if (options.conflict === 'fail' && target.exists && !options.zip) {
      await refuseExisting(job.id, root, ports, signal);
    }
    await openTarget(target.dir, root);
    await markTarget(plan, options, ports, target.marker?.words ?? null);
    begun = true;
    const method = options.zip ? 'zip' : await chooseMethod(target.dir, options.link, ports.libraryRoot);
    await requireRoom(
      target.dir,
      method === 'copy' ? totals.plannedBytes : method === 'zip' ? totals.bytes : 0,
      ports.statFs,
    );
    hooks.onNotice({ is: 'method', method });
    if (method === 'hardlink') {
      hooks.onNotice({ is: 'shared' });
    }
    tally.begin(method === 'zip' ? { ...totals, plannedBytes: totals.bytes } : totals);
    await ports.index.write.markExport({ jobId: job.id, at: ports.now(), state: 'running' });
    const place = { dir: target.dir, root, temp: tempFolder(target.dir) };
    const sync = await syncOf(plan, place.temp, ports);
    if (method === 'zip') {
      await writeZip(plan, options, place, ports, signal, tally, hooks);
    } else {
      await writeFiles(
        {
          job: job.id,
          dir: target.dir,
          method,
          conflict: options.conflict,
          sync,
          expected: { files: totals.states.planned, bytes: totals.plannedBytes },
        },
        pool,
        { root, temp: place.temp, sign: markerPath(target.dir), librarySign: storePaths(ports.libraryRoot).marker },
        ports,
        signal,
        tally,
        hooks,
      );
      if (tally.undated > 0) {
        hooks.onNotice({ is: 'undated', files: tally.undated });
      }
      tally.changed = (await clearStale(job.id, root, ports)) || tally.changed;
      await prove(plan, options, { ...place, sync }, ports, signal, tally);
    }
    const stale = await staleProofs(target.dir);
    if (stale.signature || stale.stamp) {
      hooks.onNotice({ is: 'stale', ...stale });
    }
    await ports.index.write.markExport({ jobId: job.id, at: ports.now(), state: 'done' });
    tally.end();
    return answerOf(plan, tally, await ports.index.read.exportTotals({ jobId: job.id }));
  } catch (error) {
    if (plan.created && !begun) {
      await dropPlan(job.id, ports);
    }
    throw signal.aborted && !(error instanceof AppError) ? interrupted(error) : error;
  } finally {
    await clearTemp(target.dir);
  }
}

async function prove(
  plan: Plan,
  options: ExportOptions,
  place: { readonly dir: string; readonly root: string; readonly temp: string; readonly sync: 'each' | 'whole' },
  ports: ExportPorts,
  signal: AbortSignal,
  tally: RunTally,
): Promise<void> {
  const { job, template, target } = plan;
  const words = await wordsDigest(job.id, options, ports, signal);
  // A run that was cut may have written files that its papers do not know.
  if (
    !tally.changed &&
    job.state === 'done' &&
    papersStand(options, target.marker, words) &&
    (await allThere(paperPaths(options, place.dir, place.root)))
  ) {
    return;
  }
  tally.papers();
  try {
    const syncAll = (): Promise<void> =>
      place.sync === 'whole' ? syncWhole(place.temp) : syncNames(job.id, place, ports);
    await writePapers(
      { id: job.id, token: job.token, template: template.source, timeZone: job.timeZone },
      options,
      { ...place, syncNames: syncAll },
      ports,
      signal,
      tally,
    );
    await markTarget(plan, options, ports, words);
    await syncAll();
  } catch (error) {
    throw error instanceof AppError || signal.aborted
      ? error
      : targetError(error, { sign: markerPath(target.dir), temp: place.temp }, target.dir);
  }
}

async function allThere(paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map(isThere))).every((there) => there);
}

/** A paper that was made once would otherwise tell of an older state of the folder. */
function withOlderPapers(options: ExportOptions, { marker }: Target, usual: PageSize): ExportOptions {
  return {
    ...options,
    sidecars: [...new Set([...options.sidecars, ...(marker?.sidecars ?? [])])],
    messages: options.messages === 'none' ? (marker?.messages ?? 'none') : options.messages,
    bates: options.bates ?? marker?.bates ?? null,
    pageSize: options.pageSize ?? marker?.pageSize ?? usual,
  };
}

async function markTarget(plan: Plan, options: ExportOptions, ports: ExportPorts, words: string | null): Promise<void> {
  const { dir, marker } = plan.target;
  try {
    await writeMarker(dir, markerOf(plan, options, ports.libraryId, { words, parts: marker?.parts ?? [] }));
  } catch (error) {
    throw unwritable(dir, error);
  }
}

/** Trying it syncs: not where nothing new is to be written. */
async function syncOf({ target, totals }: Plan, temp: string, ports: ExportPorts): Promise<'each' | 'whole'> {
  const { type } = await ports.statFs(target.dir);
  return totals.states.planned === 0 ? 'each' : await chooseSync(temp, ports.platform, type);
}

/** Hashing keeps a core busy; more threads than this only fight for the disk. */
function threadCount(): number {
  return Math.max(2, Math.min(4, availableParallelism()));
}

function answerOf(plan: Plan, tally: RunTally, after: Plan['totals']): ExportAnswer {
  const { states } = after;
  return {
    job: plan.job.id,
    planned: after.items - states.unavailable,
    written: tally.written,
    linked: tally.linked,
    copied: tally.copied,
    skipped: tally.skipped,
    renamed: tally.renamed,
    failed: Math.max(states.failed, tally.failed),
    unavailable: states.unavailable,
    bytes: tally.bytes,
    dir: plan.target.dir,
  };
}
