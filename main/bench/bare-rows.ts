/** The bare loop: the final rows of an index, inserted into a fresh one of the same schema with prepared statements and nothing else. */
import Database from 'better-sqlite3';
import { openIndex } from '../index/client.ts';
import { expectEqual } from './figures.ts';

type Row = readonly unknown[];

/** In the order in which foreign keys allow them to be written. The rest (accounts, chats, passes) is a handful of rows. */
const BY_MESSAGE = ['message', 'raw_block', 'media', 'message_media', 'item', 'file', 'fetch'] as const;
const AT_THE_END = ['person', 'coverage', 'segment', 'tally', 'total', 'facet', 'bad_item'] as const;
type Table = (typeof BY_MESSAGE)[number];

export interface FinalRows {
  /** All rows, those of the full-text index counted in. */
  readonly count: number;
  readonly setUp: ReadonlyMap<string, readonly Row[]>;
  /** One for each page: its rows by table, and the words of its messages. */
  readonly pages: readonly { readonly rows: ReadonlyMap<Table, readonly Row[]>; readonly texts: readonly Row[] }[];
  readonly rest: ReadonlyMap<string, readonly Row[]>;
}

const PAGE = 100;

/** Which message first brought each row. */
const OWNER: Readonly<Record<Table, string>> = {
  message: 'SELECT m.key, t.* FROM message t JOIN message m ON m.key = t.key',
  raw_block: 'SELECT min(m.key), t.* FROM raw_block t JOIN message m ON m.raw_block = t.key GROUP BY t.key',
  media: `SELECT (SELECT min(l.message_key) FROM message_media l WHERE l.media_key = t.key), t.* FROM media t`,
  message_media: 'SELECT t.message_key, t.* FROM message_media t',
  item: 'SELECT t.message_key, t.* FROM item t',
  file: 'SELECT (SELECT min(l.message_key) FROM message_media l WHERE l.media_key = t.media_key), t.* FROM file t',
  fetch: 'SELECT (SELECT min(l.message_key) FROM message_media l WHERE l.media_key = t.file_id / 4), t.* FROM fetch t',
};

/** Reads a written index into memory, message by message as the pages brought them. */
export function readFinalRows(path: string): FinalRows {
  const db = new Database(path, { readonly: true });
  try {
    const rows = (sql: string): Row[] => db.prepare(sql).raw().all() as Row[];
    const whole = (tables: readonly string[]): Map<string, Row[]> =>
      new Map(tables.map((table) => [table, rows(`SELECT * FROM ${table}`)]));
    const pageOfMessage = new Map(
      rows('SELECT key FROM message ORDER BY key').map(([key], index) => [key, Math.floor(index / PAGE)]),
    );
    const count = Math.ceil(pageOfMessage.size / PAGE);
    const pages = Array.from({ length: count }, () => ({
      rows: new Map<Table, Row[]>(BY_MESSAGE.map((table) => [table, []])),
      texts: [] as Row[],
    }));
    for (const table of BY_MESSAGE) {
      for (const [owner, ...row] of rows(OWNER[table])) {
        pages[pageOfMessage.get(owner) ?? 0]?.rows.get(table)?.push(row);
      }
    }
    for (const [key, text] of rows("SELECT key, text FROM message WHERE text <> ''")) {
      pages[pageOfMessage.get(key) ?? 0]?.texts.push([key, text]);
    }
    const setUp = whole(['account', 'chat', 'pass']);
    const rest = whole(AT_THE_END);
    const sum = (lists: Iterable<readonly Row[]>): number => [...lists].reduce((total, list) => total + list.length, 0);
    const inPages = pages.reduce((total, page) => total + sum(page.rows.values()) + page.texts.length, 0);
    return { count: inPages + sum(rest.values()), setUp, pages, rest };
  } finally {
    db.close();
  }
}

/** Resolves with the ms that the loop took: one transaction a page. */
export async function bareWrite(path: string, { setUp, pages, rest }: FinalRows): Promise<number> {
  const made = await openIndex({ path, lock: false });
  await made.close();
  const db = new Database(path);
  try {
    // As the index's own writer is set up.
    for (const pragma of [
      'synchronous = normal',
      'foreign_keys = on',
      'cache_size = -16000',
      'wal_autocheckpoint = 2000',
    ]) {
      db.pragma(pragma);
    }
    const insert = (table: string): Database.Statement<unknown[]> => {
      const columns = db.prepare(`SELECT * FROM ${table}`).columns().length;
      return db.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`);
    };
    const writeAll = (tables: ReadonlyMap<string, readonly Row[]>): void => {
      for (const [table, list] of tables) {
        const statement = insert(table);
        list.forEach((row) => statement.run(...row));
      }
    };
    db.transaction(() => {
      writeAll(setUp);
    })();
    const statements = new Map(BY_MESSAGE.map((table) => [table, insert(table)]));
    const words = db.prepare('INSERT INTO message_fts (rowid, text) VALUES (?, ?)');
    const begun = performance.now();
    for (const page of pages) {
      db.transaction(() => {
        for (const [table, list] of page.rows) {
          const statement = statements.get(table);
          list.forEach((row) => statement?.run(...row));
        }
        page.texts.forEach((row) => words.run(...row));
      })();
    }
    db.transaction(() => {
      writeAll(rest);
    })();
    const ms = performance.now() - begun;
    const written = db.prepare('SELECT count(*) FROM message').pluck().get();
    expectEqual(
      'messages of the bare loop',
      written,
      pages.reduce((sum, page) => sum + (page.rows.get('message')?.length ?? 0), 0),
    );
    return ms;
  } finally {
    db.close();
  }
}
