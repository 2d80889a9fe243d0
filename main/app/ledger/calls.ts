import { z } from 'zod';
import type { Ledger } from '../../contract/model.ts';
import type { Change, LedgerRow, Run } from '../../contract/shapes.ts';
import { call } from '../kernel/call.ts';
import { id, limit } from '../kernel/inputs.ts';

/** What is here, what is not, and what runs did and found. */
export const ledgerCalls = {
  /** By chat, newest first, at most 500; `total` counts all. `removed` (in no column) is what the person removed; `inTrash` of these can come back. */
  'ledger.get': call(z.strictObject({ accountId: id.nullable(), chatId: id.nullable() })).answers<{
    readonly chats: readonly LedgerRow[];
    readonly total: Ledger;
    readonly removed: number;
    readonly inTrash: number;
  }>(),
  /** Newest first; `before` is a run id. */
  'runs.list': call(z.strictObject({ before: id.nullable(), limit: limit(100) })).answers<{
    readonly rows: readonly Run[];
    readonly next: number | null;
  }>(),
  /** The changes of a run, or since the change `after`; oldest first. */
  'changes.list': call(z.strictObject({ runId: id.nullable(), after: id.nullable(), limit: limit(500) })).answers<{
    readonly rows: readonly Change[];
    readonly next: number | null;
  }>(),
};
