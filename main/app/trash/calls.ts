import { z } from 'zod';
import type { MarkChange, TrashEmptied, TrashEntry, TrashScope, TrashSummary } from '../../contract/shapes.ts';
import { call } from '../kernel/call.ts';
import { id, limit, mediaRefs, selection, token } from '../kernel/inputs.ts';

const within: z.ZodType<TrashScope> = z.strictObject({
  accountId: id,
  chatId: id.nullable(),
  messageId: id.nullable(),
});
const inTrash = z.strictObject({ within: within.exactOptional() });
const choice = inTrash.extend({ refs: mediaRefs.nullable() });

/** The trash: removed media are in no view, count, search or export, and no sync fetches or brings them back. Their files stay until it is emptied. */
export const trashCalls = {
  /** Removes everything selected; `undo` brings back exactly these. Not given up half-way. */
  'media.remove': call(z.strictObject({ selection })).answers<MarkChange>(),
  /** Takes a removal back; answers how many came back (those deleted for good meanwhile cannot). `not_found` when there is none to take back. */
  'media.restoreRemoved': call(z.strictObject({ undo: id })).answers<{ readonly restored: number }>(),
  /** `within` limits these four to a part of the trash. */
  'trash.summary': call(inTrash).answers<TrashSummary>(),
  /** A page of at most 200, removed last first. */
  'trash.page': call(inTrash.extend({ after: token.nullable(), limit: limit(200) })).answers<{
    readonly rows: readonly TrashEntry[];
    readonly next: string | null;
  }>(),
  /** Brings these back, or all (`refs` null). */
  'trash.restore': call(choice).answers<{ readonly restored: number }>(),
  /** Deletes these for good, or all (`refs` null). `busy` while a sync, a check or an export runs. They stay removed: no sync fetches them again. */
  'trash.empty': call(choice).answers<TrashEmptied>(),
};
