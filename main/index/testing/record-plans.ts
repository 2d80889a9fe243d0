/** What reads and writes really ask of SQLite: for tests that bound their work without data of any size. */
import { type SqlValues, type WritableDatabase } from '../kernel/database-types.ts';

/** A statement that ran, and the steps of its plan. */
export interface Asked {
  readonly sql: string;
  readonly steps: readonly string[];
}

/** Runs `work` and answers all questions that it asked, in their order; not what it changed. */
export function recordPlans(db: WritableDatabase, work: (db: WritableDatabase) => unknown): Asked[] {
  const asked: Asked[] = [];
  const record = (sql: string, values: SqlValues): void => {
    const steps = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail);
    asked.push({ sql, steps });
  };
  work({
    run: (sql, ...values) => db.run(sql, ...values),
    insert: (sql, ...values) => db.insert(sql, ...values),
    all: (sql, ...values) => {
      record(sql, values);
      return db.all(sql, ...values);
    },
    get: (sql, ...values) => {
      record(sql, values);
      return db.get(sql, ...values);
    },
  });
  return asked;
}
