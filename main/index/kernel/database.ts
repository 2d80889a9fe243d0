import Database from 'better-sqlite3';
import { type SqlValue, type WritableDatabase } from './database-types.ts';

/** One SQLite connection with its prepared statements. Lives in one thread. */
export interface Connection extends WritableDatabase {
  /** Runs `work` in one transaction; throws what it throws, after a rollback. Reads see one snapshot. */
  transaction<Result>(mode: 'read' | 'write', work: () => Result): Result;
  exec(sql: string): void;
  pragma(text: string): unknown;
  close(): void;
}

type Prepared = Database.Statement<SqlValue[]>;

/**
 * Opens `path` (created when it is missing and `mode` is `write`).
 *
 * - `mmap` stays off: an index on a drive that is pulled out would end the process with SIGBUS instead of an error.
 * - The writer runs at synchronous=NORMAL. In WAL mode a crash of the process loses nothing at all; a power cut may lose the last
 *   transactions but never damages the file or its order. What is lost then is only knowledge that comes back by itself: a page whose
 *   coverage is gone is listed again, and a file whose "stored" mark is gone is fetched again and found by its hash. The other order, a
 *   mark without its bytes, cannot happen, because the store syncs file and folder before the mark is written. FULL would cost one fsync
 *   a page and a batch of files for nothing.
 */
export function connect(path: string, mode: 'read' | 'write'): Connection {
  const raw = new Database(path, { readonly: mode === 'read', timeout: 5000 });
  try {
    configure(raw, mode);
  } catch (error) {
    raw.close();
    throw error;
  }
  return wrap(raw);
}

function configure(raw: Database.Database, mode: 'read' | 'write'): void {
  raw.pragma('temp_store = memory');
  raw.pragma('foreign_keys = on');
  raw.pragma('trusted_schema = off');
  if (mode === 'read') {
    raw.pragma('query_only = on');
    raw.pragma('cache_size = -24000');
    // The first real read: a file that is no database, or a damaged one, shows here and not in the middle of a call.
    raw.pragma('user_version');
    return;
  }
  raw.pragma('page_size = 8192');
  raw.pragma('journal_mode = wal');
  raw.pragma('synchronous = normal');
  raw.pragma('cache_size = -48000');
  // 16 MB: rare enough that a checkpoint's fsync is not felt at every page, small enough that readers search a short log.
  raw.pragma('wal_autocheckpoint = 2000');
  raw.pragma('journal_size_limit = 67108864');
}

function wrap(raw: Database.Database): Connection {
  const cache = new Map<string, Prepared>();
  const prepared = (sql: string): Prepared => {
    let statement = cache.get(sql);
    if (statement === undefined) {
      statement = raw.prepare<SqlValue[]>(sql);
      cache.set(sql, statement);
    }
    return statement;
  };
  const inTransaction = (begin: string, work: () => unknown): unknown => {
    prepared(begin).run();
    try {
      const result = work();
      prepared('COMMIT').run();
      return result;
    } catch (error) {
      // Some errors (a full disk) have already rolled back.
      if (raw.inTransaction) {
        prepared('ROLLBACK').run();
      }
      throw error;
    }
  };
  return {
    all: <Row>(sql: string, ...values: readonly SqlValue[]) => prepared(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: readonly SqlValue[]) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => prepared(sql).run(...values).changes,
    insert: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    transaction: <Result>(mode: 'read' | 'write', work: () => Result) =>
      inTransaction(mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN', work) as Result,
    exec: (sql) => {
      raw.exec(sql);
    },
    pragma: (text) => raw.pragma(text, { simple: true }),
    close: () => {
      cache.clear();
      raw.close();
    },
  };
}
