/** The conversations around an export: every kept message of its chats, and each listed item that is not in its folder. */
import { EVERYTHING, type MediaFilter } from '../../contract/shapes.ts';
import type { MediaSelection } from '../../contract/browse-shapes.ts';
import { exportItemStates, kinds, ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import { unpackFlags } from '../../lib/message-flags.ts';
import { termsOf } from '../media/trade.ts';
import { bounded } from '../kernel/paging.ts';
import { FROM_ME, nameOf } from '../chats/people.ts';
import { EXPORT_EDITS, labelsOf, marksOf } from './export-papers.ts';
import type { ExportMessageMedia, ExportMessageRow, NotExportedRow, PaperCursor, TrashedCursor } from './calls.ts';

const MOST_EDITS = 200;
const FAILED = String(exportItemStates.code('failed'));
const STORED = String(ledgerStates.code('stored'));
const SKIPPED = String(exportItemStates.code('skipped'));

/** Whether chats and dates alone choose the items: then a chat without media belongs to the export as well. */
function byChatAlone({ filter, spans, include, exclude }: MediaSelection): boolean {
  const rest: MediaFilter = { ...filter, accountId: null, chatIds: [], from: null, to: null };
  const asked = Object.entries(rest).filter(([, value]) => value !== undefined);
  return (
    spans === null &&
    include.length === 0 &&
    exclude.length === 0 &&
    JSON.stringify(Object.fromEntries(asked)) === JSON.stringify(EVERYTHING)
  );
}

/** Keys of the chats that an export is about, in order, after `after`: those of its items, and those that its filter names. */
export function exportChats(
  db: ReadableDatabase,
  { jobId, selection, after, limit }: { jobId: number; selection: MediaSelection; after: number; limit: number },
): number[] {
  const { accountId, chatIds } = selection.filter;
  const values: SqlValue[] = [jobId, after];
  let named = '';
  if (byChatAlone(selection)) {
    named = ' UNION SELECT key FROM chat WHERE key > ? AND account_id = coalesce(?, account_id)';
    values.push(after, accountId);
    if (chatIds.length > 0) {
      named += ' AND id IN (SELECT value FROM json_each(?))';
      values.push(JSON.stringify(chatIds));
    }
  }
  return db
    .all<{ key: number }>(
      `SELECT chat_key AS key FROM export_item WHERE job_id = ? AND chat_key > ? GROUP BY 1${named} ORDER BY 1 LIMIT ?`,
      ...values,
      bounded(limit),
    )
    .map(({ key }) => key);
}

interface MessageSqlRow extends Omit<ExportMessageRow, 'fromMe' | 'flags' | 'trades' | 'edits' | 'media'> {
  readonly key: number;
  readonly reason: string | null;
  readonly fromMe: number;
  readonly messageFlags: number;
}

export const EXPORT_MESSAGES = `
  SELECT s.key, s.id AS messageId, c.account_id AS accountId, a.name AS accountName, c.id AS chatId,
    ${nameOf('c.account_id', 'c.id')} AS chatName, s.sender_id AS senderId, ${nameOf('c.account_id', 's.sender_id')} AS senderName,
    ${FROM_ME} AS fromMe, s.sent_at AS sentAt, s.changed_at AS changedAt, s.gone_since AS goneAt, s.text, s.reply_id AS replyId,
    s.reply_text AS replyText, s.price, s.flags AS messageFlags, s.purchase_reason AS reason
  FROM message s CROSS JOIN chat c ON c.key = s.chat_key CROSS JOIN account a ON a.id = c.account_id
  WHERE s.chat_key = ? AND s.id > ? AND s.sent_at >= coalesce(?, s.sent_at) AND s.sent_at < coalesce(?, s.sent_at + 1)`;

const WITH_MEDIA = ` AND EXISTS (SELECT 1 FROM message_media l JOIN export_item e ON e.job_id = ? AND e.media_key = l.media_key
    WHERE l.message_key = s.key)`;

/**
 * Takes a JSON list of message keys: one question for a page. An item that several chats have is one file of the export, in the folder of one
 * of them: the messages of the others lead to it, unless one of the two chats has other bytes under that id.
 */
export const EXPORT_MESSAGE_MEDIA = `
  SELECT k.key AS place, m.key AS mediaKey, m.id AS mediaId, l.position + 1 AS position, m.kind, coalesce(i.ledger_state, r.ledger_state) AS ledger,
    m.removal IS NOT NULL AS removed, m.width, m.height, m.duration_ms AS durationMs, e.path, nullif(lower(hex(e.written)), '') AS sha256, b.mime,
    (SELECT text FROM note WHERE media_key = m.key) AS note
  FROM json_each(?) k CROSS JOIN message_media l ON l.message_key = k.value CROSS JOIN media m ON m.key = l.media_key
  LEFT JOIN item i ON i.media_key = m.key AND i.chat_key = ? LEFT JOIN removed_item r ON r.media_key = m.key AND r.chat_key = ?
  LEFT JOIN export_item e ON e.job_id = ? AND e.seq = (SELECT x.seq FROM export_item x
    WHERE x.job_id = ? AND x.media_key = m.key AND x.written IS NOT NULL AND x.path IS NOT NULL
      AND (x.chat_key = ? OR coalesce(i.ledger_state, r.ledger_state) = ${STORED} AND NOT EXISTS (
        SELECT 1 FROM other_file o WHERE o.file_id = m.key * 4 + 3 AND o.chat_key IN (?, x.chat_key)))
    ORDER BY x.chat_key <> ?, x.seq LIMIT 1)
  LEFT JOIN blob b ON b.sha256 = e.written
  ORDER BY k.key, l.position`;

/** The values of `EXPORT_MESSAGE_MEDIA` behind the keys, in the order of its text. */
export const mediaValues = (chatKey: number, jobId: number): readonly number[] => [
  ...[chatKey, chatKey],
  ...[jobId, jobId],
  ...[chatKey, chatKey, chatKey],
];

interface MediaSqlRow extends Omit<ExportMessageMedia, 'kind' | 'state' | 'favourite' | 'labels'> {
  readonly place: number;
  readonly mediaKey: number;
  readonly kind: number;
  readonly ledger: number | null;
  readonly removed: number;
}

/** An item whose message was taken back has no row of its own any more. */
const stateOf = (ledger: number | null, removed: number): ExportMessageMedia['state'] =>
  removed === 1 ? 'removed' : ledger === null ? 'gone' : ledgerStates.name(ledger);

/**
 * Messages of one chat, in the order of their ids, after `after`; `withMedia`: those alone that carry an item of the plan. Times bound as
 * in a filter. `next`: where the following page starts.
 */
export function exportMessages(
  db: ReadableDatabase,
  input: {
    jobId: number;
    chatKey: number;
    after: number;
    from: number | null;
    to: number | null;
    withMedia: boolean;
    limit: number;
  },
): { rows: ExportMessageRow[]; next: number | null } {
  const limit = bounded(input.limit);
  const { jobId, chatKey } = input;
  const rows = db.all<MessageSqlRow>(
    `${EXPORT_MESSAGES}${input.withMedia ? WITH_MEDIA : ''} ORDER BY s.id LIMIT ?`,
    chatKey,
    input.after,
    input.from,
    input.to,
    ...(input.withMedia ? [jobId] : []),
    limit,
  );
  const media = mediaOf(db, input, rows);
  const edits = Map.groupBy(
    db.all<{ place: number; at: number; text: string }>(
      EXPORT_EDITS,
      JSON.stringify(rows.map(({ messageId, chatId, accountId }) => [messageId, chatId, accountId])),
    ),
    ({ place }) => place,
  );
  return {
    rows: rows.map(({ key: _key, fromMe, messageFlags, reason, ...row }, place) => {
      const { isTip, isFree, isOpened, isPinned, isLiked } = unpackFlags(messageFlags);
      return {
        ...row,
        fromMe: fromMe === 1,
        flags: { isTip, isFree, isOpened, isPinned, isLiked },
        trades: termsOf(messageFlags, reason, row.price).trades,
        edits: (edits.get(place) ?? []).slice(0, MOST_EDITS).map(({ at, text }) => ({ at, text })),
        media: media.get(place) ?? [],
      };
    }),
    next: rows.length < limit ? null : (rows.at(-1)?.messageId ?? null),
  };
}

/** The items of each message of a page, by its place. */
function mediaOf(
  db: ReadableDatabase,
  { chatKey, jobId }: { readonly chatKey: number; readonly jobId: number },
  messages: readonly { readonly key: number }[],
): ReadonlyMap<number, readonly ExportMessageMedia[]> {
  const keys = JSON.stringify(messages.map(({ key }) => key));
  const rows = db.all<MediaSqlRow>(EXPORT_MESSAGE_MEDIA, keys, ...mediaValues(chatKey, jobId));
  const labels = labelsOf(db, rows);
  const items = rows.map(({ place, mediaKey: _key, kind, ledger, removed, ...item }, at) => ({
    place,
    item: { ...item, ...marksOf(labels.get(at) ?? []), kind: kinds.name(kind), state: stateOf(ledger, removed) },
  }));
  return new Map(
    [...Map.groupBy(items, ({ place }) => place)].map(([place, found]) => [place, found.map(({ item }) => item)]),
  );
}

interface MissingSqlRow extends Omit<NotExportedRow, 'kind' | 'state' | 'fromMe'> {
  readonly chatKey: number;
  readonly seq: number;
  readonly kind: number;
  readonly ledger: number | null;
  readonly removed: number;
  readonly fromMe: number;
}

/** The columns of an item that is not in the folder, from `media` m, `chat` c, `account` a and `message` s. */
const missingColumns = (reason: string): string => `
  a.id AS accountId, a.name AS accountName, c.id AS chatId, ${nameOf('c.account_id', 'c.id')} AS chatName, s.id AS messageId, s.sent_at AS sentAt,
  s.sender_id AS senderId, ${nameOf('c.account_id', 's.sender_id')} AS senderName, ${FROM_ME} AS fromMe, m.id AS mediaId, m.kind,
  m.removal IS NOT NULL AS removed, ${reason} AS reason,
  coalesce((SELECT at FROM removal WHERE id = m.removal), (SELECT max(h.at) FROM change h WHERE h.media_id = m.id
    AND +h.field = 'media.state' AND coalesce(h.account_id, m.account_id) = m.account_id), m.first_seen) AS since`;

/** The full file's variant is 0. What failed to export says why; otherwise the last error of its download does. */
const DOWNLOAD_ERROR = '(SELECT f.error FROM fetch f WHERE f.file_id = m.key * 4)';

export const EXPORT_MISSING = `
  SELECT e.seq, e.chat_key AS chatKey, ${missingColumns(`CASE WHEN e.state IN (${FAILED}, ${SKIPPED}) THEN e.reason ELSE ${DOWNLOAD_ERROR} END`)},
    coalesce(i.ledger_state, r.ledger_state) AS ledger
  FROM export_item e CROSS JOIN media m ON m.key = e.media_key CROSS JOIN chat c ON c.key = e.chat_key
  CROSS JOIN account a ON a.id = m.account_id CROSS JOIN message s ON s.key = e.message_key
  LEFT JOIN item i ON i.media_key = e.media_key AND i.chat_key = e.chat_key
  LEFT JOIN removed_item r ON r.media_key = e.media_key AND r.chat_key = e.chat_key
  WHERE e.job_id = +? AND (e.chat_key, e.sent_at, e.seq) > (?, ?, ?) AND e.written IS NULL
  ORDER BY e.chat_key, e.sent_at, e.seq LIMIT +?`;

const missingOf = ({ kind, ledger, removed, fromMe, chatKey: _c, seq: _s, ...row }: MissingSqlRow): NotExportedRow => ({
  ...row,
  fromMe: fromMe === 1,
  kind: kinds.name(kind),
  state: stateOf(ledger, removed),
});

const START: PaperCursor = { chatKey: 0, sentAt: Number.MIN_SAFE_INTEGER, seq: 0 };

/** Items of the plan that are not in the folder, by chat, then time. */
export function exportMissing(
  db: ReadableDatabase,
  input: { jobId: number; after: PaperCursor | null; limit: number },
): { rows: NotExportedRow[]; next: PaperCursor | null } {
  const after = input.after ?? START;
  const limit = bounded(input.limit);
  const rows = db.all<MissingSqlRow>(EXPORT_MISSING, input.jobId, after.chatKey, after.sentAt, after.seq, limit);
  const last = rows.at(-1);
  return {
    rows: rows.map(missingOf),
    next:
      last === undefined || rows.length < limit ? null : { chatKey: last.chatKey, sentAt: last.sentAt, seq: last.seq },
  };
}

export const EXPORT_TRASHED = `
  SELECT r.media_key AS seq, r.chat_key AS chatKey, r.lead, ${missingColumns(DOWNLOAD_ERROR)}, r.ledger_state AS ledger
  FROM removed_item r CROSS JOIN media m ON m.key = r.media_key CROSS JOIN chat c ON c.key = r.chat_key
  CROSS JOIN account a ON a.id = m.account_id CROSS JOIN message s ON s.key = r.message_key
  WHERE r.chat_key = ? AND (r.lead, r.account_id, r.media_key) > (?, ?, ?) AND r.sent_at >= coalesce(?, r.sent_at) AND r.sent_at < coalesce(?, r.sent_at + 1)
    AND NOT EXISTS (SELECT 1 FROM export_item e WHERE e.job_id = ? AND e.media_key = r.media_key AND e.chat_key = r.chat_key)
  ORDER BY r.lead, r.account_id, r.media_key LIMIT ?`;

/**
 * Items of a chat that are in the trash, or were deleted from it, and that the plan does not hold, in the order of the index over removed
 * items.
 */
export function exportTrashed(
  db: ReadableDatabase,
  input: {
    jobId: number;
    chatKey: number;
    after: TrashedCursor | null;
    from: number | null;
    to: number | null;
    limit: number;
  },
): { rows: NotExportedRow[]; next: TrashedCursor | null } {
  const limit = bounded(input.limit);
  const after = input.after ?? { lead: -1, accountId: 0, key: 0 };
  const rows = db.all<MissingSqlRow & { lead: number }>(
    EXPORT_TRASHED,
    input.chatKey,
    after.lead,
    after.accountId,
    after.key,
    input.from,
    input.to,
    input.jobId,
    limit,
  );
  const last = rows.at(-1);
  return {
    rows: rows.map(({ lead: _lead, ...row }) => missingOf(row)),
    next:
      last === undefined || rows.length < limit ? null : { lead: last.lead, accountId: last.accountId, key: last.seq },
  };
}
