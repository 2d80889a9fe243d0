/** Colours of pictures: which were not looked at, and what was found. */
import { type ReadableDatabase, type WritableDatabase } from '../kernel/database-types.ts';
import { bounded } from '../kernel/paging.ts';
import { DRAWABLE } from '../media/entries.ts';
import { type UncolouredRow } from './calls.ts';

/** The key alone: a row of media is read for nothing else, and the picture is looked for from it. */
const UNCOLOURED = `SELECT m.key AS mediaKey, lower(hex(b.sha256)) AS sha256, b.ext
  FROM (SELECT key FROM media WHERE colour IS NULL ORDER BY key LIMIT ?) m
  LEFT JOIN blob b ON b.key = (SELECT t.key FROM file v JOIN blob t ON t.key = v.blob_key
    WHERE v.id BETWEEN m.key * 4 AND m.key * 4 + 2 AND v.state = 1 AND t.ext IN ${DRAWABLE} ORDER BY v.id DESC LIMIT 1)`;

/** The first media items whose colour was not looked at. */
export function uncoloured(db: ReadableDatabase, input: { limit: number }): UncolouredRow[] {
  return db
    .all<UncolouredRow>(UNCOLOURED, bounded(input.limit))
    .map((row) => ({ ...row, sha256: row.sha256 === '' ? null : row.sha256 }));
}

/** Colours of media items (`grid-shape.ts`), for the rows that list them. */
export function noteColours(
  db: WritableDatabase,
  input: { colours: readonly { readonly mediaKey: number; readonly colour: number }[] },
): void {
  for (const { mediaKey, colour } of input.colours) {
    db.run('UPDATE media SET colour = ? WHERE key = ?', colour, mediaKey);
    for (const table of ['item', 'removed_item']) {
      db.run(`UPDATE ${table} SET look = (look & 255) | (? << 8) WHERE media_key = ?`, colour, mediaKey);
    }
  }
}
