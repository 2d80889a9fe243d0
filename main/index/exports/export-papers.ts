import { FAVOURITE } from '../../contract/browse-shapes.ts';
import { ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type ExportPaperRow, type PaperCursor } from './calls.ts';
import { unpackFlags } from '../../lib/message-flags.ts';
import { bounded } from '../kernel/paging.ts';
import { ITEM_COLUMNS, itemOf, type ItemSqlRow } from './reads.ts';
import { FROM_ME, nameOf } from '../chats/people.ts';

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
  SELECT ${ITEM_COLUMNS}, coalesce(b.bytes, e.bytes) AS writtenBytes, e.chat_key AS chatKey, m.key AS mediaKey, a.name AS accountName, a.user_id AS accountUserId, a.api_base AS apiBase,
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

/** Items that were written, with all that is known of them. */
export function exportPapers(
  db: ReadableDatabase,
  input: { jobId: number; after: PaperCursor | null; limit: number; history: boolean },
): { rows: ExportPaperRow[]; next: PaperCursor | null } {
  const after = input.after ?? START;
  const limit = bounded(input.limit);
  const rows = db.all<Row>(EXPORT_PAPERS, input.jobId, after.chatKey, after.sentAt, after.seq, limit);
  const last = rows.at(-1);
  const labels = labelsOf(db, rows);
  const states = input.history
    ? listed<StateRow, Row>(db, EXPORT_STATES, rows, ({ mediaId, accountId }) => [mediaId, accountId])
    : null;
  const edits = input.history
    ? listed<EditRow, Row>(db, EXPORT_EDITS, rows, (row) => [row.messageId, row.chatId, row.accountId])
    : null;
  return {
    rows: rows.map((row, place) =>
      paperOf(row, labels.get(place) ?? [], states?.get(place) ?? [], edits?.get(place) ?? []),
    ),
    next:
      last === undefined || rows.length < limit ? null : { chatKey: last.chatKey, sentAt: last.sentAt, seq: last.seq },
  };
}

interface Placed {
  /** Of its row on the page. */
  readonly place: number;
}
interface LabelRow extends Placed {
  readonly id: number;
  readonly name: string | null;
}
interface StateRow extends Placed {
  readonly at: number;
  readonly state: string;
}
interface EditRow extends Placed {
  readonly at: number;
  readonly text: string;
}

/** Each takes a JSON list with what it asks for, row by row of a page: asking once a row costs ten times as long. */
export const EXPORT_LABELS = `SELECT k.key AS place, l.id, l.name FROM json_each(?) k
  CROSS JOIN label_media b ON b.media_key = k.value ->> 0 CROSS JOIN label l ON l.id = b.label_id
  WHERE l.removed_at IS NULL`;
export const EXPORT_STATES = `SELECT k.key AS place, c.at, c.after AS state FROM json_each(?) k
  CROSS JOIN change c ON c.media_id = k.value ->> 0 AND coalesce(c.account_id, k.value ->> 1) = k.value ->> 1 WHERE +c.field = 'media.state' AND c.after IS NOT NULL`;
export const EXPORT_EDITS = `SELECT k.key AS place, c.at, coalesce(c.before, '') AS text FROM json_each(?) k
  CROSS JOIN change c ON c.message_id = k.value ->> 0 AND c.field = 'message.text' AND +c.chat_id = +(k.value ->> 1)
    AND coalesce(c.account_id, k.value ->> 2) = k.value ->> 2
  ORDER BY k.key, c.id`;

/** The labels of each media item of a page, by its place. */
export const labelsOf = (
  db: ReadableDatabase,
  rows: readonly { readonly mediaKey: number }[],
): ReadonlyMap<number, readonly LabelRow[]> =>
  listed<LabelRow, { readonly mediaKey: number }>(db, EXPORT_LABELS, rows, ({ mediaKey }) => [mediaKey]);

/** Labels as papers tell them. */
export const marksOf = (labels: readonly LabelRow[]): Pick<ExportPaperRow, 'favourite' | 'labels'> => ({
  favourite: labels.some(({ id }) => id === FAVOURITE),
  labels: labels.flatMap(({ name }) => name ?? []).sort((a, b) => a.localeCompare(b, 'en')),
});

function listed<Found extends Placed, Asked>(
  db: ReadableDatabase,
  sql: string,
  rows: readonly Asked[],
  ask: (row: Asked) => readonly number[],
): ReadonlyMap<number, readonly Found[]> {
  return Map.groupBy(db.all<Found>(sql, JSON.stringify(rows.map(ask))), ({ place }) => place);
}

function paperOf(
  row: Row,
  labels: readonly LabelRow[],
  states: readonly StateRow[],
  edits: readonly EditRow[],
): ExportPaperRow {
  const { chatKey: _chatKey, mediaKey: _mediaKey, messageFlags, fromMe, ledger, ...rest } = row;
  const { isTip, isFree, isOpened, isPinned, isLiked } = unpackFlags(messageFlags);
  return {
    ...itemOf(rest),
    flags: { isTip, isFree, isOpened, isPinned, isLiked },
    fromMe: fromMe === 1,
    // An item whose message was taken back has no row of its own any more.
    ledger: ledger === null ? 'gone' : ledgerStates.name(ledger),
    history: states
      .slice(0, MOST_STATES)
      .map(({ at, state }) => ({ at, state }))
      .sort((a, b) => a.at - b.at),
    edits: edits.slice(0, MOST_EDITS).map(({ at, text }) => ({ at, text })),
    ...marksOf(labels),
  };
}
