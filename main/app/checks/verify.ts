import { StoreError } from '../../files/interface.ts';
import { reopenDamaged, verifyLibrary, type VerifyPorts, type VerifyReport } from '../../sync/verify-library.ts';
import { accountsForRun } from '../sync/choose.ts';
import type { Core } from '../core/core.ts';
import { keepLastCheck } from './last-check.ts';
import { syncAccounts, WHOLE_SYNC, type AccountSync, type SyncHooks } from '../sync/sync-accounts.ts';

export interface VerifyAnswer {
  readonly checked: number;
  readonly ok: number;
  readonly missing: number;
  readonly corrupt: number;
  readonly orphan: number;
  /** Of the missing and corrupt ones: fetched again with the same bytes. */
  readonly repaired: number;
  readonly bytes: number;
}

export interface VerifyHooks extends SyncHooks {
  onChecked(progress: { readonly checked: number; readonly bytes: number; readonly total: number }): void;
  /** Checking is over; `damaged` files are fetched again. */
  onRepair(damaged: number): void;
}

export interface VerifyOptions {
  /** Hash every file, not only compare its size. */
  readonly deep: boolean;
  /** Fetch what is damaged or missing again. */
  readonly repair: boolean;
}

export interface Verified {
  readonly answer: VerifyAnswer;
  readonly repairs: readonly AccountSync[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * Library against disk. With `repair`, damaged files are put aside, then fetched again by a run that lists nothing; its ends come back too.
 * The library stores the result as its last check. Rejects with StoreError `offline` when the media root is away: nothing is called missing then.
 */
export async function verify(
  core: Core,
  options: VerifyOptions,
  signal: AbortSignal,
  hooks: VerifyHooks,
): Promise<Verified> {
  const ports: VerifyPorts = {
    index: core.index,
    store: core.store,
    now: () => core.ports.clock.now(),
    onProgress: (progress) => hooks.onChecked(progress),
  };
  const startedAt = ports.now();
  // Asked before anything is put aside: without an account nothing could be fetched.
  const accounts = options.repair ? await accountsForRun(core, null, signal) : [];
  const report = await verifyLibrary(ports, options.deep, signal);
  if (!options.repair || report.damaged.length === 0) {
    return { ...(await kept(core, options, startedAt, toAnswer(report, 0))), repairs: [] };
  }
  hooks.onRepair(report.damaged.length);
  await reopenDamaged(ports, report, null);
  const repairs = await syncAccounts(core, accounts, { ...WHOLE_SYNC, kind: 'verify', list: false }, signal, hooks);
  const answer = toAnswer(report, await countRepaired(core, report));
  return { ...(await kept(core, options, startedAt, answer)), repairs };
}

async function kept(
  core: Core,
  { deep }: VerifyOptions,
  startedAt: number,
  answer: VerifyAnswer,
): Promise<Omit<Verified, 'repairs'>> {
  const { clock, log } = core.ports;
  const times = { startedAt, endedAt: clock.now() };
  await keepLastCheck(core.library.root, { ...answer, ...times, deep }, log);
  return { answer, ...times };
}

async function countRepaired(core: Core, report: VerifyReport): Promise<number> {
  // Also after a cancel: what was repaired until then counts.
  const { signal } = new AbortController();
  let repaired = 0;
  for (const { blob } of report.damaged) {
    if ((await core.index.read.blob({ sha256: blob.sha256 })) !== null && (await isWhole(core, blob, signal))) {
      repaired += 1;
    }
  }
  return repaired;
}

async function isWhole(
  core: Core,
  blob: VerifyReport['damaged'][number]['blob'],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await core.store.check(blob, false, signal)) === 'ok';
  } catch (error) {
    if (error instanceof StoreError) {
      return false;
    }
    throw error;
  }
}

function toAnswer(report: VerifyReport, repaired: number): VerifyAnswer {
  const { checked, ok, missing, corrupt, orphan, bytes } = report;
  return { checked, ok, missing, corrupt, orphan, repaired, bytes };
}
