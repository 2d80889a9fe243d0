import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { BenchFailure } from './figures.ts';
import type { Address } from './sandbox-process.ts';

const CHILD = fileURLToPath(new URL('./archiver-child.ts', import.meta.url));

const answerSchema = z.object({
  /** From opening the library to having closed it; the start of Node is not in it. */
  ms: z.number(),
  outcome: z.string(),
  ledger: z.object({
    listed: z.number(),
    stored: z.number(),
    locked: z.number(),
    notReady: z.number(),
    protected: z.number(),
    gone: z.number(),
    failed: z.number(),
    pending: z.number(),
  }),
  pages: z.number(),
  requests: z.number(),
  downloaded: z.number(),
  bytes: z.number(),
  wastedBytes: z.number(),
  errors: z.record(z.string(), z.number()),
  unfinished: z.array(z.string()),
  problem: z.string().nullable(),
  /** Of all threads, user and system. */
  cpuMs: z.number(),
  maxRssMb: z.number(),
  /** Delays of the main thread's event loop. */
  stallMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
});

export type ArchiverAnswer = z.infer<typeof answerSchema>;

export interface ArchiverJob {
  readonly files?: boolean;
  readonly onlyChanged?: boolean;
}

export function startArchiver(library: string, address: Address, options: ArchiverJob = {}): ChildProcess {
  const { api, key, connection } = address;
  const profiling = process.env['BENCH_CPU_PROF'];
  return fork(CHILD, [JSON.stringify({ library, api, key, connection, options })], {
    execArgv: profiling === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiling}`],
    // The built app has no types to strip in each of its threads.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'chatkeep-bench-code') },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** One sync in a process of its own. Throws `BenchFailure` unless it ends as `complete` and its ledger adds up. */
export async function runArchiver(
  library: string,
  address: Address,
  options: ArchiverJob = {},
): Promise<ArchiverAnswer> {
  const child = startArchiver(library, address, options);
  const ended = once(child, 'exit');
  const heard = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  await ended;
  if (heard === null || child.exitCode !== 0) {
    throw new BenchFailure(`the archiver ended with exit code ${String(child.exitCode)}`);
  }
  const answer = answerSchema.parse(heard[0]);
  const { listed, ...parts } = answer.ledger;
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  if (answer.outcome !== 'complete' || sum !== listed) {
    throw new BenchFailure(`the sync did not end well: ${JSON.stringify(answer)}`);
  }
  return answer;
}
