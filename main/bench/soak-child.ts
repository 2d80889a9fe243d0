/**
 * A long-lived archiver for the soak: opens the library once, syncs whenever its parent says so, and tells how each run ended with the
 * memory and the open handles it has. Killed at random by its parent. `node soak-child.ts <library> <api> <key> <connection>`.
 */
import { readdirSync } from 'node:fs';
import { Core } from '../app/core.ts';
import { memorySecrets, RIG_SYNC, RIG_TUNING } from '../app/testing/rig-settings.ts';
import { wordsFor } from '../app/error-words.ts';
import { systemClock } from '../lib/clock.ts';

const [library = '', apiBase = '', key = '', connectionId = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const core = await Core.open(
  { libraryDir: library, mode: 'write', create: true, reserveBytes: 0 },
  {
    clock: systemClock,
    random: Math.random,
    secrets: memorySecrets(),
    version: '0.0.0-soak',
    pid: process.pid,
    environment: { key, connectionId, apiBase, ratePerMinute: 0 },
    tuning: RIG_TUNING,
    log: () => undefined,
  },
);

async function sync(full: boolean): Promise<string> {
  try {
    const [account] = await core.accounts.forRun(signal);
    if (account === undefined) {
      return 'no account';
    }
    const { outcome, problem } = await core.sync(account, { ...RIG_SYNC, full }, signal);
    return problem === null ? outcome : problem.code;
  } catch (error) {
    // Faults of the service in front of a run are answers; anything else ends this process loudly.
    const words = wordsFor(error, false);
    if (words === null) {
      throw error;
    }
    return words.code;
  }
}

/** Open descriptors, where the system tells; else -1. */
function handles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return -1;
  }
}

process.on('message', (message: { readonly full: boolean } | 'end') => {
  if (message === 'end') {
    void core.close().then(() => {
      process.disconnect();
    });
    return;
  }
  void sync(message.full).then((outcome) => {
    global.gc?.();
    process.send?.({ outcome, rssMb: process.memoryUsage().rss / 1e6, handles: handles() });
  });
});
process.send?.({ outcome: 'ready', rssMb: process.memoryUsage().rss / 1e6, handles: handles() });
