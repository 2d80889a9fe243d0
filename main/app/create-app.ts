import type { SyncProgress } from '../contract/shapes.ts';
import { join } from 'node:path';
import type { Bridge } from './bridge.ts';
import { isCallName, type CallInput, type CallName, type CallResult, type Handlers } from './calls.ts';
import { ABORTED, err, type WireError } from '../contract/errors.ts';
import type { EventName, Events } from '../contract/events.ts';
import { drop } from '../lib/drop.ts';
import type { AppPorts } from './core/app-ports.ts';
import { readOnly } from './core/core.ts';
import { systemZone } from '../contract/time-zone.ts';
import { EventHub } from './kernel/events.ts';
import { BackupService } from './backup/service.ts';
import { answerCall } from './answer-call.ts';
import { accountHandlers } from './accounts/handlers.ts';
import { backupHandlers } from './backup/handlers.ts';
import { chatHandlers } from './chats/handlers.ts';
import { checkHandlers } from './checks/handlers.ts';
import { exportHandlers } from './exports/handlers.ts';
import { labelHandlers } from './labels/handlers.ts';
import { ledgerHandlers } from './ledger/handlers.ts';
import { libraryHandlers } from './library/handlers.ts';
import { mediaHandlers } from './media/handlers.ts';
import { messageHandlers } from './messages/handlers.ts';
import { searchHandlers } from './search/handlers.ts';
import { settingsHandlers } from './settings/handlers.ts';
import { syncHandlers } from './sync/handlers.ts';
import { systemHandlers } from './system/handlers.ts';
import { trashHandlers } from './trash/handlers.ts';
import { updateHandlers } from './updates/handlers.ts';
import { LibrarySession } from './library-session.ts';
import { MediaFiles } from './media/media-files.ts';
import { Refusal, toWireError } from './kernel/refusal.ts';
import { SampleService } from './accounts/samples.ts';
import { SETTINGS_FILE, SettingsFile } from './settings/settings-file.ts';
import type { AccountSync } from './sync/sync-accounts.ts';
import type { HoldReason } from './sync/service.ts';

/** The app as every shell has it: calls, events, files, and a beginning and an end. */
export interface App {
  /** Answers any call with a `Result`; never rejects. Checks name and input. `signal` is the cancel verb. */
  call<Name extends CallName>(name: Name, input: unknown, signal: AbortSignal): Promise<CallResult<Name>>;
  subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void;
  /** Every event of every name, for a wire that carries all of them. */
  subscribeAll(listener: (name: EventName, payload: Events[EventName]) => void): () => void;
  /** Bytes of stored media, by ids. */
  readonly files: MediaFiles;
  /** A sync of all accounts, for a shell in this process that shows it itself (the command line). Rejects with Refusal or AppError. */
  syncHere(onProgress: (progress: SyncProgress) => void, signal: AbortSignal): Promise<readonly AccountSync[]>;
  /** Holds a running sync for a reason that is not the person's; it continues after `release` of the same reason. */
  hold(reason: HoldReason): void;
  release(reason: HoldReason): void;
  /** Refuses new calls, gives up those under way, finishes what is being written, closes the library. May be called twice. */
  shutdown(): Promise<void>;
}

/** Library errors with which there is nothing to choose: the page shows them and what to do. */
const FATAL: ReadonlySet<string> = new Set(['library_locked', 'library_newer', 'library_damaged', 'disk_full']);

/**
 * Starts the app: settings, then the library that was open last (if any), then what works on it. Never rejects: what went wrong is what
 * `app.info` answers, as a notice or, where the app cannot continue, as the error.
 */
export async function createApp(ports: AppPorts): Promise<App & Tested> {
  const app = new RunningApp(ports);
  await app.start();
  return app;
}

/** The in-memory bridge: for tests and for shells in the same process. Values are copied, as every other bridge does. */
export function bridgeOf(app: Pick<App, 'call' | 'subscribe'>): Bridge {
  return {
    async call<Name extends CallName>(
      name: Name,
      input: CallInput<Name>,
      options: Parameters<Bridge['call']>[2] = {},
    ): Promise<CallResult<Name>> {
      const controller = new AbortController();
      const giveUp = (): void => {
        controller.abort();
      };
      if (options.signal?.aborted === true) {
        return ABORTED;
      }
      options.signal?.addEventListener('abort', giveUp, { once: true });
      try {
        return structuredClone(await app.call(name, input, controller.signal));
      } finally {
        options.signal?.removeEventListener('abort', giveUp);
      }
    },
    subscribe: (event, listener) =>
      app.subscribe(event, (payload) => {
        listener(structuredClone(payload));
      }),
  };
}

const READ_ONLY_NOTICE: WireError = (({ code, message, hint }) => ({ code, message, hint }))(readOnly());

/** For tests that look into the library behind an app. */
interface Tested {
  /** Refusal `not_found` while no library is open. */
  core(): LibrarySession['core'];
}

class RunningApp implements App, Tested {
  readonly files: MediaFiles;
  readonly #ports: AppPorts;
  readonly #events: EventHub;
  readonly #settings: SettingsFile;
  readonly #samples: SampleService;
  readonly #backups: BackupService;
  readonly #handlers: Handlers;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #session: LibrarySession | null = null;
  #changingLibrary = false;
  #tryingAgain: Promise<void> | null = null;
  #notices: WireError[] = [];
  #shutdown: Promise<void> | null = null;

  constructor(ports: AppPorts) {
    const { log } = ports;
    this.#ports = ports;
    this.#events = new EventHub((error) => {
      log.error('a listener failed', error);
    });
    this.#settings = new SettingsFile(join(ports.configDir, SETTINGS_FILE));
    this.#samples = new SampleService(this.#settings, log);
    this.#backups = new BackupService({
      clock: ports.core.clock,
      log,
      session: () => this.#session,
      openLibrary: (path) => this.#chooseLibrary(path),
      onCopy: (copy) => {
        this.#events.emit('backup.progress', copy);
      },
    });
    this.files = new MediaFiles({
      core: () => this.#session?.core ?? null,
      onDamaged: (accountId, mediaId) => {
        log.warn('a stored file is not as it was', { accountId, mediaId });
        this.#events.emit('library.changed', { accountId, chatIds: null, months: null, chats: false });
      },
    });
    ports.updates?.onChange((status) => {
      this.#events.emit('updates.changed', status);
    });
    this.#handlers = this.#makeHandlers();
  }

  async start(): Promise<void> {
    const { log, core, library } = this.#ports;
    await this.#settings.load(core.clock.now());
    if (this.#settings.notice !== null) {
      this.#notices.push(this.#settings.notice);
    }
    log.info('start', { version: core.version, library: (library ?? this.#settings.library) !== null });
    await this.#openFirst();
  }

  /** Opens the library of this start, if any. Never rejects: what keeps it shut becomes the fatal error or a notice. */
  async #openFirst(): Promise<void> {
    const { log, library } = this.#ports;
    const path = library ?? this.#settings.library;
    if (path === null) {
      return;
    }
    try {
      await this.#open(path, library !== null);
      this.#events.recover();
    } catch (error) {
      const wire = toWireError(error, { call: 'start', aborted: false, log });
      log.warn('the library could not be opened', { code: wire.code });
      if (FATAL.has(wire.code) || wire.code === 'internal') {
        this.#events.fatal(wire);
      } else {
        this.#events.recover();
        this.#notices.push(wire);
      }
    }
  }

  async call<Name extends CallName>(name: Name, input: unknown, signal: AbortSignal): Promise<CallResult<Name>> {
    if (this.#closing.signal.aborted) {
      return err('disconnected', 'Chatkeep is closing.');
    }
    if (!isCallName(name)) {
      return err('unknown_call', 'There is no call of this name.');
    }
    if (signal.aborted) {
      return ABORTED;
    }
    const given = AbortSignal.any([signal, this.#closing.signal]);
    const work = answerCall(name, this.#handlers[name], input, given, this.#ports.log);
    this.#calls.add(work);
    try {
      return await firstOf(work, signal);
    } finally {
      drop(
        work.finally(() => {
          this.#calls.delete(work);
        }),
        () => undefined,
      );
    }
  }

  subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void {
    return this.#events.subscribe(event, listener);
  }

  subscribeAll(listener: (name: EventName, payload: Events[EventName]) => void): () => void {
    return this.#events.subscribeAll(listener);
  }

  async syncHere(onProgress: (progress: SyncProgress) => void, signal: AbortSignal): Promise<readonly AccountSync[]> {
    return await this.#openSession().sync.runHere(onProgress, signal);
  }

  core(): LibrarySession['core'] {
    return this.#openSession().core;
  }

  hold(reason: HoldReason): void {
    this.#session?.sync.hold(reason);
  }

  release(reason: HoldReason): void {
    this.#session?.sync.release(reason);
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  #openSession(): LibrarySession {
    if (this.#session === null) {
      throw new Refusal('not_found', 'No library is open.', 'Choose a folder for it.');
    }
    return this.#session;
  }

  async #chooseLibrary(path: string): Promise<LibrarySession> {
    const current = this.#session;
    if (
      this.#changingLibrary ||
      current?.sync.isRunning === true ||
      current?.check.isRepairing === true ||
      current?.exports.isRunning === true
    ) {
      throw new Refusal('busy', 'The library is in use.', 'Wait for the sync, the repair or the export, or cancel it.');
    }
    if (current !== null && current.core.library.root === path) {
      return current;
    }
    this.#changingLibrary = true;
    try {
      // The new one first: one that cannot be opened leaves the old one as it was.
      const session = await this.#open(path, true);
      await this.#settings.change({ library: path });
      await current?.close();
      this.#notices = [];
      this.#events.recover();
      this.#events.emit('app.changed', {});
      session.everythingChanged();
      return session;
    } finally {
      this.#changingLibrary = false;
    }
  }

  /** Asks that come while one opens share its end. */
  async #tryAgain(): Promise<void> {
    if (this.#session !== null || this.#changingLibrary) {
      return;
    }
    this.#tryingAgain ??= this.#openFirst().finally(() => {
      this.#tryingAgain = null;
    });
    await this.#tryingAgain;
  }

  async #open(path: string, create: boolean): Promise<LibrarySession> {
    const { core, log } = this.#ports;
    const session = await LibrarySession.open(
      { libraryDir: path, create },
      {
        core: {
          ...core,
          timeZone: () => this.#timeZone(),
          log: (message, fields) => {
            log.info(message, fields);
          },
        },
        settings: () => this.#settings.value,
        events: this.#events,
        log,
        copying: () => ({ files: this.#backups.running, sync: this.#backups.replacing }),
      },
    );
    this.#session = session;
    drop(this.#afterOpening(session), (error) => {
      log.warn('the account of the environment could not be taken up', {
        code: toWireError(error, { call: 'start', aborted: false, log }).code,
      });
    });
    return session;
  }

  /** The part of opening that uses the network and may take long. */
  async #afterOpening(session: LibrarySession): Promise<void> {
    await this.#samples.resume(session.core);
    if (this.#ports.core.environment !== null) {
      await session.core.accounts.forRun(this.#closing.signal);
      this.#events.emit('account.changed', { accountId: null });
      this.#events.emit('app.changed', {});
    }
  }

  #timeZone(): string {
    return this.#settings.value.timeZone ?? this.#ports.core.timeZone?.() ?? systemZone().name;
  }

  #makeHandlers(): Handlers {
    const session = (): LibrarySession => this.#openSession();
    const context = {
      ports: this.#ports,
      events: this.#events,
      settings: this.#settings,
      samples: this.#samples,
      backups: this.#backups,
      core: () => session().core,
      coreOrNull: () => this.#session?.core ?? null,
      sync: () => session().sync,
      syncOrNull: () => this.#session?.sync ?? null,
      isBusyWith: (chatId: number) => session().sync.isBusyWith(chatId),
      checks: () => session().check,
      exports: () => session().exports,
      trash: () => session().trash,
      drags: () => session().drags,
      copying: () => this.#backups.running,
      running: () => this.#session?.whatUsesFiles() ?? this.#backups.running,
      chooseLibrary: (path: string) => this.#chooseLibrary(path),
      reschedule: async () => await this.#session?.reschedule(),
      tryAgain: () => this.#tryAgain(),
      timeZone: () => this.#timeZone(),
      timeZoneChanged: () => {
        this.#events.emit('app.changed', {});
        this.#session?.everythingChanged();
      },
      notices: () => (this.#session?.core.isReadOnly === true ? [...this.#notices, READ_ONLY_NOTICE] : this.#notices),
    };
    return {
      ...systemHandlers(context),
      ...settingsHandlers(context),
      ...updateHandlers(context),
      ...libraryHandlers(context),
      ...checkHandlers(context),
      ...backupHandlers(context),
      ...accountHandlers(context),
      ...chatHandlers(context),
      ...mediaHandlers(context),
      ...labelHandlers(context),
      ...searchHandlers(context),
      ...trashHandlers(context),
      ...messageHandlers(context),
      ...syncHandlers(context),
      ...ledgerHandlers(context),
      ...exportHandlers(context),
    };
  }

  async #close(): Promise<void> {
    const { log } = this.#ports;
    log.info('shutdown');
    this.#closing.abort();
    await Promise.allSettled(this.#calls);
    await this.#backups.cancel();
    try {
      await this.#session?.close();
    } catch (error) {
      log.error('the library did not close well', error);
    }
    this.#session = null;
    await this.#samples.close();
    await this.#settings.flush();
    log.close();
  }
}

/** The answer, or `aborted` at once when the caller gives up: what cannot be stopped goes on unheard. */
function firstOf<Name extends CallName>(
  work: Promise<CallResult<Name>>,
  signal: AbortSignal,
): Promise<CallResult<Name>> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      resolve(ABORTED);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp);
    });
  });
}
