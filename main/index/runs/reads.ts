import type { RunCounters, RunRow } from '../../contract/shapes.ts';
import { z } from 'zod';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { bounded } from '../kernel/paging.ts';

const count = z.number();
const counters = z.object({
  chats: count,
  pages: count,
  messages: z.object({ seen: count, new: count, changed: count, bad: count }),
  files: z.object({
    downloaded: count,
    bytes: count,
    deduplicated: count,
    resumed: count,
    refreshedUrls: count,
    failed: count,
  }),
  waitedMs: count,
  requests: count,
  wastedBytes: count,
  errors: z.record(z.string(), count),
});
const kind = z.enum(['sync', 'watch', 'verify']);
const outcome = z.enum(['complete', 'partial', 'interrupted', 'paused', 'failed']).nullable();

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

/** Runs, newest first, below `before` where given, or the one with `id`. */
export function runs(
  db: ReadableDatabase,
  input: { limit: number; id: number | null; before?: number | null },
): RunRow[] {
  const rows = db.all<Row>(
    `SELECT id, account_id AS accountId, kind, started_at AS startedAt, ended_at AS endedAt, outcome, version, counters
     FROM run WHERE id = coalesce(?, id) AND id < coalesce(?, id + 1) ORDER BY id DESC LIMIT ?`,
    input.id,
    input.before ?? null,
    bounded(input.limit),
  );
  return rows.map((row) => ({
    ...row,
    kind: kind.parse(row.kind),
    outcome: outcome.parse(row.outcome),
    counters: countersOf(row.counters),
  }));
}

/** Null when there are none or another version wrote them in another shape. */
function countersOf(text: string | null): RunCounters | null {
  if (text === null) {
    return null;
  }
  const parsed: unknown = JSON.parse(text);
  return counters.safeParse(parsed).data ?? null;
}
