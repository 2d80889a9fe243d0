import type { HandlersOf } from '../kernel/call.ts';
import type { syncCalls } from './calls.ts';
import type { SyncService } from './service.ts';
import { IDLE } from './sync-status.ts';

interface SyncContext {
  sync(): SyncService;
  syncOrNull(): SyncService | null;
}

/** `sync.*`. */
export function syncHandlers({ sync, syncOrNull }: SyncContext): HandlersOf<typeof syncCalls> {
  return {
    'sync.status': () => syncOrNull()?.status ?? IDLE,
    'sync.start': (input, signal) => sync().start(input, signal),
    'sync.pause': () => sync().pause(),
    'sync.resume': (_input, signal) => sync().resume(signal),
    'sync.cancel': () => sync().cancel(),
  };
}
