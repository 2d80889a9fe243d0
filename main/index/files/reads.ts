import { kinds, lanes, type Lane, variantOf } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { type FileJob, type NextFilesInput } from './calls.ts';
import { bounded } from '../kernel/paging.ts';

interface Row {
  readonly fileId: number;
  readonly accountId: number;
  readonly chatKey: number;
  readonly chatId: number;
  readonly mediaId: number;
  readonly messageId: number;
  readonly kind: number;
  readonly url: string;
  readonly urlFetchedAt: number;
  readonly urlExpiresAt: number | null;
  readonly pass: string;
  readonly pageCursor: string | null;
  readonly attempts: number;
  readonly totalBytes: number | null;
  readonly sentAt: number;
}

const COLUMNS = `q.file_id AS fileId, q.account_id AS accountId, q.chat_key AS chatKey, c.id AS chatId, m.id AS mediaId,
  q.message_id AS messageId, m.kind, q.url, q.url_fetched_at AS urlFetchedAt, q.url_expires_at AS urlExpiresAt, q.pass,
  q.cursor AS pageCursor, q.attempts, q.total_bytes AS totalBytes, q.sent_at AS sentAt`;
/** The order of the joins is fixed: the queue leads, or the planner may sort all of it. */
const FROM = 'CROSS JOIN chat c ON c.key = q.chat_key CROSS JOIN media m ON m.key = q.file_id / 4';

function jobOf(row: Row): FileJob {
  return { ...row, variant: variantOf(row.fileId), kind: kinds.name(row.kind) };
}

/** A file that waits to be fetched; null when it is stored, given up or without a link. */
export function file(db: ReadableDatabase, input: { fileId: number }): FileJob | null {
  const row = db.get<Row>(`SELECT ${COLUMNS} FROM fetch q ${FROM} WHERE q.file_id = +? AND q.open = 1`, input.fileId);
  return row === undefined ? null : jobOf(row);
}

/** Newest first by the time of the message that offered them. */
export function nextFiles(db: ReadableDatabase, input: NextFilesInput): FileJob[] {
  const limit = bounded(input.limit);
  const wanted: readonly Lane[] = input.lane === 'any' ? lanes.names : [input.lane];
  const scopes = input.chatKeys.length === 0 ? [null] : input.chatKeys;
  const jobs = wanted.flatMap((lane) => scopes.flatMap((chatKey) => queued(db, input, lane, chatKey, limit)));
  if (wanted.length * scopes.length > 1) {
    jobs.sort((a, b) => b.sentAt - a.sentAt || a.fileId - b.fileId);
  }
  return jobs.slice(0, limit).map(jobOf);
}

function queued(db: ReadableDatabase, input: NextFilesInput, lane: Lane, chatKey: number | null, limit: number): Row[] {
  const scope = chatKey === null ? 'q.account_id = +?' : 'q.chat_key = +?';
  return db.all<Row>(
    `${queueSql(scope)}`,
    chatKey ?? input.accountId,
    lanes.code(lane),
    input.now,
    JSON.stringify(input.exclude),
    limit,
  );
}

function queueSql(scope: 'q.account_id = +?' | 'q.chat_key = +?'): string {
  return `SELECT ${COLUMNS} FROM fetch q ${FROM}
     WHERE q.open = 1 AND ${scope} AND q.lane = +? AND q.retry_at <= +? AND q.file_id NOT IN (SELECT value FROM json_each(?))
     ORDER BY q.sent_at DESC, q.file_id LIMIT ?`;
}

/** How many files are due, deferred and given up, and when the next deferred one is due. Counts over indexes alone. */
export function fileQueue(
  db: ReadableDatabase,
  input: { accountId: number; chatKeys: readonly number[]; now: number },
): { due: number; deferred: number; nextRetryAt: number | null; failed: number } {
  const values: SqlValue[] = [input.accountId];
  let chat = '';
  if (input.chatKeys.length > 0) {
    chat = ' AND chat_key IN (SELECT value FROM json_each(?))';
    values.push(JSON.stringify(input.chatKeys));
  }
  const later = db.get<{ n: number; next: number | null }>(
    `SELECT count(*) AS n, min(retry_at) AS next FROM fetch WHERE open = 1 AND retry_at > 0 AND account_id = ?${chat} AND retry_at > ?`,
    ...values,
    input.now,
  );
  const open = db.get<{ n: number }>(
    input.chatKeys.length > 0
      ? `SELECT count(*) AS n FROM fetch WHERE open = 1 AND chat_key IN (SELECT value FROM json_each(?))`
      : `SELECT count(*) AS n FROM fetch WHERE open = 1 AND account_id = ?`,
    values.at(-1) ?? null,
  );
  const failed = db.get<{ n: number }>(
    `SELECT count(*) AS n FROM fetch WHERE open = 0 AND account_id = ?${chat}`,
    ...values,
  );
  const deferred = later?.n ?? 0;
  return { due: (open?.n ?? 0) - deferred, deferred, nextRetryAt: later?.next ?? null, failed: failed?.n ?? 0 };
}
