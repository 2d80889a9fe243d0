import { FAVOURITE } from '../contract/browse-shapes.ts';
import { ledgerStates } from '../db/codes.ts';
import { type ReadableDatabase } from '../db/database-types.ts';
import { type ExportPaperRow, type PaperCursor } from '../db/export-calls.ts';
import { unpackFlags } from '../db/message-flags.ts';
import { bounded } from './bounds.ts';
import { ITEM_COLUMNS, itemOf, type ItemSqlRow } from './exports.ts';
import { FROM_ME, nameOf } from './screens/people.ts';

interface Row
  extends
    ItemSqlRow,
    Omit<
      ExportPaperRow,
      | keyof ItemSqlRow
      | 'fromMe'
      | 'flags'
      | 'ledger'
      | 'history'
      | 'edits'
      | 'favourite'
      | 'labels'
      | 'clash'
      | 'trimmed'
    > {
  readonly chatKey: number;
  readonly mediaKey: number;
  readonly fromMe: number;
  readonly messageFlags: number;
  readonly ledger: number | null;
}

const MOST_STATES = 200;
const MOST_EDITS = 200;

export const EXPORT_PAPERS = `
  SELECT ${ITEM_COLUMNS}, coalesce(b.bytes, e.bytes) AS writtenBytes, e.chat_key AS chatKey, m.key AS mediaKey, m.account_id AS accountId, a.name AS accountName, a.user_id AS accountUserId, a.api_base AS apiBase,
    ${nameOf('m.account_id', 'c.id')} AS chatName, s.id AS messageId, coalesce(l.position, 0) + 1 AS position, s.sender_id AS senderId,
    ${nameOf('m.account_id', 's.sender_id')} AS senderName, ${FROM_ME} AS fromMe, s.text, s.changed_at AS changedAt,
    s.gone_since AS goneAt, s.reply_id AS replyId, s.reply_text AS replyText, s.price, s.flags AS messageFlags,
    coalesce(i.ledger_state, r.ledger_state) AS ledger, m.width, m.height, m.duration_ms AS durationMs, b.mime, m.first_seen AS listedAt,
    b.stored_at AS fetchedAt, b.verified_at AS verifiedAt, e.done_at AS exportedAt, e.version AS exportVersion,
    (SELECT text FROM note WHERE media_key = m.key) AS note
  FROM export_item e CROSS JOIN media m ON m.key = e.media_key CROSS JOIN chat c ON c.key = e.chat_key
  CROSS JOIN account a ON a.id = m.account_id CROSS JOIN message s ON s.key = e.message_key
  LEFT JOIN message_media l ON l.message_key = e.message_key AND l.media_key = e.media_key
  LEFT JOIN item i ON i.media_key = e.media_key AND i.chat_key = e.chat_key
  LEFT JOIN removed_item r ON r.media_key = e.media_key AND r.chat_key = e.chat_key
  LEFT JOIN blob b ON b.sha256 = e.written
  WHERE e.job_id = +? AND (e.chat_key, e.sent_at, e.seq) > (?, ?, ?) AND e.written IS NOT NULL AND e.path IS NOT NULL
  ORDER BY e.chat_key, e.sent_at, e.seq LIMIT +?`;

const START: PaperCursor = { chatKey: 0, sentAt: Number.MIN_SAFE_INTEGER, seq: 0 };

export function exportPapers(
  db: ReadableDatabase,
  input: { jobId: number; after: PaperCursor | null; limit: number; history: boolean },
): { rows: ExportPaperRow[]; next: PaperCursor | null } {
  const after = input.after ?? START;
  const limit = bounded(input.limit);
  const rows = db.all<Row>(EXPORT_PAPERS, input.jobId, after.chatKey, after.sentAt, after.seq, limit);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => paperOf(db, row, input.history)),
    next:
      last === undefined || rows.length < limit ? null : { chatKey: last.chatKey, sentAt: last.sentAt, seq: last.seq },
  };
}

function paperOf(db: ReadableDatabase, row: Row, history: boolean): ExportPaperRow {
  const { chatKey: _chatKey, mediaKey, messageFlags, fromMe, ledger, ...rest } = row;
  const { isTip, isFree, isOpened, isPinned, isLiked } = unpackFlags(messageFlags);
  const labels = labelsOf(db, mediaKey);
  return {
    ...itemOf(rest),
    flags: { isTip, isFree, isOpened, isPinned, isLiked },
    fromMe: fromMe === 1,
    // An item whose message was taken back has no row of its own any more.
    ledger: ledger === null ? 'gone' : ledgerStates.name(ledger),
    history: history ? historyOf(db, row.mediaId) : [],
    edits: history ? editsOf(db, row.messageId, row.chatId) : [],
    favourite: labels.some(({ id }) => id === FAVOURITE),
    labels: labels.flatMap(({ name }) => name ?? []),
  };
}

function historyOf(db: ReadableDatabase, mediaId: number): ExportPaperRow['history'] {
  return db.all<{ at: number; state: string }>(
    `SELECT at, after AS state FROM change WHERE media_id = ? AND field = 'media.state' AND after IS NOT NULL ORDER BY at, id LIMIT ?`,
    mediaId,
    MOST_STATES,
  );
}

export const EXPORT_EDITS = `SELECT at, coalesce(before, '') AS text FROM change
  WHERE message_id = ? AND field = 'message.text' AND chat_id = +? ORDER BY id LIMIT ?`;

function editsOf(db: ReadableDatabase, messageId: number, chatId: number): ExportPaperRow['edits'] {
  return db.all<{ at: number; text: string }>(EXPORT_EDITS, messageId, chatId, MOST_EDITS);
}

export const EXPORT_LABELS = `SELECT l.id, l.name FROM label_media b CROSS JOIN label l ON l.id = b.label_id
  WHERE b.media_key = ? AND l.removed_at IS NULL`;

function labelsOf(db: ReadableDatabase, mediaKey: number): { id: number; name: string | null }[] {
  return db
    .all<{ id: number; name: string | null }>(EXPORT_LABELS, mediaKey)
    .toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? '', 'en') || a.id - b.id);
}
