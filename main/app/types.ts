/** Shapes of lower layers that a shell shows. A shell imports nothing below `app`, not even types. */
export type {
  AccountRow,
  ChangeRow,
  ChatLedger,
  ChatRow,
  CoverageRange,
  MessageHit,
  RunCounters,
  RunOutcome,
  RunRow,
} from '../db/interface.ts';
export { CHANGE_FIELDS } from '../db/interface.ts';
export type { SyncProgress, Wait } from '../sync/progress.ts';
export type { SyncAnswer } from '../sync/sync-types.ts';
export type { VerifyReport } from '../sync/verify-library.ts';
