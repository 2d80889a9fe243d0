import Database from 'better-sqlite3';
import { existsSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type SqlValue, type SqlValues, type WritableDatabase } from './database-types.ts';

/** One SQLite connection with its prepared statements. Lives in one thread. */
export interface Connection extends WritableDatabase {
  /** Runs `work` in one transaction; throws what it throws, after a rollback. Reads see one snapshot. */
  transaction<Result>(mode: 'read' | 'write', work: () => Result): Result;
  exec(sql: string): void;
  pragma(text: string): unknown;
  /** Opened as a file that nobody changes, and now somebody does: to be opened again. */
  isOutdated(): boolean;
  close(): void;
}

interface Prepared {
  all(...values: SqlValues): unknown[];
  get(...values: SqlValues): unknown;
  run(...values: SqlValues): { readonly changes: number; readonly lastInsertRowid: number | bigint };
}

/** The interface of an SQLite binding. */
interface Raw {
  readonly inTransaction: boolean;
  prepare(sql: string): Prepared;
  exec(sql: string): unknown;
  /** The first value that it answers. */
  pragma(text: string): unknown;
  close(): unknown;
}

/**
 * Opens `path` (created when it is missing and `mode` is `write`).
 *
 * - `mmap` stays off: an index on a drive that is pulled out would end the process with SIGBUS instead of an error.
 * - The writer runs at synchronous=NORMAL. In WAL mode a crash of the process loses nothing at all; a power cut may lose the last
 *   transactions but never damages the file or its order. The next sync restores what was lost: a page whose
 *   coverage is gone is listed again, and a file whose "stored" mark is gone is downloaded again and found by its hash. The other order, a
 *   mark without its bytes, cannot happen, because the store syncs file and folder before the mark is written. FULL would cost one fsync
 *   a page and a batch of files for nothing.
 */
export function connect(path: string, mode: 'read' | 'write'): Connection {
  try {
    return wrap(configured(openFile(path, mode), mode), () => false);
  } catch (error) {
    const fixed = mode === 'read' && isUnwritable(error) ? openFixed(path) : null;
    if (fixed === null) {
      throw error;
    }
    return wrap(configured(fixed, mode), () => existsSync(logOf(path)));
  }
}

function openFile(path: string, mode: 'read' | 'write'): Raw {
  const db = new Database(path, { readonly: mode === 'read', timeout: 5000 });
  return {
    get inTransaction() {
      return db.inTransaction;
    },
    prepare: (sql) => db.prepare<SqlValue[] | [object]>(sql),
    exec: (sql) => db.exec(sql),
    pragma: (text) => db.pragma(text, { simple: true }),
    close: () => db.close(),
  };
}

const logOf = (path: string): string => `${path}-wal`;

function isUnwritable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(CANTOPEN|READONLY)/.test(String(error.code));
}

/**
 * Opens an index in a folder that cannot be written. SQLite wants to make a log and shared memory beside a database in WAL mode, and does
 * without only when it is told that nobody changes the file. A program that writes the index has a log there, so no log means no writer.
 * Null: there is a log with something in it, or Node has no SQLite of its own (better-sqlite3 takes no such option).
 */
function openFixed(path: string): Raw | null {
  if ((statSync(logOf(path), { throwIfNoEntry: false })?.size ?? 0) > 0) {
    return null;
  }
  if (!isBuiltin('node:sqlite')) {
    return null;
  }
  const sqlite = process.getBuiltinModule('node:sqlite');
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const db = new sqlite.DatabaseSync(url, { readOnly: true });
  // Numbers would be bound as floating point; better-sqlite3 binds whole ones as integers, on which divisions rely.
  const whole = (value: SqlValue): SqlValue | bigint =>
    typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  const isValue = (value: unknown): value is SqlValue =>
    value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array;
  type Bound = SqlValue | bigint;
  /** Binds by name or by order. */
  const bind = <Out>(
    [first, ...rest]: SqlValues,
    byName: (named: Record<string, Bound>) => Out,
    byOrder: (...values: Bound[]) => Out,
  ): Out => {
    if (first === undefined || isValue(first)) {
      return byOrder(...[first, ...rest].filter(isValue).map(whole));
    }
    const named = Object.entries(first).filter((entry): entry is [string, SqlValue] => isValue(entry[1]));
    return byName(Object.fromEntries(named.map(([name, value]) => [name, whole(value)])));
  };
  let open = 0;
  return {
    get inTransaction() {
      return open > 0;
    },
    prepare: (sql) => {
      const statement = db.prepare(sql);
      statement.setAllowUnknownNamedParameters(true);
      return {
        all: (...values) =>
          bind(
            values,
            (named) => statement.all(named),
            (...each) => statement.all(...each),
          ),
        get: (...values) =>
          bind(
            values,
            (named) => statement.get(named),
            (...each) => statement.get(...each),
          ),
        run: (...values) => {
          const { changes, lastInsertRowid } = bind(
            values,
            (named) => statement.run(named),
            (...each) => statement.run(...each),
          );
          open = /^BEGIN/.test(sql) ? 1 : /^(COMMIT|ROLLBACK)/.test(sql) ? 0 : open;
          return { changes: Number(changes), lastInsertRowid };
        },
      };
    },
    exec: (sql) => db.exec(sql),
    pragma: (text) => Object.values(db.prepare(`PRAGMA ${text}`).get() ?? {})[0],
    close: () => db.close(),
  };
}

function configured(raw: Raw, mode: 'read' | 'write'): Raw {
  try {
    configure(raw, mode);
    return raw;
  } catch (error) {
    raw.close();
    throw error;
  }
}

function configure(raw: Raw, mode: 'read' | 'write'): void {
  raw.pragma('temp_store = memory');
  raw.pragma('foreign_keys = on');
  raw.pragma('trusted_schema = off');
  if (mode === 'read') {
    raw.pragma('query_only = on');
    raw.pragma('cache_size = -4000');
    // The first real read: a file that is no database, or a damaged one, shows here and not in the middle of a call.
    raw.pragma('user_version');
    return;
  }
  raw.pragma('page_size = 8192');
  raw.pragma('journal_mode = wal');
  raw.pragma('synchronous = normal');
  raw.pragma('cache_size = -16000');
  // 16 MB: rare enough that a checkpoint's fsync is not felt at every page, small enough that readers search a short log.
  raw.pragma('wal_autocheckpoint = 2000');
  raw.pragma('journal_size_limit = 67108864');
}

function wrap(raw: Raw, isOutdated: () => boolean): Connection {
  const cache = new Map<string, Prepared>();
  const prepared = (sql: string): Prepared => {
    let statement = cache.get(sql);
    if (statement === undefined) {
      statement = raw.prepare(sql);
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
    all: <Row>(sql: string, ...values: SqlValues) => prepared(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: SqlValues) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => prepared(sql).run(...values).changes,
    insert: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    transaction: <Result>(mode: 'read' | 'write', work: () => Result) =>
      inTransaction(mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN', work) as Result,
    exec: (sql) => raw.exec(sql),
    pragma: (text) => raw.pragma(text),
    isOutdated,
    close: () => {
      cache.clear();
      raw.close();
    },
  };
}
