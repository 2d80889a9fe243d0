/**
 * One sync in a process of its own: `node archiver-child.ts <job as JSON>`. Sends what it came to, with the memory it took, to its parent.
 * The same composition as every shell's; only the account comes from the job.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { Core } from '../app/core/core.ts';
import { memorySecrets, RIG_SYNC, RIG_TUNING } from '../app/testing/rig-settings.ts';
import { systemClock } from '../lib/clock.ts';

const jobSchema = z.object({
  library: z.string(),
  api: z.string(),
  key: z.string(),
  connection: z.string(),
  reserveBytes: z.number().default(0),
  options: z.object({
    files: z.boolean().optional(),
    onlyChanged: z.boolean().optional(),
    recheckPages: z.number().optional(),
  }),
});

const job = jobSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const signal = new AbortController().signal;
const delay = monitorEventLoopDelay({ resolution: 1 });
const begun = performance.now();
const cpuBefore = process.cpuUsage();
const core = await Core.open(
  { libraryDir: job.library, mode: 'write', create: true, reserveBytes: job.reserveBytes },
  {
    clock: systemClock,
    random: Math.random,
    secrets: memorySecrets(),
    version: '0.0.0-bench',
    pid: process.pid,
    environment: { key: job.key, connectionId: job.connection, apiBase: job.api, ratePerMinute: 0 },
    tuning: { ...RIG_TUNING, apiTimeouts: {}, mediaTimeouts: {} },
    log: () => undefined,
  },
);
const [account] = await core.accounts.forRun(signal);
if (account === undefined) {
  throw new Error('no account');
}
delay.enable();
const { outcome, counters, ledger, unfinished, problem } = await core.sync(
  account,
  { ...RIG_SYNC, recheckPages: 0, ...job.options },
  signal,
);
delay.disable();
await core.close();
const ms = performance.now() - begun;
const cpu = process.cpuUsage(cpuBefore);
process.send?.(
  {
    ms,
    outcome,
    ledger,
    pages: counters.pages,
    requests: counters.requests,
    downloaded: counters.files.downloaded,
    bytes: counters.files.bytes,
    wastedBytes: counters.wastedBytes,
    errors: counters.errors,
    unfinished: unfinished.map(({ why }) => why),
    problem: problem?.message ?? null,
    cpuMs: (cpu.user + cpu.system) / 1000,
    maxRssMb: process.resourceUsage().maxRSS / 1024,
    stallMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
  },
  () => {
    process.disconnect();
  },
);
