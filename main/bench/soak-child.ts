/**
 * An archiver that goes on until it is killed: run after run on one library, `node soak-child.ts <job as JSON>`. Tells its parent after each
 * run how that ended, and once a second what memory and handles it holds.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { Core } from '../app/core/core.ts';
import { memorySecrets, RIG_SYNC, RIG_TUNING } from '../app/testing/rig-settings.ts';
import { AppError } from '../lib/app-error.ts';
import { systemClock } from '../lib/clock.ts';

const jobSchema = z.object({
  library: z.string(),
  api: z.string(),
  key: z.string(),
  connection: z.string(),
  reserveBytes: z.number(),
  /** A fixed number of runs, the last of all pages; null = for ever. */
  runs: z.number().nullable(),
});

const PAUSE_MS = 300;
const SAMPLE_MS = 1_000;

const job = jobSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const signal = new AbortController().signal;
process.on('disconnect', () => {
  process.exit(0);
});

function handles(): number {
  const files = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  return files + process.getActiveResourcesInfo().length;
}

setInterval(() => {
  process.send?.({ is: 'sample', at: Date.now(), rssMb: process.memoryUsage.rss() / 1024 / 1024, handles: handles() });
}, SAMPLE_MS).unref();

const core = await Core.open(
  { libraryDir: job.library, mode: 'write', create: true, reserveBytes: job.reserveBytes },
  {
    clock: systemClock,
    random: Math.random,
    secrets: memorySecrets(),
    version: '0.0.0-soak',
    pid: process.pid,
    environment: { key: job.key, connectionId: job.connection, apiBase: job.api, ratePerMinute: 0 },
    tuning: RIG_TUNING,
    log: () => undefined,
  },
);

async function once(run: number): Promise<string> {
  try {
    const [account] = await core.accounts.forRun(signal);
    if (account === undefined) {
      throw new Error('no account');
    }
    const answer = await core.sync(
      account,
      {
        ...RIG_SYNC,
        onNoRoom: job.runs === null ? 'wait' : 'stop',
        onlyChanged: run % 3 === 1,
        full: run === job.runs,
      },
      signal,
    );
    return answer.outcome;
  } catch (error) {
    // Errors that a person can act on (full disk under the index, service unreachable) are answers; others are bugs.
    if (error instanceof AppError) {
      return error.code;
    }
    throw error;
  }
}

for (let run = 1; job.runs === null || run <= job.runs; run += 1) {
  const outcome = await once(run);
  process.send?.({ is: 'run', outcome });
  await wait(PAUSE_MS);
}
await core.close();
process.disconnect();
