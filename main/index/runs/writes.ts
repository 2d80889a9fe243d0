import type { RunCounters, RunOutcome, RunRow } from '../../contract/shapes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';

export function startRun(
  db: WritableDatabase,
  input: { accountId: number | null; kind: RunRow['kind']; at: number; version: string; pid: number },
): number {
  return db.insert(
    'INSERT INTO run (account_id, kind, started_at, version, pid) VALUES ($accountId, $kind, $at, $version, $pid)',
    input,
  );
}

/** Called now and then while a run is active, so that a killed run still shows what it did. */
export function noteRun(db: WritableDatabase, input: { runId: number; counters: RunCounters }): void {
  db.run('UPDATE run SET counters = ? WHERE id = ? AND ended_at IS NULL', JSON.stringify(input.counters), input.runId);
}

export function endRun(
  db: WritableDatabase,
  input: { runId: number; at: number; outcome: RunOutcome; counters: RunCounters },
): void {
  db.run('UPDATE run SET ended_at = $at, outcome = $outcome, counters = $counters WHERE id = $runId', {
    ...input,
    counters: JSON.stringify(input.counters),
  });
}

/** Runs that never ended, seen when the only writer opens the index: their process was killed. */
export function closeKilledRuns(db: WritableDatabase): void {
  db.run("UPDATE run SET outcome = 'interrupted' WHERE ended_at IS NULL AND outcome IS NULL");
}
