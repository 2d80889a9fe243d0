/** Removing media, bringing them back, deleting them for good; each call one slice. */
import { type MediaRef, type MediaSelection } from '../../contract/browse-shapes.ts';
import { nextOfSelection } from '../browse/selection.ts';
import { keysOfRefs } from '../browse/selected.ts';
import { exportItemStates, fileStates, mediaStates, variants } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type RemovedChoice, type UnusedBlob } from './calls.ts';
import { scopeOf } from './reads.ts';
import { refreshLedger, resolveMedia } from '../media/items.ts';
import { closeFile, wantAgain } from '../files/offered-files.ts';
import { WriteContext } from '../kernel/write-context.ts';

const UNAVAILABLE = fileStates.code('unavailable');
const FULL = variants.code('full');
const PREVIEW = variants.code('preview');

/** A removal to which media are added; one without media is as if it had not been. */
export function beginRemoval(db: WritableDatabase, input: { at: number }): number {
  return db.insert('INSERT INTO removal (at) VALUES (?)', input.at);
}

/**
 * Items behind the cursor are not read again, so a pass that removes its own items stays consistent. Removes the next slice of a
 * selection: at most `limit` of its items. `next` continues, null = that was all.
 */
export function removeMedia(
  db: WritableDatabase,
  input: { removal: number; selection: MediaSelection; after: string | null; limit: number; at: number },
): { changed: number; next: string | null } {
  const { selection, removal, at } = input;
  const context = new WriteContext(db, at, null);
  const { keys, next } = nextOfSelection(db, selection, input.after, input.limit);
  let changed = 0;
  for (const mediaKey of withoutExcluded(db, keys, selection.exclude)) {
    if (db.run('UPDATE media SET removal = ? WHERE key = ? AND removal IS NULL', removal, mediaKey) === 0) {
      continue;
    }
    for (const { id } of filesOf(db, mediaKey)) {
      closeFile(context, id, UNAVAILABLE);
    }
    // Planned exports leave it out; what one has written stays told.
    db.run(
      `UPDATE export_item SET state = $unavailable, reason = 'removed', path = NULL, fold = NULL
       WHERE job_id IN (SELECT id FROM export_job) AND media_key = $mediaKey AND state = $planned`,
      { unavailable: exportItemStates.code('unavailable'), mediaKey, planned: exportItemStates.code('planned') },
    );
    tell(context, mediaKey, 'media.removed');
    resolveMedia(context, mediaKey);
    changed += 1;
  }
  context.flush();
  return { changed, next };
}

/** The distinct media of some rows but for those named. */
function withoutExcluded(
  db: WritableDatabase,
  rows: readonly { readonly mediaKey: number }[],
  exclude: readonly MediaRef[],
): number[] {
  const keys = [...new Set(rows.map(({ mediaKey }) => mediaKey))];
  if (exclude.length === 0) {
    return keys;
  }
  const excluded = new Set(exclude.map(placeOf));
  return db
    .all<MediaRef & { readonly key: number }>(
      'SELECT m.key, m.account_id AS accountId, m.id AS mediaId FROM json_each(?) k CROSS JOIN media m ON m.key = k.value',
      JSON.stringify(keys),
    )
    .filter((row) => !excluded.has(placeOf(row)))
    .map(({ key }) => key);
}

const placeOf = ({ accountId, mediaId }: MediaRef): string => `${String(accountId)} ${String(mediaId)}`;

/** Brings back at most `limit` media that are in the trash; `more`: ask again. Their missing files are queued again. */
export function restoreMedia(
  db: WritableDatabase,
  input: { which: RemovedChoice; limit: number; at: number },
): { restored: number; more: boolean } {
  const context = new WriteContext(db, input.at, null);
  const { keys, more } = inTrash(db, input.which, input.limit);
  for (const mediaKey of keys) {
    db.run('UPDATE media SET removal = NULL WHERE key = ?', mediaKey);
    const { after } = resolveMedia(context, mediaKey);
    for (const { id, state } of filesOf(db, mediaKey)) {
      if (state === UNAVAILABLE && isOffered(id % 4, after)) {
        wantAgain(context, id);
      }
    }
    const media = db.get<{ bytes: number }>('SELECT bytes FROM media WHERE key = ?', mediaKey);
    refreshLedger(context, mediaKey, media?.bytes ?? 0);
    tell(context, mediaKey, 'media.restored');
  }
  context.flush();
  return { restored: keys.length, more };
}

/**
 * Deletes at most `limit` media of the trash for good: their files are no longer theirs, and those that nobody else has come back, gone
 * from the index. Nothing may be stored meanwhile (the same bytes might be found on disk just before they are deleted).
 */
export function emptyTrash(
  db: WritableDatabase,
  input: { which: RemovedChoice; limit: number; at: number },
): { media: number; unused: UnusedBlob[]; more: boolean } {
  const context = new WriteContext(db, input.at, null);
  const { keys, more } = inTrash(db, input.which, input.limit);
  const blobs = new Set<number>();
  for (const mediaKey of keys) {
    for (const { id, blobKey } of filesOf(db, mediaKey)) {
      if (blobKey !== null) {
        blobs.add(blobKey);
      }
      db.run('UPDATE file SET state = ?, blob_key = NULL WHERE id = ?', UNAVAILABLE, id);
      db.run('DELETE FROM fetch WHERE file_id = ?', id);
    }
    db.run('UPDATE media SET purged_at = ? WHERE key = ?', input.at, mediaKey);
    refreshLedger(context, mediaKey, 0);
    tell(context, mediaKey, 'media.deleted');
  }
  context.flush();
  return { media: keys.length, unused: [...blobs].flatMap((key) => letGo(db, key) ?? []), more };
}

/** Takes a blob that no file names any more out of the index. Null: it is still of use, or its bytes were lost before. */
function letGo(db: WritableDatabase, key: number): UnusedBlob | null {
  if (db.get('SELECT 1 FROM file WHERE blob_key = ? LIMIT 1', key) !== undefined) {
    return null;
  }
  const blob = db.get<UnusedBlob & { readonly lost: number }>(
    'SELECT lower(hex(sha256)) AS sha256, ext, bytes, lost_at IS NOT NULL AS lost FROM blob WHERE key = ?',
    key,
  );
  db.run('DELETE FROM blob WHERE key = ?', key);
  return blob === undefined || blob.lost === 1 ? null : { sha256: blob.sha256, ext: blob.ext, bytes: blob.bytes };
}

interface FileRow {
  readonly id: number;
  readonly state: number;
  readonly blobKey: number | null;
}

function filesOf(db: WritableDatabase, mediaKey: number): FileRow[] {
  const first = mediaKey * 4;
  return db.all<FileRow>('SELECT id, state, blob_key AS blobKey FROM file WHERE id BETWEEN ? AND ?', first, first + 3);
}

/** Whether a listing would offer this variant of an item in this state; see `wantedFiles`. */
function isOffered(variant: number, mediaState: number): boolean {
  const state = mediaStates.name(mediaState);
  if (variant === FULL) {
    return state === 'viewable';
  }
  return variant === PREVIEW ? state === 'preview' : true;
}

/** The next media of the trash: those named, or the first of all, of one removal or of a part. */
function inTrash(db: WritableDatabase, which: RemovedChoice, limit: number): { keys: number[]; more: boolean } {
  const rows = 'refs' in which ? named(db, which.refs) : listed(db, which, limit + 1);
  return {
    keys: rows.slice(0, 'refs' in which ? rows.length : limit),
    more: !('refs' in which) && rows.length > limit,
  };
}

function named(db: WritableDatabase, refs: Parameters<typeof keysOfRefs>[1]): number[] {
  return db
    .all<{ key: number }>(
      'SELECT m.key FROM json_each(?) k CROSS JOIN media m ON m.key = k.value WHERE m.removal IS NOT NULL AND m.purged_at IS NULL',
      JSON.stringify(keysOfRefs(db, refs)),
    )
    .map(({ key }) => key);
}

function listed(db: WritableDatabase, which: Exclude<RemovedChoice, { refs: unknown }>, limit: number): number[] {
  const { sql, values } =
    'removal' in which
      ? { sql: ' AND m.removal = ?', values: [which.removal] }
      : scopeOf('within' in which ? which.within : undefined);
  return db
    .all<{ key: number }>(
      `SELECT m.key FROM media m WHERE m.removal IS NOT NULL AND m.purged_at IS NULL${sql}
       ORDER BY m.removal DESC, m.key DESC LIMIT ?`,
      ...values,
      limit,
    )
    .map(({ key }) => key);
}

function tell(
  context: WriteContext,
  mediaKey: number,
  field: 'media.removed' | 'media.restored' | 'media.deleted',
): void {
  const media = context.db.get<MediaRef>(
    'SELECT account_id AS accountId, id AS mediaId FROM media WHERE key = ?',
    mediaKey,
  );
  if (media !== undefined) {
    context.change({ field, ...media, chatId: null, messageId: null, before: null, after: null });
  }
}
