import { checkApiBase } from '../../api/api-base.ts';
import { ApiError, toAppError } from '../../api/errors.ts';
import { createLimiterRegistry } from '../../api/limiter.ts';
import type { CallInput } from '../calls.ts';
import type { Account, Connection } from '../../contract/shapes.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import { toAccount, toConnection } from './account-facts.ts';
import { DEFAULT_API_BASE } from '../core/environment.ts';
import { identifyAccount } from '../core/identify-account.ts';
import type { LibrarySession } from '../library-session.ts';
import { connectService } from '../core/service-clients.ts';
import type { HandlerContext, Handlers } from '../context.ts';

type Names =
  | 'accounts.list'
  | 'connections.list'
  | 'accounts.add'
  | 'accounts.test'
  | 'accounts.update'
  | 'accounts.remove'
  | 'sandbox.start';

const MOST_CONNECTIONS = 500;

/** `accounts.*`, `connections.*`, `sandbox.*`. */
export function accountHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const { events } = context;
  const changed = (accountId: number | null): void => {
    events.emit('account.changed', { accountId });
    // The first account opens the app, the last one closes it.
    events.emit('app.changed', {});
  };
  return {
    'accounts.list': async () => {
      const session = context.sessionOrNull();
      return { accounts: session === null ? [] : await listAccounts(session) };
    },
    'connections.list': (input, signal) => listConnections(context, input, signal),
    'accounts.add': async (input, signal) => {
      const session = context.session();
      const row = await session.core.accounts.add({ ...input, apiBase: input.apiBase ?? DEFAULT_API_BASE }, signal);
      changed(row.id);
      return await accountById(session, row.id);
    },
    'accounts.test': async ({ accountId }, signal) => {
      const session = context.session();
      await testAccount(session, await session.core.accounts.byId(accountId), signal);
      changed(accountId);
      return await accountById(session, accountId);
    },
    'accounts.update': async (input, signal) => {
      const session = context.session();
      await updateAccount(session, input, signal);
      changed(input.accountId);
      return await accountById(session, input.accountId);
    },
    'accounts.remove': async ({ accountId }) => {
      await context.session().core.accounts.remove(accountId);
      changed(null);
      return null;
    },
    'sandbox.start': async (size, signal) => {
      const session = context.session();
      const row = await context.samples.start(session.core, size, signal);
      changed(row.id);
      return await accountById(session, row.id);
    },
  };
}

async function listAccounts({ core }: LibrarySession): Promise<Account[]> {
  const [rows, facts] = await Promise.all([core.index.read.accounts({}), core.index.read.accountFacts({})]);
  return rows.map((row) =>
    toAccount(
      row,
      facts.find(({ accountId }) => accountId === row.id),
    ),
  );
}

/** AppError `account_unknown`. */
async function accountById(session: LibrarySession, id: number): Promise<Account> {
  const row = await session.core.accounts.byId(id);
  const facts = await session.core.index.read.accountFacts({});
  return toAccount(
    row,
    facts.find(({ accountId }) => accountId === id),
  );
}

/** Works before there is a library: the first run tests a key with it. */
async function listConnections(
  context: HandlerContext,
  { key, apiBase }: CallInput<'connections.list'>,
  signal: AbortSignal,
): Promise<{ keyName: string | null; connections: Connection[] }> {
  const ports = context.ports.core;
  const clients = connectService(
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
async function nameOfKey(api: ReturnType<typeof connectService>['api'], signal: AbortSignal): Promise<string | null> {
  try {
    return (await api.whoami({ signal })).name;
  } catch (error) {
    if (error instanceof ApiError && error.code !== 'aborted') {
      return null;
    }
    throw error;
  }
}

const WANTS_PERSON: readonly string[] = ['key_refused', 'connection_refused', 'permission_missing'];

/** Asks the service who this is; the account's status then says whether key and connection are good. Rejects when it cannot be reached. */
async function testAccount({ core }: LibrarySession, row: AccountRow, signal: AbortSignal): Promise<void> {
  const problem = await core
    .withService(row, async ({ api }) => {
      const connectionId = (await core.accounts.credentialsOf(row))?.connectionId ?? '';
      await identifyAccount(api, connectionId, signal);
      return null;
    })
    .catch((error: unknown) => {
      const words = error instanceof ApiError ? toAppError(error) : error;
      if (words instanceof AppError && WANTS_PERSON.includes(words.code)) {
        return words;
      }
      throw error;
    });
  await core.index.write.setAccountStatus({
    accountId: row.id,
    status: problem === null ? 'ok' : 'needsAttention',
    reason: problem?.code ?? null,
    at: core.ports.clock.now(),
  });
}

async function updateAccount(
  { core }: LibrarySession,
  input: CallInput<'accounts.update'>,
  signal: AbortSignal,
): Promise<void> {
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
    const connectionId = input.connectionId ?? known?.connectionId ?? null;
    await core.accounts.replaceCredentials(row, { key, connectionId }, ratePerMinute, signal);
    await core.index.write.setAccountStatus({ accountId: row.id, status: 'ok', reason: null, at });
  }
  const { apiBase, identity, userId, username } = row;
  await core.index.write.saveAccount({ apiBase, identity, userId, username, name, ratePerMinute, at });
  if (input.wholeConversations !== undefined) {
    await core.index.write.setWholeConversations({ accountId: row.id, on: input.wholeConversations });
  }
}
