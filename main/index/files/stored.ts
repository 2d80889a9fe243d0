import { variants } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { mediaKeyOf } from '../media/entries.ts';
import { type StoredFile } from './calls.ts';

/** The stored full file of an item that is not removed, with what names it; null otherwise. */
export function fileToName(
  db: ReadableDatabase,
  input: { accountId: number; mediaId: number },
): (StoredFile & { readonly sentAt: number }) | null {
  return (
    db.get<StoredFile & { readonly sentAt: number }>(
      `SELECT lower(hex(b.sha256)) AS sha256, b.bytes, b.mime, b.ext, b.stored_at AS storedAt, i.sent_at AS sentAt
       FROM media m JOIN item i ON i.media_key = m.key AND i.lead = 1 JOIN file f ON f.id = m.key * 4 AND f.state = 1
         JOIN blob b ON b.key = f.blob_key
       WHERE m.account_id = ? AND m.id = ?`,
      input.accountId,
      input.mediaId,
    ) ?? null
  );
}

/** The stored files of an item, by variant; null where none is stored. */
export function mediaFiles(
  db: ReadableDatabase,
  input: { accountId: number; mediaId: number },
): {
  full: StoredFile | null;
  preview: StoredFile | null;
  thumb: StoredFile | null;
} {
  const key = mediaKeyOf(db, input.accountId, input.mediaId);
  const rows =
    key === null
      ? []
      : db.all<StoredFile & { variant: number }>(
          `SELECT f.variant, lower(hex(b.sha256)) AS sha256, b.bytes, b.mime, b.ext, b.stored_at AS storedAt
           FROM file f JOIN blob b ON b.key = f.blob_key WHERE f.id BETWEEN ? AND ? AND f.state = 1`,
          key * 4,
          key * 4 + 2,
        );
  const of = (wanted: 'full' | 'preview' | 'thumb'): StoredFile | null => {
    const row = rows.find(({ variant }) => variants.name(variant) === wanted);
    if (row === undefined) {
      return null;
    }
    const { variant: _variant, ...file } = row;
    return file;
  };
  return { full: of('full'), preview: of('preview'), thumb: of('thumb') };
}
