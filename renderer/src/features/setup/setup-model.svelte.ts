import type { AppModel } from '../../state/app-model.svelte.ts';
import type { Result, WireError } from '../../../../main/contract/errors.ts';
import type { Account, Connection, FolderFacts } from '../../../../main/contract/shapes.ts';
import { t } from '../../i18n/index.ts';
import { Latest, type Asking } from '../../lib/latest.svelte.ts';
import { ALL_MEDIA, type Route, type SetupStep } from '../../lib/route.ts';
import { ChatChoice, chatChoicePorts } from '../../media/chat-choice.svelte.ts';

/** The first run: folder, key, connection, chats. The key lives here until the account is added, and nowhere else. */
export class SetupModel {
  folder = $state.raw<FolderFacts | null>(null);
  key = $state('');
  apiBase = $state('');
  connections = $state.raw<readonly Connection[] | null>(null);
  connectionId = $state<string | null>(null);
  /** The key may not list its connections: the person enters one. */
  unlisted = $state(false);
  account = $state.raw<Account | null>(null);
  readonly choice: ChatChoice;
  error = $state.raw<WireError | null>(null);
  readonly #app: AppModel;
  readonly #latest = new Latest();
  #left = false;

  constructor(app: AppModel) {
    this.#app = app;
    this.choice = new ChatChoice(chatChoicePorts(app.bridge));
  }

  readonly busy = $derived(this.#latest.busy);
  readonly usable = $derived(
    this.connections?.filter((each) => each.status === 'active' && each.missingPermissions.length === 0) ?? [],
  );

  async inspect(path: string | null): Promise<void> {
    await this.#take(
      (options) => this.#app.bridge.call('library.inspect', { path }, options),
      (facts) => {
        this.folder = facts;
        this.error = facts.problem;
      },
    );
  }

  async pick(): Promise<void> {
    const path = await this.#app.pickFolder(t.setup.choose, this.folder?.path ?? '');
    if (path !== null) {
      await this.inspect(path);
    }
  }

  /** Resolves with whether the folder was taken. */
  async choose(): Promise<boolean> {
    const { folder } = this;
    return (
      folder !== null &&
      folder.problem === null &&
      this.#take(
        () => this.#app.bridge.call('library.choose', { path: folder.path }),
        () => this.#goTo('key'),
      )
    );
  }

  /** Tests the key by listing its connections. */
  async test(): Promise<void> {
    this.connections = null;
    this.unlisted = false;
    const key = { key: this.key.trim(), apiBase: this.#address() };
    await this.#take(
      (options) => this.#app.bridge.call('connections.list', key, options),
      ({ connections }) => {
        this.connections = connections;
        this.connectionId = this.usable[0]?.id ?? null;
        this.#goTo('connection');
      },
    );
    if (this.error?.code === 'permission_missing') {
      this.error = null;
      this.unlisted = true;
      this.connections = [];
      this.connectionId = null;
      this.#goTo('connection');
    }
  }

  async connect(): Promise<void> {
    const connectionId = this.connectionId?.trim() ?? '';
    if (connectionId === '') {
      return;
    }
    const chosen = this.connections?.find((each) => each.id === connectionId);
    await this.#take(
      () =>
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
        this.#goTo('chats');
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
      await this.#finish(account);
    }
  }

  /** Sample chats instead of a key: the stand-in of the service starts and its chats are synced. */
  async sample(): Promise<void> {
    if (this.#app.info?.state === 'needsLibrary' && !(await this.choose())) {
      return;
    }
    const started = await this.#take(
      () => this.#app.bridge.call('sandbox.start', { chats: 12, messages: 400 }),
      (account) => (this.account = account),
    );
    if (started && this.account !== null) {
      await this.#finish(this.account);
    }
  }

  /** Its place has been left: nothing that is still asked for leads back to it. */
  close(): void {
    this.#left = true;
    this.#latest.giveUp();
    this.choice.close();
  }

  /** The first sync begins, and the chats are shown. */
  async #finish(account: Account): Promise<void> {
    const app = this.#app;
    const input = { accountId: account.id, chatIds: [], full: false, retryFailed: false };
    await app.bridge.call('sync.start', input);
    await app.loadAccounts();
    app.chosenAccount = account.id;
    await app.loadChats();
    this.#go(ALL_MEDIA);
  }

  #goTo(step: SetupStep): void {
    this.#go({ place: 'setup', step });
  }

  #go(route: Route): void {
    if (!this.#left) {
      this.#app.router.go(route);
    }
  }

  #address(): string | null {
    const address = this.apiBase.trim();
    return address === '' ? null : address;
  }

  /** Resolves with whether there was something to take. */
  async #take<Value>(
    question: (options: Asking) => Promise<Result<Value>>,
    take: (value: Value) => void,
  ): Promise<boolean> {
    this.error = null;
    const result = await this.#latest.ask(question);
    if (result?.ok) {
      take(result.value);
    } else if (result !== null) {
      this.error = result.error;
    }
    return result?.ok === true;
  }
}
