import { type WritableDatabase } from '../database-types.ts';

export interface MigrationDatabase extends WritableDatabase {
  exec(sql: string): void;
  pragma(text: string): unknown;
}

/** One step of the schema. Numbered in tens, so that a fix can be put between two that are out already. */
export interface Migration {
  readonly version: number;
  up(db: MigrationDatabase): void;
}
