import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type BlobRow } from './calls.ts';
import { bounded, MOST_ROWS } from '../kernel/paging.ts';

const COLUMNS = 'lower(hex(sha256)) AS sha256, bytes, mime, ext, verified_at AS verifiedAt';

/** Blobs in hash order, for verify. `blob.`: the bare name is that of the column in hexadecimal, in whose order nothing is stored. */
export function blobs(db: ReadableDatabase, input: { after: string | null; limit: number }): BlobRow[] {
  return db.all<BlobRow>(
    `SELECT ${COLUMNS} FROM blob WHERE sha256 > $after AND lost_at IS NULL ORDER BY blob.sha256 LIMIT $limit`,
    { after: Buffer.from(input.after ?? '', 'hex'), limit: bounded(input.limit) },
  );
}

export function blob(db: ReadableDatabase, input: { sha256: string }): BlobRow | null {
  return (
    db.get<BlobRow>(
      `SELECT ${COLUMNS} FROM blob WHERE sha256 = ? AND lost_at IS NULL`,
      Buffer.from(input.sha256, 'hex'),
    ) ?? null
  );
}

/** Which of these hashes the index knows. Throws RangeError on more than 500. */
export function knownBlobs(db: ReadableDatabase, input: { sha256: readonly string[] }): string[] {
  if (input.sha256.length > MOST_ROWS) {
    throw new RangeError(`at most ${String(MOST_ROWS)} hashes at once`);
  }
  return input.sha256.filter(
    (sha256) =>
      db.get('SELECT 1 FROM blob WHERE sha256 = ? AND lost_at IS NULL', Buffer.from(sha256, 'hex')) !== undefined,
  );
}

/** Key of the newest stored file; 0 = none yet. Key of the newest stored file: what is stored later has a greater one. */
export function newestBlob(db: ReadableDatabase): { newestBlob: number } {
  return { newestBlob: db.get<{ key: number | null }>('SELECT max(key) AS key FROM blob')?.key ?? 0 };
}

/** Stored files that came after one: reads them alone. How many stored files came after `newestBlob`. */
export function blobsSince(db: ReadableDatabase, input: { newestBlob: number }): number {
  return (
    db.get<{ count: number }>('SELECT count(*) AS count FROM blob WHERE key > ? AND lost_at IS NULL', input.newestBlob)
      ?.count ?? 0
  );
}
