import type { AppModel } from '../../state/app-model.svelte.ts';
import { isAborted, type Result, type WireError } from '../../../../main/contract/errors.ts';
import type { Account, Connection, FolderFacts } from '../../../../main/contract/shapes.ts';
import { t } from '../../i18n/index.ts';
import { ALL_MEDIA, type SetupStep } from '../../lib/route.ts';
import { ChatChoice, chatChoicePorts } from '../../media/chat-choice.svelte.ts';

/** The first run: folder, key, connection, chats. The key lives here until the account is added, and nowhere else. */
export class SetupModel {
  folder = $state.raw<FolderFacts | null>(null);
  key = $state('');
  apiBase = $state('');
  connections = $state.raw<readonly Connection[] | null>(null);
  connectionId = $state<string | null>(null);
  account = $state.raw<Account | null>(null);
  readonly choice: ChatChoice;
  busy = $state(false);
  error = $state.raw<WireError | null>(null);
  readonly #app: AppModel;

  constructor(app: AppModel) {
    this.#app = app;
    this.choice = new ChatChoice(chatChoicePorts(app.bridge));
  }

  readonly usable = $derived(
    this.connections?.filter((each) => each.status === 'active' && each.missingPermissions.length === 0) ?? [],
  );

  async inspect(path: string | null): Promise<void> {
    await this.#take(this.#app.bridge.call('library.inspect', { path }), (facts) => {
      this.folder = facts;
      this.error = facts.problem;
    });
  }

  async pick(): Promise<void> {
    const picked = await this.#app.act('system.pickFolder', {
      title: t.setup.choose,
      start: this.folder?.path ?? null,
    });
    if (picked?.path) {
      await this.inspect(picked.path);
    }
  }

  async choose(): Promise<void> {
    const { folder } = this;
    if (folder !== null && folder.problem === null) {
      await this.#take(this.#app.bridge.call('library.choose', { path: folder.path }), () => {
        this.#go('key');
      });
    }
  }

  /** Tests the key by listing its connections. */
  async test(): Promise<void> {
    this.connections = null;
    await this.#take(
      this.#app.bridge.call('connections.list', { key: this.key.trim(), apiBase: this.#address() }),
      ({ connections }) => {
        this.connections = connections;
        this.connectionId = this.usable[0]?.id ?? null;
        this.#go('connection');
      },
    );
  }

  async connect(): Promise<void> {
    const { connectionId } = this;
    if (connectionId === null) {
      return;
    }
    const chosen = this.connections?.find((each) => each.id === connectionId);
    await this.#take(
      this.#app.bridge.call('accounts.add', {
        name: chosen?.name ?? chosen?.username ?? null,
        key: this.key.trim(),
        connectionId,
        apiBase: this.#address(),
        ratePerMinute: null,
      }),
      (account) => {
        this.account = account;
        this.key = '';
        this.#go('chats');
      },
    );
    if (this.account !== null) {
      await this.choice.list(this.account.id);
    }
  }

  async begin(): Promise<void> {
    const { account } = this;
    if (account === null) {
      return;
    }
    if (await this.choice.save(account.id)) {
      await this.#app.bridge.call('sync.start', {
        accountId: account.id,
        chatIds: [],
        full: false,
        retryFailed: false,
      });
      await this.finish(account);
    }
  }

  /** Sample chats instead of a key: the stand-in of the service starts and its chats are synced. */
  async sample(): Promise<void> {
    if (this.#app.info?.state === 'needsLibrary') {
      await this.choose();
      if (this.error !== null) {
        return;
      }
    }
    await this.#take(this.#app.bridge.call('sandbox.start', { chats: 12, messages: 400 }), (account) => {
      this.account = account;
    });
    const { account } = this;
    if (account !== null && this.error === null) {
      await this.#app.bridge.call('sync.start', {
        accountId: account.id,
        chatIds: [],
        full: false,
        retryFailed: false,
      });
      await this.finish(account);
    }
  }

  async finish(account: Account): Promise<void> {
    const app = this.#app;
    await app.loadAccounts();
    app.chosenAccount = account.id;
    await app.loadChats();
    app.router.go(ALL_MEDIA);
  }

  #go(step: SetupStep): void {
    this.#app.router.go({ place: 'setup', step });
  }

  #address(): string | null {
    const address = this.apiBase.trim();
    return address === '' ? null : address;
  }

  async #take<Value>(call: Promise<Result<Value>>, take: (value: Value) => void): Promise<void> {
    this.busy = true;
    this.error = null;
    const result = await call;
    this.busy = false;
    if (result.ok) {
      take(result.value);
    } else if (!isAborted(result)) {
      this.error = result.error;
    }
  }
}
