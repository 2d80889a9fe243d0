import type { AccountRow } from '../../index/accounts/calls.ts';
import type { ChatRow } from '../../index/chats/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Core } from '../core/core.ts';

/** The accounts a run is for: all of `forRun`, or the one with this id. AppError `account_unknown`, `account_missing`. */
export async function accountsForRun(core: Core, accountId: number | null, signal: AbortSignal): Promise<AccountRow[]> {
  if (accountId === null) {
    return await core.accounts.forRun(signal);
  }
  return [await core.accounts.byId(accountId)];
}

/** Chats of the library by the service's ids, of one account or of all. AppError `chat_unknown` names the first that is not there. */
export async function chatsById(core: Core, accountId: number | null, ids: readonly number[]): Promise<ChatRow[]> {
  if (ids.length === 0) {
    return [];
  }
  const accounts = accountId === null ? await core.index.read.accounts({}) : [await core.accounts.byId(accountId)];
  const found: ChatRow[] = [];
  for (const id of ids) {
    const rows = await Promise.all(accounts.map((account) => core.index.read.chatById({ accountId: account.id, id })));
    const known = rows.filter((row) => row !== null);
    if (known.length === 0) {
      throw new AppError('chat_unknown', `The library has no chat ${id}.`, 'List its chats with: chatkeep chats');
    }
    found.push(...known);
  }
  return found;
}
