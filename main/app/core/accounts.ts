import type { ApiClient } from '../../api/client.ts';
import { ApiError, toAppError } from '../../api/errors.ts';
import { checkApiBase } from '../../api/api-base.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import type { IndexPort } from '../../sync/kernel/ports.ts';
import type { Credentials, CredentialStore } from './credentials.ts';
import type { EnvironmentAccount } from './environment.ts';
import { connectionOf, identifyAccount, onlyConnection, type AccountIdentity } from './identify-account.ts';
import type { ServiceClients } from './service-clients.ts';

export interface AccountsPorts {
  readonly index: IndexPort;
  readonly credentials: CredentialStore;
  readonly environment: EnvironmentAccount | null;
  readonly now: () => number;
  connect(credentials: Credentials, apiBase: string, ratePerMinute: number | null): Promise<ServiceClients>;
}

export interface NewAccount {
  /** Null: the user's name at the service. */
  readonly name: string | null;
  readonly key: string;
  /** Null: the key's only active connection. */
  readonly connectionId: string | null;
  readonly apiBase: string;
  readonly ratePerMinute: number | null;
}

/** An account with the connection its credentials name; null when this machine has none. */
export interface AccountWithConnection extends AccountRow {
  readonly connectionId: string | null;
}

/** Accounts of a library: rows in the index, credentials in the keystore or the environment. */
export class Accounts {
  readonly #ports: AccountsPorts;
  /** Credentials that came from the environment: in memory only. */
  readonly #fromEnvironment = new Map<number, Credentials>();

  constructor(ports: AccountsPorts) {
    this.#ports = ports;
  }

  async list(): Promise<AccountWithConnection[]> {
    const rows = await this.#ports.index.read.accounts({});
    return await Promise.all(
      rows.map(async (row) => ({ ...row, connectionId: (await this.credentialsOf(row))?.connectionId ?? null })),
    );
  }

  /** Tests key and connection at the service, then keeps them. Adding the same account again replaces its key. */
  async add(account: NewAccount, signal: AbortSignal): Promise<AccountWithConnection> {
    const { row, credentials } = await this.#meet(account, signal);
    await this.#ports.credentials.set(row.id, credentials);
    return { ...row, connectionId: credentials.connectionId };
  }

  /**
   * Tests another key or connection of the same account, then keeps it where the former came from. Without a connection the key's first
   * one of the account's own person is taken. AppError `connection_refused` when it belongs to somebody else: chats of two people must
   * not meet in one account.
   */
  async replaceCredentials(
    row: AccountRow,
    credentials: Credentials,
    ratePerMinute: number | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { userId, apiBase } = row;
    const own = async (api: ApiClient): Promise<string> =>
      (userId === null ? null : await connectionOf(userId, api, signal)) ?? (await onlyConnection(api, signal));
    const { who, connectionId } = await this.#identify({ ...credentials, apiBase, ratePerMinute }, own, signal);
    // Where the service does not tell the user, a new connection cannot be compared.
    if (who.identity !== row.identity && who.identity.startsWith('user:') && row.identity.startsWith('user:')) {
      throw new AppError(
        'connection_refused',
        'This connection belongs to another person.',
        'Add it as an account of its own.',
      );
    }
    const kept = { key: credentials.key, connectionId };
    if (this.#fromEnvironment.has(row.id)) {
      this.#fromEnvironment.set(row.id, kept);
    } else {
      await this.#ports.credentials.set(row.id, kept);
    }
  }

  /** Forgets key and connection and hides the account; its chats and files stay. AppError `account_unknown`. */
  async remove(id: number): Promise<void> {
    const row = await this.byId(id);
    await this.#ports.credentials.delete(row.id);
    await this.#ports.index.write.removeAccount({ accountId: row.id });
  }

  async byId(id: number): Promise<AccountRow> {
    const row = (await this.#ports.index.read.accounts({})).find((candidate) => candidate.id === id);
    if (row === undefined) {
      throw new AppError(
        'account_unknown',
        `The library has no account ${id}.`,
        'List them with: chatkeep account list',
      );
    }
    return row;
  }

  /** The accounts a run is for: the environment's, else all stored ones. AppError `account_missing` when there is none. */
  async forRun(signal: AbortSignal): Promise<AccountRow[]> {
    const { environment } = this.#ports;
    if (environment !== null) {
      const { row, credentials } = await this.#meet({ ...environment, name: null }, signal);
      this.#fromEnvironment.set(row.id, credentials);
      return [row];
    }
    const rows = await this.#ports.index.read.accounts({});
    if (rows.length === 0) {
      throw new AppError(
        'account_missing',
        'There is no account.',
        'Add one with: chatkeep account add --name NAME --connection ID --key-stdin, or set CHATKEEP_API_KEY and CHATKEEP_CONNECTION.',
      );
    }
    return rows;
  }

  async credentialsOf(account: Pick<AccountRow, 'id'>): Promise<Credentials | null> {
    return this.#fromEnvironment.get(account.id) ?? (await this.#ports.credentials.get(account.id));
  }

  async #meet(account: NewAccount, signal: AbortSignal): Promise<{ row: AccountRow; credentials: Credentials }> {
    const asked = { ...account, apiBase: checkApiBase(account.apiBase) };
    const { who, connectionId } = await this.#identify(asked, (api) => onlyConnection(api, signal), signal);
    const row = await this.#ports.index.write.saveAccount({
      apiBase: asked.apiBase,
      identity: who.identity,
      userId: who.userId,
      username: who.username,
      name: account.name ?? who.name ?? who.username ?? 'Account',
      ratePerMinute: account.ratePerMinute,
      at: this.#ports.now(),
    });
    return { row, credentials: { key: account.key, connectionId } };
  }

  /** Whose chats key and connection open. `choose` names a connection where none is given: most requests need one. */
  async #identify(
    { key, connectionId, apiBase, ratePerMinute }: Omit<NewAccount, 'name'>,
    choose: (api: ApiClient) => Promise<string>,
    signal: AbortSignal,
  ): Promise<{ who: AccountIdentity; connectionId: string }> {
    let clients = await this.#ports.connect({ key, connectionId }, apiBase, ratePerMinute);
    try {
      const chosen = connectionId ?? (await choose(clients.api));
      if (connectionId === null) {
        await clients.close();
        clients = await this.#ports.connect({ key, connectionId: chosen }, apiBase, ratePerMinute);
      }
      return { who: await identifyAccount(clients.api, chosen, signal), connectionId: chosen };
    } catch (error) {
      throw error instanceof ApiError ? toAppError(error) : error;
    } finally {
      await clients.close();
    }
  }
}
