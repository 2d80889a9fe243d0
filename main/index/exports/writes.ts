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
      'INSERT INTO export_job (identity, token, dir, options, state, created_at, version, time_zone) VALUES (?, ?, ?, ?, 0, ?, ?, ?)',
      input.identity,
      input.token,
      input.dir,
      input.options,
      input.at,
      input.version,
      input.timeZone,
    );
  } else {
    db.run(
      'UPDATE export_job SET identity = ?, dir = ?, options = ? WHERE id = ?',
      input.identity,
      input.dir,
      input.options,
      known.id,
    );
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
      'UPDATE export_item SET state = ?, reason = ?, written = CASE WHEN ? THEN written END WHERE job_id = ? AND seq = ?',
      exportItemStates.code(state),
      reason,
      stands ? 1 : 0,
      input.jobId,
      result.seq,
    );
  };
  if (result.state !== 'done') {
    fail(result.state, result.reason, result.stands);
    return;
  }
  const fold = foldPath(result.path);
  const other = db.get(
    'SELECT 1 FROM export_item WHERE job_id = ? AND fold = ? AND seq <> ?',
    input.jobId,
    fold,
    result.seq,
  );
  if (other !== undefined) {
    fail('failed', 'name_taken', false);
    return;
  }
  db.run(
    `UPDATE export_item SET state = ?, reason = NULL, path = ?, fold = ?, written = ?, written_ms = ?, method = ?, done_at = ?, version = ?
     WHERE job_id = ? AND seq = ?`,
    exportItemStates.code('done'),
    result.path,
    fold,
    Buffer.from(result.written, 'hex'),
    result.writtenMs,
    exportMethods.code(result.method),
    input.at,
    input.version,
    input.jobId,
    result.seq,
  );
}

export function markExport(db: WritableDatabase, input: { jobId: number; at: number; state: ExportState }): void {
  db.run(
    `UPDATE export_job SET state = ?, begun_at = CASE WHEN ? THEN coalesce(begun_at, ?) ELSE begun_at END,
       ended_at = CASE WHEN ? THEN ? ELSE NULL END WHERE id = ?`,
    exportStates.code(input.state),
    input.state === 'running' ? 1 : 0,
    input.at,
    input.state === 'done' ? 1 : 0,
    input.at,
    input.jobId,
  );
}

/** Forgets a job, some rows at a time. True: there is more to do. */
export function dropExport(db: WritableDatabase, input: { jobId: number; limit: number }): boolean {
  const dropped = db.run(
    'DELETE FROM export_item WHERE job_id = ? AND seq IN (SELECT seq FROM export_item WHERE job_id = ? ORDER BY seq LIMIT ?)',
    input.jobId,
    input.jobId,
    input.limit,
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
    `INSERT INTO export_preset (name, options, saved_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET options = excluded.options, saved_at = excluded.saved_at`,
    input.name,
    input.options,
    input.at,
  );
}

/** Numbers of pages are given: they are never given again. Throws where one of them was. */
export function takeBates(db: WritableDatabase, input: { prefix: string; first: number; pages: number }): void {
  const { prefix, first, pages } = input;
  const taken = db.run(
    `INSERT INTO bates (prefix, next) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET next = excluded.next WHERE next = ?`,
    prefix,
    first + pages,
    first,
  );
  if (taken !== 1) {
    throw new Error(`a Bates number would be given twice: ${prefix}${String(first)}`);
  }
}

export function removeExportPreset(db: WritableDatabase, input: { name: string }): void {
  db.run('DELETE FROM export_preset WHERE name = ?', input.name);
}
