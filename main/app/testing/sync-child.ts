/** One sync in a process of its own, to be killed: `node sync-child.ts <library> <api> <key> <connection>`. Prints the answer. */
import { systemClock } from '../../lib/clock.ts';
import { Core } from '../core/core.ts';
import { memorySecrets, RIG_SYNC, RIG_TUNING } from './rig-settings.ts';

const [library = '', apiBase = '', key = '', connectionId = ''] = process.argv.slice(2);
const core = await Core.open(
  { libraryDir: library, mode: 'write', create: true, reserveBytes: 0 },
  {
    clock: systemClock,
    random: Math.random,
    secrets: memorySecrets(),
    version: '0.0.0-test',
    pid: process.pid,
    environment: { key, connectionId, apiBase, ratePerMinute: 0 },
    tuning: RIG_TUNING,
    log: () => undefined,
  },
);
const signal = new AbortController().signal;
const [account] = await core.accounts.forRun(signal);
if (account === undefined) {
  throw new Error('no account');
}
const { outcome, counters } = await core.sync(account, RIG_SYNC, signal);
await core.close();
process.stdout.write(`${JSON.stringify({ outcome, wastedBytes: counters.wastedBytes })}\n`);
