import type { MediaRef } from '../../contract/browse-shapes.ts';
import { LEDGER_STATES, MEDIA_STATES, type OddKind } from '../../contract/model.ts';
import {
  MOST_CARRIERS,
  type CarryingMessage,
  type FileFact,
  type HistoryState,
  type MediaItem,
  type StateChange,
} from '../../contract/shapes.ts';
import { fileStates, mediaStates, variants } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { leadEntry, mediaKeyOf } from './entries.ts';
import { termsOf, type TermsRow } from './trade.ts';
import { FROM_ME, nameOf } from '../chats/people.ts';

const MOST_STATES = 200;
const MOST_TEXT = 4000;
/** Items with the same file whose messages are looked at; of more, those that came last. */
const MOST_COPIES = 2000;

/** Everything known of one item. */
export function mediaItem(db: ReadableDatabase, input: { accountId: number; mediaId: number }): MediaItem | null {
  const key = mediaKeyOf(db, input.accountId, input.mediaId);
  const entry = key === null ? null : leadEntry(db, key);
  if (key === null || entry === null) {
    return null;
  }
  const files = filesOf(db, key);
  return {
    entry,
    files,
    history: historyOf(db, key, input, files),
    messages: carriersOf(db, THIS, key),
    copies: carriersOf(db, COPIES, key * 4 + FULL, key, input.accountId),
    chats: db.get<{ n: number }>('SELECT count(*) AS n FROM item WHERE media_key = ?', key)?.n ?? 0,
    labels: db
      .all<{ id: number }>('SELECT label_id AS id FROM label_media WHERE media_key = ? ORDER BY label_id', key)
      .map(({ id }) => id),
    note: db.get<{ text: string }>('SELECT text FROM note WHERE media_key = ?', key)?.text ?? null,
  };
}

interface FileRow {
  readonly variant: number;
  readonly state: number;
  readonly sha256: string;
  readonly bytes: number | null;
  readonly mime: string | null;
  readonly ext: string | null;
  readonly storedAt: number | null;
  readonly verifiedAt: number | null;
  readonly odd: OddKind | null;
  readonly attempts: number | null;
  readonly error: string | null;
  readonly retryAt: number | null;
}

function filesOf(db: ReadableDatabase, mediaKey: number): FileFact[] {
  return db
    .all<FileRow>(
      `SELECT f.variant, f.state, lower(hex(b.sha256)) AS sha256, b.bytes, b.mime, b.ext, b.stored_at AS storedAt,
         b.verified_at AS verifiedAt, b.odd, q.attempts, q.error, nullif(q.retry_at, 0) AS retryAt
       FROM file f LEFT JOIN blob b ON b.key = f.blob_key AND f.state = 1 LEFT JOIN fetch q ON q.file_id = f.id
       WHERE f.id BETWEEN ? AND ? ORDER BY f.id`,
      mediaKey * 4,
      mediaKey * 4 + 2,
    )
    .map(({ variant, state, sha256, attempts, ...row }) => ({
      ...row,
      variant: variants.name(variant),
      state: fileStates.name(state),
      // hex(NULL) is an empty text.
      sha256: sha256 === '' ? null : sha256,
      attempts: attempts ?? 0,
    }));
}

const STATES: readonly string[] = [...MEDIA_STATES, ...LEDGER_STATES, 'replaced', 'other', 'removed', 'restored'];
const isState = (text: string | null): text is HistoryState => text !== null && STATES.includes(text);

interface ChangeRow {
  readonly at: number;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

const OWN: Readonly<Record<string, HistoryState>> = {
  'file.stored': 'stored',
  'file.replaced': 'replaced',
  'file.other': 'other',
  'media.removed': 'removed',
  'media.restored': 'restored',
};

/** Newest first: what the service said and when, when it was first seen, when its file was stored, and what the person did with it. */
function historyOf(
  db: ReadableDatabase,
  key: number,
  { accountId, mediaId }: MediaRef,
  files: readonly FileFact[],
): StateChange[] {
  const changes = db.all<ChangeRow>(
    `SELECT at, field, before, after FROM change WHERE media_id = ? AND coalesce(account_id, ?) = ?
       AND +field IN ('media.state', 'file.stored', 'file.replaced', 'file.other', 'media.removed', 'media.restored')
     ORDER BY at DESC, id DESC LIMIT ?`,
    mediaId,
    accountId,
    accountId,
    MOST_STATES,
  );
  const history: StateChange[] = changes.flatMap(({ at, field, after }) => {
    const state = OWN[field] ?? after;
    return isState(state) ? [{ at, state }] : [];
  });
  const oldest = changes.findLast(({ field }) => field === 'media.state');
  const media = db.get<{ first_seen: number }>('SELECT first_seen FROM media WHERE key = ?', key);
  if (media !== undefined && oldest !== undefined && isState(oldest.before)) {
    history.push({ at: media.first_seen, state: oldest.before });
  }
  const storedAt = files.find(({ variant }) => variant === 'full')?.storedAt ?? null;
  if (storedAt !== null && !changes.some(({ field }) => field === 'file.stored' || field === 'file.replaced')) {
    history.push({ at: storedAt, state: 'stored' });
  }
  return history.sort((a, b) => b.at - a.at);
}

interface CarrierRow extends Omit<CarryingMessage, 'fromMe' | 'state' | 'terms'>, TermsRow {
  readonly state: number;
  readonly fromMe: number;
}

const FULL = variants.code('full');
/** Of the item itself, by its key. */
const THIS = 'message_media l CROSS JOIN message s ON s.key = l.message_key WHERE l.media_key = ?';
/** Of other items of an account that have the same stored file: by the file, the item's key and the account. */
const COPIES = `(SELECT m.key FROM file o CROSS JOIN file f ON f.blob_key = o.blob_key AND f.state = 1 AND f.variant = ${String(FULL)}
      CROSS JOIN media m ON m.key = f.media_key AND m.removal IS NULL
    WHERE o.id = ? AND o.state = 1 AND f.media_key <> ? AND m.account_id = ? ORDER BY f.id DESC LIMIT ${String(MOST_COPIES)}) k
    CROSS JOIN message_media l ON l.media_key = k.key CROSS JOIN message s ON s.key = l.message_key WHERE true`;

/**
 * The newest messages that carry an item. They are chosen by key and time alone: an item that went to every chat has as many as there are
 * chats. `CROSS JOIN`: the planner would otherwise begin at all messages of the account.
 */
function carriersOf(db: ReadableDatabase, carried: string, ...values: readonly number[]): CarryingMessage[] {
  return db
    .all<CarrierRow>(
      `WITH newest AS MATERIALIZED (
         SELECT s.key, l.state, s.sent_at FROM ${carried} ORDER BY s.sent_at DESC, s.key DESC LIMIT ?)
       SELECT s.id, c.id AS chatId, ${nameOf('c.account_id', 'c.id')} AS chatName, ${nameOf('c.account_id', 's.sender_id')} AS senderName,
         ${FROM_ME} AS fromMe, s.sent_at AS sentAt, substr(s.text, 1, ${String(MOST_TEXT)}) AS text,
         n.state, s.flags, s.purchase_reason AS reason, s.price
       FROM newest n CROSS JOIN message s ON s.key = n.key CROSS JOIN chat c ON c.key = s.chat_key
         CROSS JOIN account a ON a.id = c.account_id
       ORDER BY n.sent_at DESC, n.key DESC`,
      ...values,
      MOST_CARRIERS,
    )
    .map(({ state, flags, reason, price, ...row }) => ({
      ...row,
      fromMe: row.fromMe === 1,
      state: mediaStates.name(state),
      terms: termsOf(flags, reason, price),
    }));
}
