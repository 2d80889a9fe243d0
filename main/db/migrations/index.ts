import { first } from './0010-first.ts';
import { type Migration } from './migration.ts';

/** Every step, oldest first. */
export const MIGRATIONS: readonly Migration[] = [first];

export const SCHEMA_VERSION: number = MIGRATIONS.at(-1)?.version ?? 0;
