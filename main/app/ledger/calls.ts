import { z } from 'zod';
import { CHANGE_FIELDS, type Ledger } from '../../contract/model.ts';
import type { Change, NamedChange, LedgerRow, Run, RunNews, RunRow } from '../../contract/shapes.ts';
import { call } from '../kernel/call.ts';
import { edge, id, limit, token } from '../kernel/inputs.ts';

/** What is here, what is not, and what runs did and found. */
export const ledgerCalls = {
  /** By chat, the newest 500, or all in the order in which they came; `total` counts all. `removed` (in no column) is what the person removed; `inTrash` of these can come back. */
  'ledger.get': call(
    z.strictObject({ accountId: id.nullable(), chatId: id.nullable(), order: z.literal('added').exactOptional() }),
  ).answers<{
    readonly chats: readonly (LedgerRow & {
      readonly coverage: readonly { readonly hi: number; readonly lo: number }[];
    })[];
    readonly total: Ledger;
    readonly removed: number;
    readonly inTrash: number;
  }>(),
  /** Newest first; `before` is a run id. */
  'runs.list': call(z.strictObject({ before: id.nullable(), limit: limit(100) })).answers<{
    readonly rows: readonly Run[];
    readonly next: number | null;
  }>(),
  /** Runs as the library keeps them, newest first; `id`: one alone. */
  'runs.records': call(z.strictObject({ id: id.nullable(), limit: limit(500) })).answers<{
    readonly rows: readonly RunRow[];
  }>(),
  /** What a run listed for the first time: by chat, the most first, at most 200 chats. */
  'runs.news': call(z.strictObject({ id })).answers<{ readonly rows: readonly RunNews[] }>(),
  /** The changes that this run and later ones found, or since a time, or all; oldest first. `after` is the `next` of the page before. */
  'changes.list': call(
    z.strictObject({
      sinceRun: id.nullable(),
      sinceAt: edge.nullable(),
      after: id.nullable(),
      limit: limit(500),
    }),
  ).answers<{ readonly rows: readonly Change[]; readonly next: number | null }>(),
  /** A page of changes of at most 500, newest first, with the names of their chats; `after` is the `next` of the page before. */
  'changes.page': call(
    z.strictObject({
      filter: z.strictObject({
        accountId: id.nullable(),
        chatId: id.nullable(),
        runId: id.nullable(),
        fields: z.array(z.enum(CHANGE_FIELDS)).max(CHANGE_FIELDS.length),
        from: edge.nullable(),
        to: edge.nullable(),
      }),
      after: token.nullable(),
      limit: limit(500),
    }),
  ).answers<{ readonly rows: readonly NamedChange[]; readonly next: string | null }>(),
};
