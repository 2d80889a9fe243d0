import { systemClock, type Clock } from '../../lib/clock.ts';
import { accountsForRun } from './choose.ts';
import type { Core } from '../core/core.ts';
import { openCore, type Machine } from '../core/open-core.ts';
import { wordsFor } from '../kernel/error-words.ts';
import { EXIT, exitCodeOf } from '../kernel/exit-code.ts';
import type { AppError } from '../../lib/app-error.ts';
import { syncAccounts, WHOLE_SYNC, type AccountSync, type SyncHooks } from './sync-accounts.ts';

export interface WatchPorts {
  /** The library is opened for each run and closed after it, so that other commands can use it in between and a drive can come and go. */
  readonly open: () => Promise<Core>;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface WatchOptions {
  readonly everyMs: number;
  readonly accountId: number | null;
}

export interface WatchHooks extends SyncHooks {
  /** One round is over; the next begins at `next` (epoch ms). */
  onRound(round: WatchRound, next: number): Promise<void>;
}

/** `problem`: why no run took place, e.g. another process was using the library. */
export interface WatchRound {
  readonly ends: readonly AccountSync[];
  readonly problem: AppError | null;
}

/** Share of the interval by which each wait is lengthened or shortened, so that many watchers do not ask at the same moment. */
const JITTER = 0.1;

/** Milliseconds until the next round: the interval ± 10 %. `random` is 0 ≤ x < 1. */
export function nextWaitMs(everyMs: number, random: number): number {
  return Math.round(everyMs * (1 - JITTER + 2 * JITTER * random));
}

/** Watches a library of this machine (null = its usual one), which is made where there is none. See `watch`. */
export const watchLibrary = (
  machine: Machine,
  library: string | null,
  options: WatchOptions,
  signal: AbortSignal,
  hooks: WatchHooks,
): Promise<void> =>
  watch(
    {
      open: () => openCore(machine, { library, mode: 'write', create: true }),
      clock: systemClock,
      random: Math.random,
    },
    options,
    signal,
    hooks,
  );

/**
 * Syncs changed chats again and again until `signal` aborts, then resolves. A round that fails is told and the next takes place all the same;
 * only a first round that cannot even begin for want of a usable library or an account rejects, because no later one would fare better.
 */
export async function watch(
  ports: WatchPorts,
  options: WatchOptions,
  signal: AbortSignal,
  hooks: WatchHooks,
): Promise<void> {
  for (let first = true; !signal.aborted; first = false) {
    const round = await runRound(ports, options, signal, hooks);
    if (signal.aborted) {
      return;
    }
    if (first && round.problem !== null && isHopeless(round.problem)) {
      throw round.problem;
    }
    const wait = nextWaitMs(options.everyMs, ports.random());
    await hooks.onRound(round, ports.clock.now() + wait);
    await ports.clock.sleep(wait, signal).catch((error: unknown) => {
      if (!signal.aborted) {
        throw error;
      }
    });
  }
}

async function runRound(
  ports: WatchPorts,
  options: WatchOptions,
  signal: AbortSignal,
  hooks: SyncHooks,
): Promise<WatchRound> {
  try {
    const core = await ports.open();
    try {
      const accounts = await accountsForRun(core, options.accountId, signal);
      const choice = { ...WHOLE_SYNC, kind: 'watch', onlyChanged: true, onNoRoom: 'wait' } as const;
      return { ends: await syncAccounts(core, accounts, choice, signal, hooks), problem: null };
    } finally {
      await core.close();
    }
  } catch (error) {
    const problem = wordsFor(error, signal.aborted);
    if (problem === null) {
      throw error;
    }
    return { ends: [], problem };
  }
}

function isHopeless(problem: AppError): boolean {
  const code = exitCodeOf(problem.code);
  return code === EXIT.usage || (code === EXIT.library && problem.code !== 'library_locked');
}
