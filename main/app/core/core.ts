import type { SyncProgress } from '../../contract/shapes.ts';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { PageReader } from '../../api/page-reader.ts';
import { createLimiterRegistry, type LimiterRegistry } from '../../api/limiter.ts';
import { DEFAULT_SETTINGS } from '../../contract/shapes.ts';
import { openIndex, type Index, type ReadIndex } from '../../index/client.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import type { UpgradeProgress } from '../../index/kernel/upgrade.ts';
import { openLibrary, type Library } from '../../files/library/library.ts';
import { openStore } from '../../files/store/store.ts';
import type { Store } from '../../files/interface.ts';
import { AppError } from '../../lib/app-error.ts';
import type { SecretStore } from '../../keys/secret-store.ts';
import { tuneHeap } from '../../lib/small-heap.ts';
import { blobPath, storePaths } from '../../files/library/store-paths.ts';
import { Bandwidth, limitedMedia } from '../../sync/transfer/bandwidth.ts';
import type { IndexPort } from '../../sync/kernel/ports.ts';
import { runSync } from '../../sync/sync-run.ts';
import type { SyncAnswer, SyncOptions } from '../../sync/run/sync-types.ts';
import { systemZone } from '../../contract/time-zone.ts';
import { Accounts } from './accounts.ts';
import { ChatChoices } from './chat-choice.ts';
import { CredentialStore } from './credentials.ts';
import { observed, type IndexObserver } from './observe-index.ts';
import type { EnvironmentAccount } from './environment.ts';
import { openFiles, workersFor, type Workers } from './open-files.ts';
import { READ_ONLY } from './opening-words.ts';
import { connectService, mediaFailureOf, type ServiceClients, type ServicePorts } from './service-clients.ts';
import { WriteGate } from './write-gate.ts';

/** The parts that differ between machines and tests. */
export interface CorePorts extends ServicePorts {
  readonly secrets: SecretStore;
  readonly pid: number;
  /** Account from the environment; it goes before stored ones. */
  readonly environment: EnvironmentAccount | null;
  /** How many threads read the index and put small files away; left out = what suits the machine. Rigs that open hundreds of libraries take few. */
  readonly threads?: { readonly readers: number; readonly files: number };
  /** Hears what is written to the index, for screens that must follow. */
  readonly observer?: IndexObserver;
  /** Hears, while a library is opened, how one of an older version is brought up to date. */
  readonly onUpgrade?: (progress: UpgradeProgress) => void;
  /** Bytes a second that all media may take together; null, or left out, = as fast as the line. */
  readonly bandwidth?: () => number | null;
  /** Zone of all days that a person sees, as an IANA name; left out = this computer's. */
  readonly timeZone?: () => string;
  /** The library that is opened to write lies on a network drive, where an index is slow and its locks may not hold. */
  readonly onNetworkDrive?: () => void;
  /** How long a library rests before colours of its pictures are looked at, ms; left out = never. Tests have no use for it. */
  readonly colourRestMs?: number;
  /** Words for the log; never content, never secrets. */
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface CoreOptions {
  readonly libraryDir: string;
  /** `read`: the index only, beside another process that writes. `any`: to write, or to read where the library cannot be written. */
  readonly mode: 'read' | 'write' | 'any';
  readonly create: boolean;
  /** A function is asked before each file. */
  readonly reserveBytes?: number | (() => number);
}

/**
 * An opened library with everything that works on it: the part of the app that every shell shares. One writer at a time holds a library.
 */
export class Core {
  readonly library: Library;
  /** Writing through it throws when the library was opened for reading. */
  readonly index: IndexPort;
  readonly accounts: Accounts;
  /** Which chats syncs keep. */
  readonly choices: ChatChoices;
  readonly ports: CorePorts;
  readonly #opened: Index | ReadIndex;
  readonly #store: Store | null;
  readonly #limiters: LimiterRegistry;
  readonly #gate = new WriteGate();
  readonly #bandwidth: Bandwidth;
  readonly #pages = new PageReader();
  readonly #workers: Workers;

  private constructor(
    library: Library,
    opened: Index | ReadIndex,
    store: Store | null,
    choices: ChatChoices,
    ports: CorePorts,
    workers: Workers,
  ) {
    this.#workers = workers;
    this.library = library;
    const port = asPort(opened, this.#gate);
    this.index = ports.observer === undefined ? port : observed(port, ports.observer);
    this.#opened = opened;
    this.choices = choices;
    this.ports = ports;
    this.#store = store;
    this.#limiters = createLimiterRegistry(ports.clock);
    this.#bandwidth = new Bandwidth(ports.bandwidth ?? ((): null => null), ports.clock);
    this.accounts = new Accounts({
      index: this.index,
      credentials: new CredentialStore(ports.secrets, library.id),
      environment: ports.environment,
      now: () => ports.clock.now(),
      connect: (credentials, apiBase, ratePerMinute) => this.#connect(credentials, apiBase, ratePerMinute),
    });
  }

  /** The one zone of months and days on screens, in filters and in exports: an IANA name. */
  get timeZone(): string {
    return this.ports.timeZone?.() ?? systemZone().name;
  }

  /** Rejects with AppError when the folder is no library, is held by another process, is damaged or newer than this program. */
  static async open(options: CoreOptions, ports: CorePorts): Promise<Core> {
    if (options.mode !== 'any') {
      return await Core.#open({ ...options, mode: options.mode }, ports);
    }
    try {
      return await Core.#open({ ...options, mode: 'write' }, ports);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'library_unwritable') {
        throw error;
      }
      // If reading fails too, the first error is thrown.
      return await Core.#open({ ...options, mode: 'read', create: false }, ports).catch(() => {
        throw error;
      });
    }
  }

  static async #open(options: CoreOptions & { readonly mode: 'read' | 'write' }, ports: CorePorts): Promise<Core> {
    // Two readers, so that a count over everything holds up no page that a person waits for.
    const workers = options.mode === 'read' ? workersFor(null) : workersFor(openFiles());
    if (workers.lanes !== null) {
      ports.log('few open files are allowed', { lanes: workers.lanes });
    }
    const fileThreads = ports.threads?.files ?? workers.files;
    const library = await openLibrary(options.libraryDir, {
      create: options.create,
      readOnly: options.mode === 'read',
      ...(options.mode === 'write' && {
        onNetworkPath: () => {
          ports.log('the library lies on a network drive', {});
          ports.onNetworkDrive?.();
        },
      }),
    });
    const path = join(library.root, 'index.sqlite');
    const log = (slow: { readonly name: string; readonly ms: number }): void => ports.log('slow index call', slow);
    const index =
      options.mode === 'read'
        ? await openIndex({ path, mode: 'read', log })
        : await openIndex({
            path,
            log,
            readers: ports.threads?.readers ?? workers.readers,
            onUpgrade: (progress) => {
              const { from, to, stage } = progress;
              ports.log('an older index is brought up to date', { from, to, stage });
              ports.onUpgrade?.(progress);
            },
          });
    try {
      const store =
        options.mode === 'write'
          ? await openStore({
              root: library.root,
              reserveBytes: options.reserveBytes ?? DEFAULT_SETTINGS.diskReserve,
              log: ports.log,
              ...(fileThreads !== null && { workers: fileThreads }),
            })
          : null;
      return new Core(library, index, store, await ChatChoices.open(library.root, ports.log), ports, workers);
    } catch (error) {
      await index.close();
      throw error;
    }
  }

  /** Threads for exported files; null = as many as suit the machine. */
  get fileThreads(): number | null {
    return this.#workers.files;
  }

  /** Nothing can be written to the library; `store` and `index.write` throw AppError `library_unwritable`. */
  get isReadOnly(): boolean {
    return this.#store === null;
  }

  /** The library's drive is not there. A network drive may take its time to say so, so nothing waits for it. */
  async isAway(): Promise<boolean> {
    return await access(storePaths(this.library.root).marker, constants.R_OK).then(
      () => false,
      () => true,
    );
  }

  get store(): Store {
    if (this.#store === null) {
      throw readOnly();
    }
    return this.#store;
  }

  /** Where a stored file lies. */
  pathOf(sha256: string, ext: string): string {
    return blobPath(storePaths(this.library.root), sha256, ext).file;
  }

  /**
   * Clients for an account's connection, handed to `work` and closed after it. AppError `account_missing` when the keystore has no key for
   * it; the account then needs attention.
   */
  async withService<T>(account: AccountRow, work: (clients: ServiceClients) => Promise<T>): Promise<T> {
    const credentials = await this.accounts.credentialsOf(account);
    if (credentials === null) {
      if (this.#store !== null) {
        await this.index.write.setAccountStatus({
          accountId: account.id,
          status: 'needsAttention',
          reason: 'account_missing',
          at: this.ports.clock.now(),
        });
      }
      throw new AppError(
        'account_missing',
        `There is no key for account "${account.name}" on this machine.`,
        'Keys are not part of a library. Enter it under Settings, Accounts, or with: chatkeep account add',
      );
    }
    const clients = await this.#connect(credentials, account.apiBase, account.ratePerMinute);
    try {
      return await work(clients);
    } finally {
      await clients.close();
    }
  }

  /** One run for one account, over the chats that were chosen. See `runSync`. */
  async sync(
    account: AccountRow,
    options: Omit<SyncOptions, 'accountId'>,
    signal: AbortSignal,
    onProgress?: (progress: SyncProgress) => void,
  ): Promise<SyncAnswer> {
    const { clock, random, version, pid } = this.ports;
    tuneHeap(options.files ? 'files' : 'listing');
    const keep = options.keep ?? this.choices.keepOf(account.id);
    return await this.withService(account, ({ api, media, meter }) =>
      runSync(
        {
          index: this.index,
          store: this.store,
          api,
          media: limitedMedia(media, this.#bandwidth),
          mediaFailureOf,
          meter,
          clock,
          random,
          version,
          pid,
          ...(onProgress && { onProgress }),
        },
        { ...options, ...(keep && { keep }), concurrency: this.#lanesOf(options), accountId: account.id },
        signal,
      ),
    );
  }

  /** From here on nothing is written to the index, until `thaw` or the end; reads continue. `reason`: what a person is told who tries. */
  async freeze(reason: string): Promise<void> {
    await this.#gate.shut(reason);
    await this.choices.flush();
  }

  thaw(): void {
    this.#gate.open();
  }

  async close(): Promise<void> {
    await this.choices.flush();
    await this.#pages.close();
    await this.#store?.close();
    await this.#opened.close();
  }

  #lanesOf({ concurrency }: Pick<SyncOptions, 'concurrency'>): number | null {
    const { lanes } = this.#workers;
    return lanes === null ? concurrency : Math.min(lanes, concurrency ?? lanes);
  }

  #connect(
    credentials: Parameters<typeof connectService>[0],
    apiBase: string,
    ratePerMinute: number | null,
  ): Promise<ServiceClients> {
    return connectService(
      credentials,
      { apiBase, ratePerMinute, limiters: this.#limiters, pages: this.#pages },
      this.ports,
    );
  }
}

/** The message for a request that would write. */
export function readOnly(): AppError {
  return new AppError(
    'library_unwritable',
    READ_ONLY,
    'Make its folder writable, or copy the library to a drive that is.',
  );
}

function asPort(opened: Index | ReadIndex, gate: WriteGate): IndexPort {
  let writes: IndexPort['write'] | null = null;
  return {
    read: opened.read,
    get write() {
      if (!('write' in opened)) {
        throw readOnly();
      }
      writes ??= gate.guard(opened.write);
      return writes;
    },
  };
}
