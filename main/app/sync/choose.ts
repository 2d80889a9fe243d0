import type { AccountRow } from '../../index/accounts/calls.ts';
import type { Core } from '../core/core.ts';

/** The accounts a run is for: all of `forRun`, or the one with this id. AppError `account_unknown`, `account_missing`. */
export async function accountsForRun(core: Core, accountId: number | null, signal: AbortSignal): Promise<AccountRow[]> {
  if (accountId === null) {
    return await core.accounts.forRun(signal);
  }
  return [await core.accounts.byId(accountId)];
}
