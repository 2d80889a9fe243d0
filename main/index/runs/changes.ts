import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import type { Change } from '../../contract/shapes.ts';
import { CHANGE_FIELDS } from '../../contract/model.ts';
import { bounded } from '../kernel/paging.ts';

type Row = Omit<Change, 'field'> & { readonly field: string };

/** Changes in the order they were noticed; `sinceRun` takes that run and all later ones. */
export function changes(
  db: ReadableDatabase,
  input: { sinceRun: number | null; sinceAt: number | null; after: number | null; limit: number },
): Change[] {
  const values: SqlValue[] = [input.after ?? 0];
  let where = 'id > ?';
  if (input.sinceRun !== null) {
    where += ' AND run_id >= ?';
    values.push(input.sinceRun);
  }
  if (input.sinceAt !== null) {
    where += ' AND at >= ?';
    values.push(input.sinceAt);
  }
  const rows = db.all<Row>(
    `SELECT id, run_id AS runId, at, field, account_id AS accountId, chat_id AS chatId, message_id AS messageId, media_id AS mediaId, before, after
     FROM change WHERE ${where} ORDER BY id LIMIT ?`,
    ...values,
    bounded(input.limit),
  );
  return rows.map((row) => ({ ...row, field: changeFieldOf(row.field) }));
}

/** Throws on a field that no version has written. */
export function changeFieldOf(name: string): Change['field'] {
  const field = CHANGE_FIELDS.find((known) => known === name);
  if (field === undefined) {
    throw new Error(`the index holds an unknown change: ${name}`);
  }
  return field;
}
