/**
 * How statements reach SQLite. Reads and writes have different types: a function that is given a `ReadableDatabase` has no way to write
 * (and its connection is read-only besides). Statements are prepared once for each text and connection, so texts must be constant or
 * come from a composer with few results; values are always bound.
 *
 * In a join that runs often, write `= +?`: this build of SQLite (STAT4) plans a join again whenever a bare parameter in it is bound again,
 * which takes ten times as long as running it.
 */
export type SqlValue = string | number | null | Uint8Array;

/**
 * What is bound: values in the order of their `?`, or one object whose fields are those that `$name` names (others may be there too).
 * Statements that run for each row of a page bind by order, which is faster.
 */
export type SqlValues = readonly SqlValue[] | readonly [values: object];

export interface ReadableDatabase {
  /** Every row; `Row` says what the statement selects from our own STRICT tables. */
  all<Row>(sql: string, ...values: SqlValues): Row[];
  get<Row>(sql: string, ...values: SqlValues): Row | undefined;
}

export interface WritableDatabase extends ReadableDatabase {
  /** Rows touched. */
  run(sql: string, ...values: SqlValues): number;
  /** Row id of the inserted row. */
  insert(sql: string, ...values: SqlValues): number;
}
