/** Favourites, labels and notes. */
import { FAVOURITE, type MarkChange, type MediaSelection } from '../../contract/browse-shapes.ts';
import { keysOfRefs, rowsWithin } from '../browse/selected.ts';
import { LABEL_SCOPES, NOTED } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { type MarkedItems, WriteContext } from '../kernel/write-context.ts';
import { foldName } from './fold-name.ts';

/** Changes that can be taken back; older ones are forgotten. */
const KEPT_CHANGES = 50;

/** Makes a label or renames one. A name that exists (in any case) answers that label. Null: there is no label of this id. */
export function saveLabel(
  db: WritableDatabase,
  input: { id: number | null; name: string; at: number },
): { id: number } | null {
  const { id, name, at } = input;
  const fold = foldName(name);
  const known = db.get<{ id: number; removed_at: number | null }>(
    'SELECT id, removed_at FROM label WHERE fold = ?',
    fold,
  );
  if (known !== undefined && known.id !== id) {
    if (known.removed_at === null) {
      return { id: known.id };
    }
    // A removed label gives its name away, and only now what it was put on.
    db.run('UPDATE label SET fold = NULL WHERE id = ?', known.id);
    db.run('DELETE FROM label_media WHERE label_id = ?', known.id);
    for (const table of ['tally', 'total']) {
      db.run(`DELETE FROM ${table} WHERE scope = ?`, LABEL_SCOPES - known.id);
    }
  }
  if (id === null) {
    return { id: db.insert('INSERT INTO label (name, fold, made_at) VALUES (?, ?, ?)', name, fold, at) };
  }
  const done = db.run(
    'UPDATE label SET name = $name, fold = $fold WHERE id = $id AND id <> $favourite AND removed_at IS NULL',
    { name, fold, id, favourite: FAVOURITE },
  );
  return done === 1 ? { id } : null;
}

/** False: there is none. The heart's label always stays. */
export function removeLabel(db: WritableDatabase, input: { id: number; at: number }): boolean {
  return (
    db.run('UPDATE label SET removed_at = $at WHERE id = $id AND id <> $favourite AND removed_at IS NULL', {
      ...input,
      favourite: FAVOURITE,
    }) === 1
  );
}

/** False too when its name has been given to another label since. */
export function restoreLabel(db: WritableDatabase, input: { id: number }): boolean {
  return (
    db.run(
      'UPDATE label SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL AND fold IS NOT NULL',
      input.id,
    ) === 1
  );
}

/** Null: there is no label of this id. */
export function applyLabel(
  db: WritableDatabase,
  input: { selection: MediaSelection; labelId: number; on: boolean; at: number },
): MarkChange | null {
  const { selection, labelId, on, at } = input;
  const label = db.get<{ id: number }>('SELECT id FROM label WHERE id = ? AND removed_at IS NULL', labelId);
  if (label === undefined) {
    return null;
  }
  const change = db.insert('INSERT INTO label_change (label_id, put, at) VALUES (?, ?, ?)', labelId, on ? 1 : 0, at);
  const note = (sql: string, ...values: (string | number | null | Uint8Array)[]): void => {
    db.run(
      `INSERT OR IGNORE INTO label_changed (change_id, media_key) SELECT ?, r.mediaKey FROM (${sql}) r
       WHERE ${on ? 'NOT' : ''} EXISTS (SELECT 1 FROM label_media l WHERE l.media_key = r.mediaKey AND l.label_id = ?)`,
      change,
      ...values,
      labelId,
    );
  };
  for (const { sql, values } of rowsWithin(db, selection.filter, selection.spans, 'i.media_key AS mediaKey')) {
    note(sql, ...values);
  }
  db.run(
    'DELETE FROM label_changed WHERE change_id = $change AND media_key IN (SELECT value FROM json_each($exclude))',
    { change, exclude: JSON.stringify(keysOfRefs(db, selection.exclude)) },
  );
  note('SELECT value AS mediaKey FROM json_each(?)', JSON.stringify(keysOfRefs(db, selection.include)));
  const changed = carryOut(db, { change, labelId, on, at });
  forgetOld(db, changed === 0 ? change : 0);
  return { changed, undo: changed === 0 ? null : change };
}

/** Puts the label on what a change names, or takes it off. */
function carryOut(
  db: WritableDatabase,
  { change, labelId, on, at }: { change: number; labelId: number; on: boolean; at: number },
): number {
  countMarks(
    db,
    on ? 1 : -1,
    LABEL_SCOPES - labelId,
    `SELECT c.media_key FROM label_changed c WHERE c.change_id = ? AND ${on ? 'NOT' : ''} EXISTS (
       SELECT 1 FROM label_media l WHERE l.media_key = c.media_key AND l.label_id = ?)`,
    [change, labelId],
  );
  return on
    ? db.run(
        `INSERT OR IGNORE INTO label_media (media_key, label_id, at)
         SELECT media_key, $labelId, $at FROM label_changed WHERE change_id = $change`,
        { labelId, at, change },
      )
    : db.run(
        'DELETE FROM label_media WHERE label_id = $labelId AND media_key IN (SELECT media_key FROM label_changed WHERE change_id = $change)',
        { labelId, change },
      );
}

/** Counts the media that a statement finds in a scope, or takes them out of it. */
function countMarks(
  db: WritableDatabase,
  sign: 1 | -1,
  scope: number,
  media: string,
  values: readonly (number | string)[],
): void {
  const context = new WriteContext(db, 0, null);
  for (const row of db.all<Omit<MarkedItems, 'scope'>>(
    `SELECT i.sent_at / 86400000 AS day, i.kind, i.ledger_state AS ledger, count(*) AS n, sum(i.bytes) AS bytes
     FROM (${media}) k CROSS JOIN item i ON i.media_key = k.media_key AND i.lead = 1 GROUP BY 1, 2, 3`,
    ...values,
  )) {
    context.countMarked(sign, { ...row, scope });
  }
  context.flush();
}

/** False: taken back before, or forgotten. */
export function undoLabel(db: WritableDatabase, input: { undo: number; at: number }): boolean {
  const change = db.get<{ label_id: number; put: number }>(
    'SELECT label_id, put FROM label_change WHERE id = ?',
    input.undo,
  );
  if (change === undefined) {
    return false;
  }
  carryOut(db, { change: input.undo, labelId: change.label_id, on: change.put === 0, at: input.at });
  forgetOld(db, input.undo);
  return true;
}

function forgetOld(db: WritableDatabase, also: number): void {
  const old = `change_id = ? OR change_id <= (SELECT max(id) FROM label_change) - ${String(KEPT_CHANGES)}`;
  db.run(`DELETE FROM label_changed WHERE ${old}`, also);
  db.run(`DELETE FROM label_change WHERE ${old.replaceAll('change_id', 'id')}`, also);
}

/** False: the item is not in the library. */
export function setNote(
  db: WritableDatabase,
  input: { accountId: number; mediaId: number; text: string | null; at: number },
): boolean {
  const [key] = keysOfRefs(db, [input]);
  if (key === undefined) {
    return false;
  }
  const text = input.text?.trim() ?? '';
  const had = db.get('SELECT 1 FROM note WHERE media_key = ?', key) !== undefined;
  if (had !== (text !== '')) {
    countMarks(db, had ? -1 : 1, NOTED, 'SELECT ? AS media_key', [key]);
  }
  if (text === '') {
    db.run('DELETE FROM note WHERE media_key = ?', key);
  } else {
    db.run(
      'INSERT INTO note (media_key, text, at) VALUES ($key, $text, $at) ON CONFLICT DO UPDATE SET text = excluded.text, at = excluded.at',
      { key, text, at: input.at },
    );
  }
  return true;
}
