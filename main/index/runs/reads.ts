import type { RunCounters, RunRow } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { bounded } from '../kernel/paging.ts';

const FILE_COUNTS = ['downloaded', 'bytes', 'deduplicated', 'resumed', 'refreshedUrls', 'failed'] as const;
const KINDS = ['sync', 'watch', 'verify'] as const;
const OUTCOMES = ['complete', 'partial', 'interrupted', 'paused', 'failed'] as const;

interface Row {
  readonly id: number;
  readonly accountId: number | null;
  readonly kind: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: string | null;
  readonly version: string;
  readonly counters: string | null;
}

/** Newest first; `before` is a run id. */
export function runs(
  db: ReadableDatabase,
  input: { limit: number; id: number | null; before?: number | null },
): RunRow[] {
  const rows = db.all<Row>(
    `SELECT id, account_id AS accountId, kind, started_at AS startedAt, ended_at AS endedAt, outcome, version, counters
     FROM run WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?`,
    input.id ?? 0,
    Math.min(input.id ?? Number.MAX_SAFE_INTEGER, (input.before ?? Number.MAX_SAFE_INTEGER) - 1),
    bounded(input.limit),
  );
  return rows.map((row) => ({
    ...row,
    kind: oneOf(KINDS, row.kind),
    outcome: row.outcome === null ? null : oneOf(OUTCOMES, row.outcome),
    counters: countersOf(row.counters),
  }));
}

/**
 * Null when there are none or another version wrote them in another shape. Checked by hand: a schema library would be a third of what a
 * thread of the index loads, and three of them start with the app.
 */
function countersOf(text: string | null): RunCounters | null {
  const parsed: unknown = text === null ? null : JSON.parse(text);
  const fields = isRecord(parsed) ? parsed : {};
  const run = counts(fields, ['chats', 'pages', 'waitedMs', 'requests', 'wastedBytes']);
  const messages = counts(fields['messages'], ['seen', 'new', 'changed', 'bad']);
  const files = counts(fields['files'], FILE_COUNTS);
  const errors = isRecord(fields['errors']) ? counts(fields['errors'], Object.keys(fields['errors'])) : null;
  if (run === null || messages === null || files === null || errors === null) {
    return null;
  }
  const { chats, pages, ...rest } = run;
  return { chats, pages, messages, files, ...rest, errors };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The named counts and no others; null when one of them is no number. */
function counts<Name extends string>(value: unknown, names: readonly Name[]): Record<Name, number> | null {
  const fields = isRecord(value) ? value : {};
  const found = names.map((name) => [name, fields[name]] as const);
  return found.every(([, count]) => typeof count === 'number')
    ? (Object.fromEntries(found) as Record<Name, number>)
    : null;
}

function oneOf<Value extends string>(values: readonly Value[], value: string): Value {
  const found = values.find((each) => each === value);
  if (found === undefined) {
    throw new Error(`a run says ${JSON.stringify(value)}, not one of ${values.join(', ')}`);
  }
  return found;
}
