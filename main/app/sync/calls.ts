import { z } from 'zod';
import type { SyncStatus } from '../../contract/shapes.ts';
import { call } from '../kernel/call.ts';
import { id, nothing } from '../kernel/inputs.ts';

export const syncCalls = {
  'sync.status': call(nothing).answers<SyncStatus>(),
  /** `busy` while one runs. `chatIds` empty = all chosen; `full` lists every page again; `retryFailed` gives failed files another chance at once. */
  'sync.start': call(
    z.strictObject({
      accountId: id.nullable(),
      chatIds: z.array(id).max(500),
      full: z.boolean(),
      retryFailed: z.boolean(),
    }),
  ).answers<SyncStatus>(),
  'sync.pause': call(nothing).answers<SyncStatus>(),
  'sync.resume': call(nothing).answers<SyncStatus>(),
  /** Stops the run; nothing is lost, the next one resumes where it stopped. */
  'sync.cancel': call(nothing).answers<SyncStatus>(),
};
