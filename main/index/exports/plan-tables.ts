/**
 * Exports that leave no row in the index, since they are only planned or since the library is read-only: made by the statements that make real ones, in tables of the same names in memory, which SQLite
 * finds before those of the file. The file is open for reading alone, so this works beside a process that writes, and nothing has to be undone.
 */
import { type Connection } from '../kernel/database.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type CallsOf } from '../kernel/calls-of.ts';
import { dropExport, forgetStale, markExport, openExport, settleExport } from './writes.ts';
import { planExport } from './plan-export.ts';

const TABLES = ['export_job', 'export_item', 'export_stale', 'export_name'] as const;

/** Needs a connection that reads. */
export function makePlanTables(db: Connection): void {
  // The file cannot be written all the same: it was opened so.
  db.pragma('query_only = off');
  for (const table of TABLES) {
    const made = db.all<{ sql: string }>(
      `SELECT sql FROM main.sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'index'`,
      table,
    );
    for (const { sql } of made) {
      db.exec(
        sql.replace(/^CREATE TABLE /, 'CREATE TEMP TABLE ').replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX temp.'),
      );
    }
  }
}

export const PLANS = {
  /** A known export comes along with all of its items: the plan is the one that a run would begin with. */
  openExport(db: WritableDatabase, input: Parameters<typeof openExport>[1]) {
    db.run(
      'INSERT OR REPLACE INTO temp.export_job SELECT * FROM main.export_job WHERE identity = ? OR token = ?',
      input.identity,
      input.token,
    );
    const opened = openExport(db, input);
    if (!opened.created) {
      for (const table of ['export_item', 'export_name', 'export_stale']) {
        db.run(`INSERT OR IGNORE INTO temp.${table} SELECT * FROM main.${table} WHERE job_id = ?`, opened.job.id);
      }
    }
    return opened;
  },
  planExport,
  dropExport,
  markExport,
  settleExport,
  forgetStale,
};

/** The write calls of a planner. They write to its own tables. */
export type PlanWrites = CallsOf<typeof PLANS>;
