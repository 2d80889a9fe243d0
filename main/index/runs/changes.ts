/** What runs found changed. */
import { CHANGE_FIELDS, type ChangeField } from '../../contract/model.ts';
import type { Change, ChangeFilter, NamedChange, RunNews } from '../../contract/shapes.ts';
import { nameOf } from '../chats/people.ts';
import { bounded } from '../kernel/paging.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';

const COLUMNS =
  'id, run_id AS runId, at, field, account_id AS accountId, chat_id AS chatId, message_id AS messageId, media_id AS mediaId, before, after';

type Row = Omit<Change, 'field'> & { readonly field: string };

/** Changes after `after`, oldest first. */
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
  return db
    .all<Row>(`SELECT ${COLUMNS} FROM change WHERE ${where} ORDER BY id LIMIT ?`, ...values, bounded(input.limit))
    .map((row) => ({ ...row, field: changeFieldOf(row.field) }));
}

/** The lists that a page of the screen reads, each newest first along one index: of a run, of a chat, else one for each kind of change. */
export function changesSql(
  filter: ChangeFilter,
  after: { readonly at: number; readonly id: number } | null,
  limit: number,
): { readonly sql: string; readonly values: readonly SqlValue[] }[] {
  const { accountId, chatId, runId, from, to } = filter;
  const fields: readonly ChangeField[] = filter.fields.length === 0 ? CHANGE_FIELDS : filter.fields;
  const lists: readonly (readonly ChangeField[])[] =
    runId !== null || chatId !== null ? [fields] : fields.map((field) => [field]);
  return lists.map((list) => {
    const where: string[] = [];
    const values: SqlValue[] = [];
    const add = (condition: string, ...bound: SqlValue[]): void => {
      where.push(condition);
      values.push(...bound);
    };
    if (runId !== null) {
      add('run_id = ?', runId);
    }
    if (chatId !== null) {
      add(`${runId === null ? '' : '+'}chat_id = ?`, chatId);
    }
    if (accountId !== null) {
      add('coalesce(account_id, ?) = ?', accountId, accountId);
    }
    add(
      `${runId === null && chatId === null ? '' : '+'}field ${list.length === 1 ? '= ?' : `IN (${list.map(() => '?').join(', ')})`}`,
      ...list,
    );
    if (from !== null) {
      add('at >= ?', from);
    }
    if (to !== null) {
      add('at < ?', to);
    }
    if (after !== null) {
      add('(at, id) < (?, ?)', after.at, after.id);
    }
    return {
      sql: `SELECT ${COLUMNS} FROM change WHERE ${where.join(' AND ')} ORDER BY at DESC, id DESC LIMIT ?`,
      values: [...values, limit],
    };
  });
}

const NAMES = `SELECT k.key AS place, ${nameOf('k.value ->> 0', 'k.value ->> 1')} AS name FROM json_each(?) k`;

/** A page of the screen, newest first, with the names of the chats; `after` is the `next` of the page before, null = the end. */
export function changesPage(
  db: ReadableDatabase,
  input: { filter: ChangeFilter; after: string | null; limit: number },
): { rows: NamedChange[]; next: string | null } {
  const limit = bounded(input.limit);
  const found = changesSql(input.filter, cursorOf(input.after), limit + 1)
    .flatMap(({ sql, values }) => db.all<Row>(sql, ...values))
    .sort((a, b) => b.at - a.at || b.id - a.id);
  const page = found.slice(0, limit);
  const names = new Map(
    db
      .all<{ place: number; name: string | null }>(
        NAMES,
        JSON.stringify(page.map((row) => [row.accountId, row.chatId])),
      )
      .map(({ place, name }) => [place, name]),
  );
  const last = page.at(-1);
  return {
    rows: page.map((row, place) => ({ ...row, field: changeFieldOf(row.field), chatName: names.get(place) ?? null })),
    next: last === undefined || page.length === found.length ? null : `${last.at.toString(36)}.${last.id.toString(36)}`,
  };
}

const MOST_CHATS = 200;

/** By chat, the most first, at most 200. Messages know when they were listed first, not by which run: of two accounts that sync at once, each run has its own. */
export function runNews(db: ReadableDatabase, { runId }: { runId: number }): RunNews[] {
  return db.all<RunNews>(
    `SELECT chat.account_id AS accountId, chat.id AS chatId, ${nameOf('chat.account_id', 'chat.id')} AS chatName,
       found.messages, found.firstMessageId
     FROM (
       SELECT message.chat_key, count(*) AS messages, min(message.id) AS firstMessageId
       FROM run JOIN message ON message.first_seen BETWEEN run.started_at AND coalesce(run.ended_at, ${String(Number.MAX_SAFE_INTEGER)})
       WHERE run.id = ? GROUP BY message.chat_key
     ) found
     JOIN chat ON chat.key = found.chat_key
     JOIN run ON run.id = ? AND coalesce(run.account_id, chat.account_id) = chat.account_id
     ORDER BY found.messages DESC, chat.id LIMIT ?`,
    runId,
    runId,
    MOST_CHATS,
  );
}

/** An unreadable token starts from the newest. */
function cursorOf(token: string | null): { readonly at: number; readonly id: number } | null {
  const [at = NaN, id = NaN] = (token ?? '').split('.').map((part) => parseInt(part, 36));
  return Number.isSafeInteger(at) && Number.isSafeInteger(id) ? { at, id } : null;
}

/** Throws on a field that no version has written. */
function changeFieldOf(name: string): Change['field'] {
  const field = CHANGE_FIELDS.find((known) => known === name);
  if (field === undefined) {
    throw new Error(`the index holds an unknown change: ${name}`);
  }
  return field;
}
