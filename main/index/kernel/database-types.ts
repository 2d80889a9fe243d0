/**
 * How statements reach SQLite. Reads and writes have different types: a function that is given a `ReadableDatabase` has no way to write
 * (and its connection is read-only besides). Statements are prepared once for each text and connection, so texts must be constant or
 * come from a composer with few results; values are always bound.
 *
 * In a join that runs often, write `= +?`: this build of SQLite (STAT4) plans a join again whenever a bare parameter in it is bound again,
 * which takes ten times as long as running it.
 */
export type SqlValue = string | number | null | Uint8Array;

export interface ReadableDatabase {
  /** Every row; `Row` says what the statement selects from our own STRICT tables. */
  all<Row>(sql: string, ...values: readonly SqlValue[]): Row[];
  get<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined;
}

export interface WritableDatabase extends ReadableDatabase {
  /** Rows touched. */
  run(sql: string, ...values: readonly SqlValue[]): number;
  /** Row id of the inserted row. */
  insert(sql: string, ...values: readonly SqlValue[]): number;
}
