import { type ReadableDatabase } from '../db/database-types.ts';

export interface IndexStats {
  readonly schema: number;
  readonly pages: number;
  readonly pageSize: number;
  readonly messages: number;
  readonly media: number;
  readonly files: number;
  readonly blobs: number;
}

/** Size of the index, for benches and diagnosis. Counts whole tables: never on a screen. */
export function stats(db: ReadableDatabase): IndexStats {
  const row = db.get<IndexStats>(
    `SELECT (SELECT user_version FROM pragma_user_version) AS schema, (SELECT page_count FROM pragma_page_count) AS pages,
       (SELECT page_size FROM pragma_page_size) AS pageSize, (SELECT count(*) FROM message) AS messages,
       (SELECT count(*) FROM media) AS media, (SELECT count(*) FROM file) AS files,
       (SELECT count(*) FROM blob WHERE lost_at IS NULL) AS blobs`,
  );
  if (row === undefined) {
    throw new Error('the index gave no statistics');
  }
  return row;
}

/** SQLite's quick check, row counts of indexes included; empty = sound. */
export function integrity(db: ReadableDatabase): string[] {
  return db
    .all<{ quick_check: string }>('PRAGMA quick_check(100)')
    .map((row) => row.quick_check)
    .filter((line) => line !== 'ok');
}
