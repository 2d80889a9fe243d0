import { exportItemStates, exportMethods, exportStates, kinds } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import {
  type BegunExportRow,
  type ExportItemRow,
  type ExportJobRow,
  type ExportPresetRow,
  type ExportTotals,
  type StaleRow,
} from './calls.ts';
import { type ExportItemState } from '../kernel/codes.ts';
import { bounded } from '../kernel/paging.ts';

interface JobRow extends Omit<ExportJobRow, 'state'> {
  readonly state: number;
}

const JOB_COLUMNS =
  'id, identity, token, dir, options, state, created_at AS createdAt, ended_at AS endedAt, time_zone AS timeZone';

const jobOf = <Row extends JobRow>(row: Row): Omit<Row, 'state'> & Pick<ExportJobRow, 'state'> => ({
  ...row,
  state: exportStates.name(row.state),
});

export function exportJob(db: ReadableDatabase, input: { identity: string } | { token: string }): ExportJobRow | null {
  const row =
    'identity' in input
      ? db.get<JobRow>(`SELECT ${JOB_COLUMNS} FROM export_job WHERE identity = ?`, input.identity)
      : db.get<JobRow>(`SELECT ${JOB_COLUMNS} FROM export_job WHERE token = ?`, input.token);
  return row === undefined ? null : jobOf(row);
}

export function exportJobById(db: ReadableDatabase, { id }: { id: number }): ExportJobRow | null {
  const row = db.get<JobRow>(`SELECT ${JOB_COLUMNS} FROM export_job WHERE id = ?`, id);
  return row === undefined ? null : jobOf(row);
}

/** One row for each folder and layout: few enough to be sorted. Exports of which something was written, the latest first. */
export function exportJobs(db: ReadableDatabase, { limit }: { limit: number }): BegunExportRow[] {
  return db
    .all<JobRow & { begunAt: number }>(
      `SELECT ${JOB_COLUMNS}, begun_at AS begunAt FROM export_job WHERE begun_at IS NOT NULL
       ORDER BY max(begun_at, coalesce(ended_at, 0)) DESC, id DESC LIMIT ?`,
      bounded(limit),
    )
    .map(jobOf);
}

export interface ItemSqlRow {
  readonly seq: number;
  readonly accountId: number;
  readonly mediaId: number;
  readonly chatId: number;
  readonly sentAt: number;
  readonly kind: number;
  readonly state: number;
  readonly reason: string | null;
  readonly path: string | null;
  readonly flags: number;
  readonly sha256: string;
  readonly bytes: number | null;
  readonly ext: string | null;
  readonly written: string;
  readonly writtenMs: number | null;
  readonly method: number | null;
}

export const ITEM_COLUMNS = `e.seq, m.account_id AS accountId, m.id AS mediaId, c.id AS chatId, e.sent_at AS sentAt, m.kind, e.state, e.reason, e.path, e.flags,
  lower(hex(e.sha256)) AS sha256, e.bytes, e.ext, lower(hex(e.written)) AS written, e.written_ms AS writtenMs, e.method`;

export function itemOf<Row extends ItemSqlRow>(row: Row): Omit<Row, keyof ItemSqlRow> & ExportItemRow {
  const { flags, ...rest } = row;
  return {
    ...rest,
    kind: kinds.name(row.kind),
    state: exportItemStates.name(row.state),
    clash: (flags & 1) !== 0,
    trimmed: (flags & 2) !== 0,
    // hex(NULL) is an empty text.
    sha256: row.sha256 === '' ? null : row.sha256,
    written: row.written === '' ? null : row.written,
    method: row.method === null ? null : exportMethods.name(row.method),
  };
}

export const EXPORT_ITEMS = `SELECT ${ITEM_COLUMNS} FROM export_item e CROSS JOIN media m ON m.key = e.media_key
  CROSS JOIN chat c ON c.key = e.chat_key WHERE e.job_id = +? AND e.seq > +? ORDER BY e.seq LIMIT +?`;

/** In the order of their numbers. */
export function exportItems(
  db: ReadableDatabase,
  input: { jobId: number; after: number; limit: number },
): ExportItemRow[] {
  return db.all<ItemSqlRow>(EXPORT_ITEMS, input.jobId, input.after, bounded(input.limit)).map(itemOf);
}

interface TotalRow {
  readonly state: number;
  readonly n: number;
  readonly bytes: number;
  readonly clashes: number;
  readonly trimmed: number;
  readonly tooLong: number;
  readonly largest: number | null;
}

/** Sums the whole job. */
export function exportTotals(db: ReadableDatabase, input: { jobId: number }): ExportTotals {
  const rows = db.all<TotalRow>(
    `SELECT state, count(*) AS n, total(CASE WHEN path IS NULL THEN 0 ELSE bytes END) AS bytes, total(flags & 1) AS clashes,
       total((flags >> 1) & 1) AS trimmed, total(reason = 'too_long') AS tooLong, max(bytes) AS largest
     FROM export_item WHERE job_id = ? GROUP BY state`,
    input.jobId,
  );
  const sum = (of: (row: TotalRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const only = (state: ExportItemState): TotalRow | undefined =>
    rows.find((row) => row.state === exportItemStates.code(state));
  const count = (state: ExportItemState): number => only(state)?.n ?? 0;
  return {
    items: sum((row) => row.n),
    bytes: sum((row) => row.bytes),
    states: {
      planned: count('planned'),
      done: count('done'),
      failed: count('failed'),
      unavailable: count('unavailable'),
      skipped: count('skipped'),
    },
    plannedBytes: only('planned')?.bytes ?? 0,
    doneBytes: only('done')?.bytes ?? 0,
    clashes: sum((row) => row.clashes),
    trimmed: sum((row) => row.trimmed),
    tooLong: sum((row) => row.tooLong),
    largestBytes: Math.max(0, ...rows.map((row) => row.largest ?? 0)),
  };
}

/** In the order of their folded paths, after `after`. */
export function exportStale(db: ReadableDatabase, input: { jobId: number; after: string; limit: number }): StaleRow[] {
  return db
    .all<Omit<StaleRow, 'replaced' | 'taken'> & { replaced: number; taken: number }>(
      `SELECT s.path, s.fold, lower(hex(s.written)) AS written, coalesce(e.state = $done, 0) AS replaced,
         EXISTS (SELECT 1 FROM export_item o WHERE o.job_id = s.job_id AND o.fold = s.fold) AS taken
       FROM export_stale s LEFT JOIN export_item e ON e.job_id = s.job_id AND e.seq = s.seq
       WHERE s.job_id = $jobId AND s.fold > $after ORDER BY s.fold LIMIT $limit`,
      { ...input, done: exportItemStates.code('done'), limit: bounded(input.limit) },
    )
    .map(({ replaced, taken, ...row }) => ({ ...row, replaced: replaced === 1, taken: taken === 1 }));
}

/** The Bates number that a page with this prefix gets next. */
export function batesNext(db: ReadableDatabase, { prefix }: { prefix: string }): number {
  return db.get<{ next: number }>('SELECT next FROM bates WHERE prefix = ?', prefix)?.next ?? 1;
}

export function exportPresets(db: ReadableDatabase): ExportPresetRow[] {
  return db.all<ExportPresetRow>('SELECT name, options FROM export_preset ORDER BY name LIMIT 200');
}
