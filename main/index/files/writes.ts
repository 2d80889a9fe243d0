/** Records the outcome of files: stored, deferred, given up, lost. */
import { fileStates, kinds, lanes, OTHER, variantOf, variants } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type FileResult } from './calls.ts';
import { laneOf } from './lane.ts';
import { refreshLedger } from '../media/items.ts';
import { closeFile, wantAgain } from './offered-files.ts';
import { WriteContext } from '../kernel/write-context.ts';

/** A host that says "no more" is asked again after a day at the earliest. */
const GONE_RETRY_MS = 24 * 60 * 60 * 1000;

const FULL = variants.code('full');
const STORED = fileStates.code('stored');

interface FileRow {
  readonly state: number;
  readonly blob_key: number | null;
  readonly media_id: number;
  readonly account_id: number;
  readonly kind: number;
  readonly first_seen: number;
  readonly removed: number;
  readonly purged: number;
}

/** Enters how tries to fetch files ended. Results for files that are unknown or stored by now (under the same bytes) change nothing. */
export function settleFiles(
  db: WritableDatabase,
  input: { runId: number | null; at: number; results: readonly FileResult[] },
): { deduplicated: number } {
  const context = new WriteContext(db, input.at, input.runId);
  const startedAt =
    input.runId === null
      ? null
      : (db.get<{ started_at: number }>('SELECT started_at FROM run WHERE id = ?', input.runId)?.started_at ?? null);
  let deduplicated = 0;
  for (const result of input.results) {
    const mediaKey = Math.floor(result.fileId / 4);
    const row = db.get<FileRow>(
      `SELECT f.state, f.blob_key, m.id AS media_id, m.account_id, m.kind, m.first_seen, m.removal IS NOT NULL AS removed, m.purged_at IS NOT NULL AS purged
       FROM file f JOIN media m ON m.key = f.media_key WHERE f.id = +?`,
      result.fileId,
    );
    // A file deleted for good during its download stays deleted. Its bytes become an orphan, which a check finds.
    if (row === undefined || row.purged === 1) {
      continue;
    }
    if (result.outcome === 'stored') {
      deduplicated += store(context, result, row, startedAt) ? 1 : 0;
    } else if (row.state !== STORED && row.removed === 0) {
      settleUnstored(context, result, row);
      if (result.fileId % 4 === FULL) {
        refreshLedger(context, mediaKey, 0);
      }
    }
  }
  context.flush();
  return { deduplicated };
}

type StoredResult = Extract<FileResult, { outcome: 'stored' }>;

/** Returns whether the same bytes were here already. */
function store(context: WriteContext, result: StoredResult, row: FileRow, startedAt: number | null): boolean {
  const { db } = context;
  const sha256 = Buffer.from(result.sha256, 'hex');
  const known = db.get<{ key: number; lost_at: number | null }>(
    'SELECT key, lost_at FROM blob WHERE sha256 = ?',
    sha256,
  );
  if (known !== undefined && known.lost_at !== null) {
    db.run(
      'UPDATE blob SET lost_at = NULL, stored_at = ?, bytes = ?, ext = ?, mime = ?, odd = ? WHERE key = ?',
      context.at,
      result.bytes,
      result.ext,
      result.mime,
      result.odd ?? null,
      known.key,
    );
  }
  const blobKey =
    known?.key ??
    db.insert(
      'INSERT INTO blob (sha256, bytes, mime, ext, stored_at, odd) VALUES (?, ?, ?, ?, ?, ?)',
      sha256,
      result.bytes,
      result.mime,
      result.ext,
      context.at,
      result.odd ?? null,
    );
  db.run('UPDATE file SET state = ?, blob_key = ? WHERE id = ?', STORED, blobKey, result.fileId);
  db.run('DELETE FROM fetch WHERE file_id = ?', result.fileId);
  const mediaKey = Math.floor(result.fileId / 4);
  // There was no picture to take a colour from; there may be now.
  db.run('UPDATE media SET colour = NULL WHERE key = ? AND colour = 0', mediaKey);
  if (result.fileId % 4 === FULL) {
    if (result.width !== null && result.height !== null) {
      db.run(
        'UPDATE media SET width = ?, height = ? WHERE key = ? AND (width IS NULL OR height IS NULL)',
        result.width,
        result.height,
        mediaKey,
      );
    }
    refreshLedger(context, mediaKey, result.bytes);
    noteStored(context, result, row, blobKey, startedAt);
  }
  if ((result.fileId % 4 === FULL || result.fileId % 4 === OTHER) && row.blob_key !== blobKey) {
    noteOther(context, mediaKey);
  }
  return known !== undefined && known.lost_at === null && known.key !== row.blob_key;
}

interface OtherRow {
  readonly accountId: number;
  readonly mediaId: number;
  readonly chatId: number;
  readonly before: string;
  readonly after: string;
}

/** Two chats show the same id with different bytes, as both files now say. */
function noteOther(context: WriteContext, mediaKey: number): void {
  const row = context.db.get<OtherRow>(
    `SELECT m.account_id AS accountId, m.id AS mediaId, c.id AS chatId, lower(hex(b.sha256)) AS before, lower(hex(d.sha256)) AS after
     FROM other_file o JOIN chat c ON c.key = o.chat_key JOIN file g ON g.id = o.file_id AND g.state = ${String(STORED)}
       JOIN file f ON f.id = o.file_id - ${String(OTHER)} AND f.state = ${String(STORED)} JOIN media m ON m.key = f.media_key
       JOIN blob b ON b.key = f.blob_key JOIN blob d ON d.key = g.blob_key
     WHERE o.file_id = ? AND b.key <> d.key`,
    mediaKey * 4 + OTHER,
  );
  if (row !== undefined) {
    context.change({ field: 'file.other', messageId: null, ...row });
  }
}

/** History keeps what is worth telling: a replaced file, and one whose media was known before this run. A first sync is told by its counts. */
function noteStored(
  context: WriteContext,
  result: StoredResult,
  row: FileRow,
  blobKey: number,
  startedAt: number | null,
): void {
  const replaced = row.blob_key !== null && row.blob_key !== blobKey;
  const known = startedAt !== null && row.first_seen < startedAt && row.blob_key === null;
  if (!replaced && !known) {
    return;
  }
  const before =
    row.blob_key === null
      ? null
      : (context.db.get<{ sha256: string }>('SELECT lower(hex(sha256)) AS sha256 FROM blob WHERE key = ?', row.blob_key)
          ?.sha256 ?? null);
  context.change({
    field: replaced ? 'file.replaced' : 'file.stored',
    accountId: row.account_id,
    chatId: null,
    messageId: null,
    mediaId: row.media_id,
    before,
    after: result.sha256,
  });
}

function settleUnstored(context: WriteContext, result: Exclude<FileResult, StoredResult>, row: FileRow): void {
  const { db } = context;
  switch (result.outcome) {
    case 'unavailable':
      closeFile(context, result.fileId, fileStates.code('unavailable'));
      return;
    case 'gone':
      db.run('UPDATE file SET state = ? WHERE id = ?', fileStates.code('gone'), result.fileId);
      db.run(
        'UPDATE fetch SET open = 0, attempts = attempts + 1, retry_at = ?, error = ? WHERE file_id = ?',
        context.at + GONE_RETRY_MS,
        result.error.toWellFormed(),
        result.fileId,
      );
      return;
    case 'retry':
    case 'failed': {
      const open = result.outcome === 'retry' ? 1 : 0;
      db.run(
        'UPDATE file SET state = ? WHERE id = ?',
        fileStates.code(result.outcome === 'retry' ? 'wanted' : 'failed'),
        result.fileId,
      );
      db.run(
        `UPDATE fetch SET open = ?, lane = ?, attempts = attempts + 1, retry_at = ?, error = ?, bytes_done = ?,
           total_bytes = coalesce(?, total_bytes) WHERE file_id = ?`,
        open,
        lanes.code(laneOf(variantOf(result.fileId), kinds.name(row.kind), result.totalBytes)),
        result.retryAt,
        result.error.toWellFormed(),
        result.bytesDone,
        result.totalBytes,
        result.fileId,
      );
      return;
    }
  }
}

/**
 * Gives failed and gone files another chance at the start of a run; `all` ignores their back-off and that of files that wait. Returns how
 * many were reopened.
 */
export function reopenFailed(
  db: WritableDatabase,
  input: { accountId: number; chatKeys: readonly number[]; now: number; all: boolean },
): number {
  const context = new WriteContext(db, input.now, null);
  const chats = new Set(input.chatKeys);
  const rows = db.all<{ file_id: number; chat_key: number }>(
    'SELECT file_id, chat_key FROM fetch WHERE account_id = ? AND open = 0 AND retry_at <= ?',
    input.accountId,
    input.all ? Number.MAX_SAFE_INTEGER : input.now,
  );
  if (input.all) {
    const sql = 'UPDATE fetch SET retry_at = 0 WHERE account_id = ? AND open = 1 AND retry_at > 0';
    if (chats.size === 0) {
      db.run(sql, input.accountId);
    }
    for (const chat of chats) {
      db.run(`${sql} AND chat_key = ?`, input.accountId, chat);
    }
  }
  let reopened = 0;
  for (const row of rows) {
    if (chats.size > 0 && !chats.has(row.chat_key)) {
      continue;
    }
    // `attempts` keeps counting: the back-off between runs grows with it.
    db.run('UPDATE fetch SET open = 1, retry_at = 0 WHERE file_id = ?', row.file_id);
    db.run('UPDATE file SET state = ? WHERE id = ?', fileStates.code('wanted'), row.file_id);
    if (row.file_id % 4 === FULL) {
      refreshLedger(context, Math.floor(row.file_id / 4), 0);
    }
    reopened += 1;
  }
  context.flush();
  return reopened;
}

/** These bytes were read and hash to their name. */
export function noteBlobs(db: WritableDatabase, input: { at: number; ok: readonly string[] }): void {
  for (const sha256 of input.ok) {
    db.run('UPDATE blob SET verified_at = ? WHERE sha256 = ?', input.at, Buffer.from(sha256, 'hex'));
  }
}

/**
 * The stored bytes are damaged or missing: whatever had them is wanted again. The link to the lost bytes stays until others replace it.
 * Returns the ids of the files.
 */
export function forgetBlobs(
  db: WritableDatabase,
  input: { at: number; runId: number | null; sha256: readonly string[] },
): number[] {
  const context = new WriteContext(db, input.at, input.runId);
  const files: number[] = [];
  for (const sha256 of input.sha256) {
    const blob = db.get<{ key: number }>(
      'SELECT key FROM blob WHERE sha256 = ? AND lost_at IS NULL',
      Buffer.from(sha256, 'hex'),
    );
    if (blob === undefined) {
      continue;
    }
    db.run('UPDATE blob SET lost_at = ? WHERE key = ?', input.at, blob.key);
    for (const file of db.all<{ id: number }>(
      'SELECT id FROM file WHERE blob_key = ? AND state = ?',
      blob.key,
      STORED,
    )) {
      wantAgain(context, file.id);
      if (file.id % 4 === FULL) {
        refreshLedger(context, Math.floor(file.id / 4), 0);
      }
      files.push(file.id);
    }
  }
  context.flush();
  return files;
}
