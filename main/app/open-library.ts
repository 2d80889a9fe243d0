/** A library as a command has it: the calls that only read, as the app answers them, and work that is heard while it goes on. */
import type { ExportHooks, ExportOptions } from '../contract/export-shapes.ts';
import type { AccountWithConnection, NewAccount } from './core/accounts.ts';
import { answerCall } from './answer-call.ts';
import type { CallInput, CallResult, Handler, Handlers } from './calls.ts';
import { chatReads, knownChats } from './chats/handlers.ts';
import { listAccountChats, type OnPage } from './chats/remote-chats.ts';
import { verify } from './checks/verify.ts';
import type { Core } from './core/core.ts';
import { openCore, type Machine, type OpenCoreOptions } from './core/open-core.ts';
import type { Preview } from '../export/plan/preview.ts';
import { exportSelection, previewSelection } from './exports/export-selection.ts';
import { ledgerHandlers } from './ledger/handlers.ts';
import { mediaHandlers } from './media/handlers.ts';
import { messageHandlers } from './messages/handlers.ts';
import { searchReads } from './search/handlers.ts';
import { accountsForRun } from './sync/choose.ts';
import { syncAccounts, type SyncChoice, type SyncHooks } from './sync/sync-accounts.ts';
import { diagnose } from './system/diagnose.ts';

const NOBODY_SYNCS = { isBusyWith: () => false };

function readHandlers(core: Core) {
  const context = { core: () => core };
  return {
    ...mediaHandlers(context),
    ...messageHandlers(context),
    ...ledgerHandlers(context),
    ...searchReads(context),
    ...chatReads({ ...context, ...NOBODY_SYNCS }),
  } satisfies Partial<Handlers>;
}

/** What a command does with a library. Everything rejects with AppError, ApiError or StoreError. */
function worksOn(core: Core, { env }: Machine) {
  return {
    /** With the connection of each, which no screen is told. */
    accounts: () => core.accounts.list(),
    /** `conversations`: messages without media too; undefined = as it is. */
    addAccount: async (
      account: NewAccount,
      conversations: boolean | undefined,
      signal: AbortSignal,
    ): Promise<AccountWithConnection> => {
      const added = await core.accounts.add(account, signal);
      if (conversations !== undefined) {
        await core.index.write.setWholeConversations({ accountId: added.id, on: conversations });
      }
      return added;
    },
    hasSeveralAccounts: async () => (await core.index.read.accounts({})).length > 1,
    removeAccount: (id: number) => core.accounts.remove(id),
    /** Chats at the service, a page at a time, of one account or (null) of all. AppError `account_missing`, `account_unknown`. */
    remoteChats: (accountId: number | null, signal: AbortSignal, onPage: OnPage) =>
      listAccountChats(core, accountId, signal, onPage),
    diagnose: (options: { readonly salt: string; readonly deep: boolean }) => diagnose(core, { ...options, env }),
    /** Of one account, or null = of all; `hooksFor` is asked once their number is known. */
    sync: async (
      accountId: number | null,
      choice: SyncChoice,
      signal: AbortSignal,
      hooksFor: (accounts: number) => SyncHooks,
    ) => {
      const accounts = await accountsForRun(core, accountId, signal);
      return await syncAccounts(core, accounts, choice, signal, hooksFor(accounts.length));
    },
    verify: (...how: Tail<typeof verify>) => verify(core, ...how),
    /** AppError `chat_unknown`, too. */
    export: async (options: ExportOptions, signal: AbortSignal, hooks: ExportHooks) => {
      await knownChats(core, options.selection.filter.accountId, options.selection.filter.chatIds);
      return await exportSelection(core, options, signal, hooks);
    },
    /** The plan of an export; the library is only read. */
    planExport: async <Shown>(
      options: ExportOptions,
      signal: AbortSignal,
      show: (preview: Preview) => Promise<Shown>,
    ): Promise<Shown> => {
      await knownChats(core, options.selection.filter.accountId, options.selection.filter.chatIds);
      return await previewSelection(core, options, signal, show);
    },
  };
}
type Tail<Work extends (core: Core, ...rest: never[]) => unknown> =
  Parameters<Work> extends [Core, ...infer Rest] ? Rest : never;

export type ReadName = keyof ReturnType<typeof readHandlers>;

export interface Library {
  /** Never rejects. */
  call<Name extends ReadName>(name: Name, input: CallInput<Name>, signal: AbortSignal): Promise<CallResult<Name>>;
  readonly works: ReturnType<typeof worksOn>;
  /** Where a stored file lies. */
  pathOf(sha256: string, ext: string): string;
  close(): Promise<void>;
}

/** `read` takes no lock and writes nothing: another process may have the library open. Rejects as `openCore` does. */
export async function openLibrary(machine: Machine, options: OpenCoreOptions): Promise<Library> {
  const core = await openCore(machine, options);
  const handlers: { readonly [Name in ReadName]: Handler<Name> } = readHandlers(core);
  const log = {
    error: (message: string, error: unknown) => machine.log(message, { error }),
  };
  return {
    call: async <Name extends ReadName>(name: Name, input: CallInput<Name>, signal: AbortSignal) => {
      const handler: Handler<Name> = handlers[name];
      return await answerCall(name, handler, input, signal, log);
    },
    works: worksOn(core, machine),
    pathOf: (sha256, ext) => core.pathOf(sha256, ext),
    close: () => core.close(),
  };
}
