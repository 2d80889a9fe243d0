import { exportItemStates, exportMethods, exportStates } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type ExportItemResult, type ExportJobRow } from './calls.ts';
import { type ExportState } from '../kernel/codes.ts';
import { foldPath } from '../../naming/target-names.ts';
import { exportJob } from './reads.ts';

/** Makes the job, or finds it by its identity; a known one learns its present folder and options. */
export function openExport(
  db: WritableDatabase,
  input: {
    identity: string;
    token: string;
    dir: string;
    options: string;
    at: number;
    version: string;
    /** For a job that is made; a known one keeps its own. */
    timeZone: string;
  },
): { job: ExportJobRow; created: boolean } {
  const known = exportJob(db, { identity: input.identity }) ?? exportJob(db, { token: input.token });
  if (known === null) {
    db.run(
      'INSERT INTO export_job (identity, token, dir, options, state, created_at, version, time_zone) VALUES ($identity, $token, $dir, $options, 0, $at, $version, $timeZone)',
      input,
    );
  } else {
    db.run('UPDATE export_job SET identity = $identity, dir = $dir, options = $options WHERE id = $id', {
      ...input,
      id: known.id,
    });
  }
  const job = exportJob(db, { identity: input.identity });
  if (job === null) {
    throw new Error('an export that was just opened is not there');
  }
  return { job, created: known === null };
}

export function settleExport(
  db: WritableDatabase,
  input: { jobId: number; at: number; version: string; results: readonly ExportItemResult[] },
): void {
  for (const result of input.results) {
    settleItem(db, input, result);
  }
}

function settleItem(
  db: WritableDatabase,
  input: { readonly jobId: number; readonly at: number; readonly version: string },
  result: ExportItemResult,
): void {
  const fail = (state: 'failed' | 'skipped', reason: string, stands: boolean): void => {
    db.run(
      'UPDATE export_item SET state = $state, reason = $reason, written = CASE WHEN $stands THEN written END WHERE job_id = $jobId AND seq = $seq',
      { state: exportItemStates.code(state), reason, stands: stands ? 1 : 0, jobId: input.jobId, seq: result.seq },
    );
  };
  if (result.state !== 'done') {
    fail(result.state, result.reason, result.stands);
    return;
  }
  const fold = foldPath(result.path);
  const other = db.get('SELECT 1 FROM export_item WHERE job_id = $jobId AND fold = $fold AND seq <> $seq', {
    jobId: input.jobId,
    fold,
    seq: result.seq,
  });
  if (other !== undefined) {
    fail('failed', 'name_taken', false);
    return;
  }
  db.run(
    `UPDATE export_item SET state = $done, reason = NULL, path = $path, fold = $fold, written = $written, written_ms = $writtenMs, method = $method, done_at = $at, version = $version
     WHERE job_id = $jobId AND seq = $seq`,
    {
      ...result,
      done: exportItemStates.code('done'),
      fold,
      written: Buffer.from(result.written, 'hex'),
      method: exportMethods.code(result.method),
      at: input.at,
      version: input.version,
      jobId: input.jobId,
    },
  );
}

export function markExport(db: WritableDatabase, input: { jobId: number; at: number; state: ExportState }): void {
  db.run(
    `UPDATE export_job SET state = $state, begun_at = CASE WHEN $runs THEN coalesce(begun_at, $at) ELSE begun_at END,
       ended_at = CASE WHEN $ends THEN $at ELSE NULL END WHERE id = $jobId`,
    {
      ...input,
      state: exportStates.code(input.state),
      runs: input.state === 'running' ? 1 : 0,
      ends: input.state === 'done' ? 1 : 0,
    },
  );
}

/** Forgets a job, some rows at a time. True: there is more to do. */
export function dropExport(db: WritableDatabase, input: { jobId: number; limit: number }): boolean {
  const dropped = db.run(
    'DELETE FROM export_item WHERE job_id = $jobId AND seq IN (SELECT seq FROM export_item WHERE job_id = $jobId ORDER BY seq LIMIT $limit)',
    input,
  );
  if (dropped === input.limit) {
    return true;
  }
  db.run('DELETE FROM export_stale WHERE job_id = ?', input.jobId);
  db.run('DELETE FROM export_name WHERE job_id = ?', input.jobId);
  db.run('DELETE FROM export_job WHERE id = ?', input.jobId);
  return false;
}

/** Forgets files that are gone from the target, or are another item's. */
export function forgetStale(db: WritableDatabase, input: { jobId: number; folds: readonly string[] }): void {
  for (const fold of input.folds) {
    db.run('DELETE FROM export_stale WHERE job_id = ? AND fold = ?', input.jobId, fold);
  }
}

export function saveExportPreset(db: WritableDatabase, input: { name: string; options: string; at: number }): void {
  db.run(
    `INSERT INTO export_preset (name, options, saved_at) VALUES ($name, $options, $at)
     ON CONFLICT DO UPDATE SET options = excluded.options, saved_at = excluded.saved_at`,
    input,
  );
}

/** Numbers of pages are given: they are never given again. Throws where one of them was. */
export function takeBates(db: WritableDatabase, input: { prefix: string; first: number; pages: number }): void {
  const { prefix, first, pages } = input;
  const taken = db.run(
    `INSERT INTO bates (prefix, next) VALUES ($prefix, $pages)
     ON CONFLICT DO UPDATE SET next = excluded.next WHERE next <= $first`,
    { prefix, pages: first + pages, first },
  );
  if (taken !== 1) {
    throw new Error(`a Bates number would be given twice: ${prefix}${String(first)}`);
  }
}

export function removeExportPreset(db: WritableDatabase, input: { name: string }): void {
  db.run('DELETE FROM export_preset WHERE name = ?', input.name);
}
