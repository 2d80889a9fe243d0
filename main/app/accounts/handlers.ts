import { checkApiBase } from '../../api/api-base.ts';
import { ApiError, toAppError } from '../../api/errors.ts';
import { createLimiterRegistry } from '../../api/limiter.ts';
import type { Account, Connection } from '../../contract/shapes.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import { toAccount, toConnection } from './account-facts.ts';
import type { accountCalls } from './calls.ts';
import type { SampleService } from './samples.ts';
import { DEFAULT_API_BASE } from '../core/environment.ts';
import { identifyAccount } from '../core/identify-account.ts';
import type { AppContext } from '../core/app-context.ts';
import type { Core } from '../core/core.ts';
import type { HandlersOf, InputOf } from '../kernel/call.ts';
import { connectService, type ServiceClients } from '../core/service-clients.ts';

type Calls = typeof accountCalls;

const MOST_CONNECTIONS = 500;

/** `accounts.*`, `connections.*`, `sandbox.*`. */
export function accountHandlers(context: AppContext & { readonly samples: SampleService }): HandlersOf<Calls> {
  const { events } = context;
  const changed = (accountId: number | null): void => {
    events.emit('account.changed', { accountId });
    // The first account opens the app, the last one closes it.
    events.emit('app.changed', {});
  };
  return {
    'accounts.list': async () => {
      const core = context.coreOrNull();
      return { accounts: core === null ? [] : await listAccounts(core) };
    },
    'connections.list': (input, signal) => listConnections(context, input, signal),
    'accounts.add': async (input, signal) => {
      const core = context.core();
      const row = await core.accounts.add({ ...input, apiBase: input.apiBase ?? DEFAULT_API_BASE }, signal);
      changed(row.id);
      return await accountById(core, row.id);
    },
    'accounts.test': async ({ accountId }, signal) => {
      const core = context.core();
      await testAccount(core, await core.accounts.byId(accountId), signal);
      changed(accountId);
      return await accountById(core, accountId);
    },
    'accounts.update': async (input, signal) => {
      const core = context.core();
      await updateAccount(core, input, signal);
      changed(input.accountId);
      return await accountById(core, input.accountId);
    },
    'accounts.remove': async ({ accountId }) => {
      await context.core().accounts.remove(accountId);
      changed(null);
      return null;
    },
    'sandbox.start': async (size, signal) => {
      const core = context.core();
      const row = await context.samples.start(core, size, signal);
      changed(row.id);
      return await accountById(core, row.id);
    },
  };
}

async function listAccounts(core: Core): Promise<Account[]> {
  const [rows, facts] = await Promise.all([core.index.read.accounts({}), core.index.read.accountFacts({})]);
  return rows.map((row) =>
    toAccount(
      row,
      facts.find(({ accountId }) => accountId === row.id),
    ),
  );
}

/** AppError `account_unknown`. */
async function accountById(core: Core, id: number): Promise<Account> {
  const row = await core.accounts.byId(id);
  const facts = await core.index.read.accountFacts({});
  return toAccount(
    row,
    facts.find(({ accountId }) => accountId === id),
  );
}

/** Works before there is a library: the first run tests a key with it. */
async function listConnections(
  context: AppContext,
  { key, apiBase }: InputOf<Calls['connections.list']>,
  signal: AbortSignal,
): Promise<{ keyName: string | null; connections: Connection[] }> {
  const ports = context.ports.core;
  const clients = await connectService(
    { key, connectionId: null },
    {
      apiBase: checkApiBase(apiBase ?? DEFAULT_API_BASE),
      ratePerMinute: null,
      limiters: createLimiterRegistry(ports.clock),
    },
    ports,
  );
  try {
    const connections: Connection[] = [];
    for await (const page of clients.api.connections({ signal })) {
      connections.push(...page.items.map(toConnection));
      if (connections.length >= MOST_CONNECTIONS) {
        break;
      }
    }
    return { keyName: await nameOfKey(clients.api, signal), connections: connections.slice(0, MOST_CONNECTIONS) };
  } finally {
    await clients.close();
  }
}

/** A courtesy: a key that may list its connections is good, whatever this says. */
async function nameOfKey(api: ServiceClients['api'], signal: AbortSignal): Promise<string | null> {
  try {
    return (await api.whoami({ signal })).name;
  } catch (error) {
    if (error instanceof ApiError && error.code !== 'aborted') {
      return null;
    }
    throw error;
  }
}

const wordsOf = (error: unknown): unknown => (error instanceof ApiError ? toAppError(error) : error);

/** Where the connection is refused, another of the same person may do; if none does, the refusal counts. */
async function orRelinked(first: Promise<void>, relinked: () => Promise<void>): Promise<void> {
  try {
    await first;
  } catch (error) {
    const words = wordsOf(error);
    if (!(words instanceof AppError) || words.code !== 'connection_refused') {
      throw error;
    }
    await relinked().catch(() => {
      throw error;
    });
  }
}

const WANTS_PERSON: readonly string[] = ['account_missing', 'key_refused', 'connection_refused', 'permission_missing'];

/**
 * Asks the service who this is; the account's status then says whether key and connection are good. A connection that has ended gives way
 * to one that its person linked since. Rejects when the service cannot be reached.
 */
async function testAccount(core: Core, row: AccountRow, signal: AbortSignal): Promise<void> {
  const known = await core.accounts.credentialsOf(row);
  const asked = core.withService(row, async ({ api }) => {
    await identifyAccount(api, known?.connectionId ?? '', signal);
  });
  const relinked = async (): Promise<void> => {
    if (known !== null) {
      await core.accounts.replaceCredentials(row, { ...known, connectionId: null }, row.ratePerMinute, signal);
    }
  };
  const problem = await orRelinked(asked, relinked).then(
    () => null,
    (error: unknown) => {
      const words = wordsOf(error);
      if (words instanceof AppError && WANTS_PERSON.includes(words.code)) {
        return words;
      }
      throw error;
    },
  );
  await core.index.write.setAccountStatus({
    accountId: row.id,
    status: problem === null ? 'ok' : 'needsAttention',
    reason: problem?.code ?? null,
    at: core.ports.clock.now(),
  });
}

async function updateAccount(core: Core, input: InputOf<Calls['accounts.update']>, signal: AbortSignal): Promise<void> {
  const row = await core.accounts.byId(input.accountId);
  const name = input.name ?? row.name;
  const ratePerMinute = input.ratePerMinute === undefined ? row.ratePerMinute : input.ratePerMinute;
  const at = core.ports.clock.now();
  if (input.key !== undefined || input.connectionId !== undefined) {
    const known = await core.accounts.credentialsOf(row);
    const key = input.key ?? known?.key ?? null;
    if (key === null) {
      throw new AppError('account_missing', 'There is no key for this account on this machine.', 'Enter the key, too.');
    }
    const keep = (connectionId: string | null): Promise<void> =>
      core.accounts.replaceCredentials(row, { key, connectionId }, ratePerMinute, signal);
    await (input.connectionId === undefined
      ? orRelinked(keep(known?.connectionId ?? null), () => keep(null))
      : keep(input.connectionId));
    await core.index.write.setAccountStatus({ accountId: row.id, status: 'ok', reason: null, at });
  }
  const { apiBase, identity, userId, username } = row;
  await core.index.write.saveAccount({ apiBase, identity, userId, username, name, ratePerMinute, at });
  if (input.wholeConversations !== undefined) {
    await core.index.write.setWholeConversations({ accountId: row.id, on: input.wholeConversations });
  }
}
