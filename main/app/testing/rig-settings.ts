/** Settings that rigs and their child processes share. */
import type { SecretStore } from '../../keys/secret-store.ts';
import { ALL_MEDIA } from '../../sync/listing/pass.ts';
import type { SyncOptions } from '../../sync/run/sync-types.ts';
import type { ServiceTuning } from '../core/service-clients.ts';

/** Secrets of a test: in memory. `entries` lets it start with some, and take them away. */
export function memorySecrets(entries = new Map<string, string>()): SecretStore {
  return {
    place: () => Promise.resolve({ kind: 'file', words: 'memory' }),
    get: (name) => Promise.resolve(entries.get(name) ?? null),
    set: (name, value) => {
      entries.set(name, value);
      return Promise.resolve();
    },
    delete: (name) => {
      entries.delete(name);
      return Promise.resolve();
    },
  };
}

export const RIG_SYNC: Omit<SyncOptions, 'accountId'> = {
  kind: 'sync',
  chatIds: [],
  listing: ALL_MEDIA,
  wholeConversations: false,
  full: false,
  files: true,
  list: true,
  concurrency: null,
  onlyChanged: false,
  recheckPages: 3,
  onNoRoom: 'stop',
  triesPerRun: 5,
  retryBaseMs: 5,
};

/** Short patience with silence in the middle of an answer; a busy machine may take its time to begin one. */
export const RIG_TUNING: ServiceTuning = {
  apiRetry: { tries: 4, waits: 10, baseMs: 2, capMs: 20 },
  apiTimeouts: { stallMs: 1_500 },
  mediaTimeouts: { connectMs: 2_000, firstByteMs: 20_000, stallMs: 500 },
};
