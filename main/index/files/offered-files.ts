/** Files that a page offers: their jobs, and what becomes of jobs when an item's state changes. */
import { type Variant } from '../../contract/model.ts';
import { type ListedMedia } from '../../lib/model.ts';
import { fileStates, kinds, lanes, mediaStates, OTHER, variantOf, variants } from '../kernel/codes.ts';
import { laneOf } from './lane.ts';
import { type WriteContext } from '../kernel/write-context.ts';

const WANTED = fileStates.code('wanted');
const STORED = fileStates.code('stored');
const UNAVAILABLE = fileStates.code('unavailable');

export interface OfferSource {
  readonly accountId: number;
  readonly chatKey: number;
  readonly messageId: number;
  readonly pass: string;
  readonly cursor: string | null;
  readonly sentAt: number;
}

/** Only what is worth keeping: the item itself when it is viewable, its preview when it is not, its thumb always. */
function wantedFiles(media: ListedMedia): ListedMedia['files'] {
  return media.files.filter((file) => {
    if (file.variant === 'thumb') {
      return true;
    }
    return (file.variant === 'full') === (media.state === 'viewable');
  });
}

/** Files of media that a page has brought. They are entered together: a statement for each takes longer than its row. */
export class NewFiles {
  readonly #context: WriteContext;
  readonly #ids: number[] = [];
  readonly #jobs: (() => void)[] = [];

  constructor(context: WriteContext) {
    this.#context = context;
  }

  /** All of them become wanted. Returns how many they are. */
  add(mediaKey: number, media: ListedMedia, source: OfferSource): number {
    const files = wantedFiles(media);
    for (const { variant, url, expiresAt } of files) {
      const id = mediaKey * 4 + variants.code(variant);
      const lane = lanes.code(laneOf(variant, media.kind, null));
      this.#ids.push(id);
      this.#jobs.push(() => insertJob(this.#context, id, lane, { url: url.toWellFormed(), expiresAt }, source));
    }
    return files.length;
  }

  /** To be called before any statement that may meet them. */
  write(): void {
    if (this.#ids.length > 0) {
      this.#context.db.run(
        'INSERT INTO file (id, media_key, variant, state) SELECT value, value / 4, value % 4, 0 FROM json_each(?)',
        JSON.stringify(this.#ids.splice(0)),
      );
      this.#jobs.splice(0).forEach((insert) => insert());
    }
  }
}

/**
 * Writes the files that a listing offers for one known media item. New ones and those without a link until now become wanted; the links of those
 * that wait are renewed; stored ones are left alone; failed and gone ones keep their state (a new run reopens them) with the new link.
 * Returns how many became wanted. `only` leaves variants out.
 */
export function offerFiles(
  context: WriteContext,
  mediaKey: number,
  media: ListedMedia,
  source: OfferSource,
  only: (variant: Variant) => boolean,
): number {
  const { db } = context;
  let wanted = 0;
  for (const file of wantedFiles(media)) {
    if (!only(file.variant)) {
      continue;
    }
    const variant = variants.code(file.variant);
    const id = mediaKey * 4 + variant;
    const before = db.get<KnownFile>(KNOWN_FILE, id);
    const state = before?.state;
    if (state === STORED) {
      continue;
    }
    if (state === undefined) {
      db.run('INSERT INTO file (id, media_key, variant, state) VALUES (?, ?, ?, 0)', id, mediaKey, variant);
    } else if (state === UNAVAILABLE) {
      db.run('UPDATE file SET state = 0 WHERE id = ?', id);
    }
    if (state === undefined || state === UNAVAILABLE) {
      wanted += 1;
    }
    const link = { url: file.url.toWellFormed(), expiresAt: file.expiresAt };
    if (state === undefined || state === UNAVAILABLE) {
      insertJob(context, id, lanes.code(laneOf(file.variant, media.kind, null)), link, source);
    } else {
      renewLink(context, id, before?.chatKey === source.chatKey, link, source);
    }
  }
  return wanted;
}

/** Whether an item was met in another chat before, and its full file is not fetched by the links of this one. */
export function isOfOther({ db }: WriteContext, mediaKey: number, chatKey: number): boolean {
  return (
    db.get('SELECT 1 FROM item WHERE media_key = ? AND chat_key <> ? LIMIT 1', mediaKey, chatKey) !== undefined &&
    db.get('SELECT 1 FROM fetch WHERE file_id = ? AND chat_key = ?', mediaKey * 4, chatKey) === undefined
  );
}

/**
 * A chat tells other facts of an item than the chat in which it was met first: what lies behind its link may be something else. It is fetched
 * too, once, and kept beside the first where its bytes differ. Returns how many files became wanted.
 */
export function offerOther(context: WriteContext, mediaKey: number, media: ListedMedia, source: OfferSource): number {
  const { db } = context;
  const full = media.state === 'viewable' ? media.files.find(({ variant }) => variant === 'full') : undefined;
  if (full === undefined) {
    return 0;
  }
  const id = mediaKey * 4 + OTHER;
  const link = { url: full.url.toWellFormed(), expiresAt: full.expiresAt };
  const known = db.get<KnownFile>(
    'SELECT o.chat_key AS chatKey, f.state FROM other_file o JOIN file f ON f.id = o.file_id WHERE o.file_id = ?',
    id,
  );
  if (known === undefined) {
    db.run('INSERT INTO file (id, media_key, variant, state) VALUES (?, ?, ?, 0)', id, mediaKey, OTHER);
    db.run('INSERT INTO other_file (file_id, chat_key) VALUES (?, ?)', id, source.chatKey);
  } else if (known.chatKey !== source.chatKey || known.state === STORED) {
    return 0;
  } else if (known.state !== UNAVAILABLE) {
    renewLink(context, id, true, link, source);
    return 0;
  }
  db.run('UPDATE file SET state = ? WHERE id = ?', WANTED, id);
  insertJob(context, id, lanes.code(laneOf('full', media.kind, null)), link, source);
  return 1;
}

interface KnownFile {
  readonly state: number;
  /** Of the message that offered it last. */
  readonly chatKey: number | null;
}

const KNOWN_FILE =
  'SELECT f.state, j.chat_key AS chatKey FROM file f LEFT JOIN fetch j ON j.file_id = f.id WHERE f.id = +?';

interface Link {
  readonly url: string;
  readonly expiresAt: number | null;
}

// Two statements and no upsert: SQLite spends twice as long on an insert that might have to update.
function insertJob(context: WriteContext, fileId: number, lane: number, link: Link, source: OfferSource): void {
  context.db.run(
    `INSERT INTO fetch (file_id, account_id, chat_key, message_id, pass, cursor, open, lane, sent_at, url, url_fetched_at,
       url_expires_at, attempts, retry_at, bytes_done)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, 0, 0, 0)`,
    fileId,
    source.accountId,
    source.chatKey,
    source.messageId,
    source.pass,
    source.cursor,
    lane,
    source.sentAt,
    link.url,
    context.at,
    link.expiresAt,
  );
}

/** Of several messages of one page that offer a file, the newest is the one remembered. */
function renewLink(context: WriteContext, fileId: number, sameChat: boolean, link: Link, source: OfferSource): void {
  const { db } = context;
  if (sameChat) {
    db.run(
      `UPDATE fetch SET message_id = ?, pass = ?, cursor = ?, sent_at = ?, url = ?, url_fetched_at = ?, url_expires_at = ?
       WHERE file_id = ? AND NOT (url_fetched_at = ? AND pass = ? AND cursor IS ? AND message_id > ?)`,
      source.messageId,
      source.pass,
      source.cursor,
      source.sentAt,
      link.url,
      context.at,
      link.expiresAt,
      fileId,
      context.at,
      source.pass,
      source.cursor,
      source.messageId,
    );
    return;
  }
  // Written anew: an update of the chat would copy all that it touches first, in case the check of the foreign key fails.
  const job = db.get<Progress>(
    'SELECT open, lane, attempts, retry_at AS retryAt, error, bytes_done AS bytesDone, total_bytes AS totalBytes FROM fetch WHERE file_id = ?',
    fileId,
  );
  if (job !== undefined) {
    db.run('DELETE FROM fetch WHERE file_id = ?', fileId);
    db.run(
      `INSERT INTO fetch (file_id, account_id, chat_key, message_id, pass, cursor, open, lane, sent_at, url, url_fetched_at,
         url_expires_at, attempts, retry_at, error, bytes_done, total_bytes)
       VALUES ($fileId, $accountId, $chatKey, $messageId, $pass, $cursor, $open, $lane, $sentAt, $url, $at,
         $expiresAt, $attempts, $retryAt, $error, $bytesDone, $totalBytes)`,
      { ...job, ...source, ...link, fileId, at: context.at },
    );
  }
}

/** What a job is beside its link. */
interface Progress {
  readonly open: number;
  readonly lane: number;
  readonly attempts: number;
  readonly retryAt: number;
  readonly error: string | null;
  readonly bytesDone: number;
  readonly totalBytes: number | null;
}

/**
 * After a change of state: a full file that is not offered any more has no link, a preview is not wanted beside its full file. Jobs of an
 * item that vanished stay as they are, for its link may still work.
 */
export function withdrawFiles(context: WriteContext, mediaKey: number, state: number): void {
  if (state === mediaStates.code('gone')) {
    return;
  }
  const variant = variants.code(state === mediaStates.code('viewable') ? 'preview' : 'full');
  closeFile(context, mediaKey * 4 + variant, UNAVAILABLE);
}

/** Offers the previews of one page that are still of use once the page has told all states. Returns how many became wanted. */
export function offerPreviews(
  context: WriteContext,
  previews: readonly { readonly mediaKey: number; readonly media: ListedMedia; readonly source: OfferSource }[],
): number {
  let wanted = 0;
  for (const { mediaKey, media, source } of previews) {
    const row = context.db.get<{ state: number }>('SELECT state FROM media WHERE key = ?', mediaKey);
    if (row !== undefined && row.state !== mediaStates.code('viewable')) {
      wanted += offerFiles(context, mediaKey, media, source, (variant) => variant === 'preview');
    }
  }
  return wanted;
}

/** Ends the job of a file that is not stored; without effect on a stored or unknown one. */
export function closeFile(context: WriteContext, fileId: number, state: number): boolean {
  const { db } = context;
  const changed = db.run('UPDATE file SET state = ? WHERE id = ? AND state <> ?', state, fileId, STORED);
  if (changed > 0) {
    db.run('DELETE FROM fetch WHERE file_id = ?', fileId);
  }
  return changed > 0;
}

/** Makes a stored file wanted again although no link is on hand: its link is empty and long ended, so that its page is listed first. */
export function wantAgain(context: WriteContext, fileId: number): void {
  const { db } = context;
  const mediaKey = Math.floor(fileId / 4);
  const row = db.get<{ kind: number; account_id: number; chat_key: number; sent_at: number; message_id: number }>(
    `SELECT i.kind, i.account_id, i.chat_key, i.sent_at, m.id AS message_id
     FROM item i JOIN message m ON m.key = i.message_key WHERE i.media_key = ? ORDER BY i.chat_key = coalesce((SELECT chat_key FROM other_file WHERE file_id = ?), -1) DESC, i.lead DESC LIMIT 1`,
    mediaKey,
    fileId,
  );
  if (row === undefined) {
    // Removed by the person: what is lost of it is not fetched again.
    db.run('UPDATE file SET state = ? WHERE id = ?', UNAVAILABLE, fileId);
    return;
  }
  db.run('UPDATE file SET state = ? WHERE id = ?', WANTED, fileId);
  db.run(
    `INSERT OR REPLACE INTO fetch (file_id, account_id, chat_key, message_id, pass, cursor, open, lane, sent_at, url, url_fetched_at,
       url_expires_at, attempts, retry_at, bytes_done)
     VALUES (?, ?, ?, ?, 'media', ?, 1, ?, ?, '', 0, 1, 0, 0, 0)`,
    fileId,
    row.account_id,
    row.chat_key,
    row.message_id,
    String(row.message_id + 1),
    lanes.code(laneOf(variantOf(fileId), kinds.name(row.kind), null)),
    row.sent_at,
  );
}
