/** Shapes of lower layers that a shell shows. A shell imports nothing below `app`, not even types. */
export type { RunCounters, RunOutcome, RunRow } from '../index/runs/calls.ts';
export type { CoverageRange } from '../index/pages/calls.ts';
export { CHANGE_FIELDS } from '../contract/model.ts';
export type { SyncProgress, Wait } from '../sync/progress.ts';
export type { SyncAnswer } from '../sync/sync-types.ts';
export type { VerifyReport } from '../sync/verify-library.ts';
