import type { Events } from '../contract/events.ts';
import type { Settings } from '../contract/shapes.ts';
import { drop } from '../lib/drop.ts';
import { ChatNames } from './chats/chat-names.ts';
import { CheckService } from './checks/service.ts';
import { Core, type CorePorts } from './core/core.ts';
import type { EventHub } from './kernel/events.ts';
import { DragFiles } from './system/drag-files.ts';
import { ExportService } from './exports/service.ts';
import { ColourPass } from './media/colour-pass.ts';
import { LibraryWatch } from './library-watch.ts';
import type { Logger } from './kernel/log.ts';
import type { IndexObserver } from './core/observe-index.ts';
import { SyncService } from './sync/service.ts';
import { TrashService } from './trash/service.ts';

export interface SessionPorts {
  readonly core: CorePorts;
  readonly settings: () => Settings;
  readonly events: EventHub;
  readonly log: Logger;
  /** A copy of this library as a whole is under way, or the next library is on its way, in words; null = no. */
  readonly copying: () => { readonly files: string | null; readonly sync: string | null };
}

const EMPTYING = 'The trash is being emptied.';

/** An open library with what works on it. One at a time; closing it finishes what is being written. */
export class LibrarySession {
  readonly core: Core;
  readonly sync: SyncService;
  readonly check: CheckService;
  readonly exports: ExportService;
  readonly trash: TrashService;
  readonly drags: DragFiles;
  readonly names: ChatNames;
  readonly #watch: LibraryWatch;
  readonly #colours: ColourPass;
  readonly #ports: SessionPorts;

  private constructor(core: Core, ports: SessionPorts, relay: Relay) {
    const { events, log } = ports;
    this.core = core;
    this.#ports = ports;
    this.names = new ChatNames(core.index.read);
    const idOf = (chatKey: number): number | null => this.names.idOf(chatKey);
    this.#watch = new LibraryWatch(
      (change) => events.emit('library.changed', change),
      idOf,
      () => core.timeZone,
    );
    this.#colours = new ColourPass({
      core,
      clock: core.ports.clock,
      log,
      restMs: core.ports.colourRestMs ?? null,
      isBusy: () => (this.whatUsesFiles() ?? this.whatChangesFiles() ?? ports.copying().files) !== null,
      onEnd: () => events.emit('colours.changed', {}),
    });
    this.check = new CheckService({
      core,
      log,
      onReport: (report) => events.emit('check.progress', report),
      onEnd: () => {
        this.#watch.everything();
        this.#colours.wake();
      },
      isSyncing: () => this.sync.isRunning,
      blockedBy: () => (this.trash.isEmptying ? EMPTYING : null),
      repairBlockedBy: () => ports.copying().files,
    });
    this.drags = new DragFiles(core);
    this.trash = new TrashService({
      core,
      blockedBy: () => this.whatUsesFiles() ?? ports.copying().files,
      onChange: () => this.#watch.everything(),
    });
    this.exports = new ExportService({
      core,
      log,
      onStatus: (status) => {
        events.emit('export.progress', status);
        if (status.endedAt !== null) {
          this.#colours.wake();
        }
      },
    });
    this.sync = new SyncService(
      {
        core,
        log,
        settings: ports.settings,
        nameOf: (chatId) => this.names.nameOf(chatId),
        onStatus: (status) => events.emit('sync.progress', status),
        onAccount: (accountId) => events.emit('account.changed', { accountId } satisfies Events['account.changed']),
        onEnd: () => {
          this.#refreshNames();
          this.#watch.everything();
          this.#colours.wake();
        },
        blockedBy: () => this.whatChangesFiles() ?? ports.copying().sync,
      },
      idOf,
    );
    relay.to = [this.sync, this.#watch];
    relay.onNames = () => this.#refreshNames();
  }

  /** Rejects as `Core.open` does. */
  static async open(
    options: { readonly libraryDir: string; readonly create: boolean },
    ports: SessionPorts,
  ): Promise<LibrarySession> {
    const relay = new Relay();
    const core = await Core.open(
      { ...options, mode: 'any', reserveBytes: () => ports.settings().diskReserve },
      { ...ports.core, observer: relay, bandwidth: () => ports.settings().bandwidth },
    );
    try {
      const session = new LibrarySession(core, ports, relay);
      await session.names.refresh();
      await session.check.open();
      await session.reschedule();
      session.#colours.wake();
      return session;
    } catch (error) {
      await core.close();
      throw error;
    }
  }

  /** After a change of the settings or of the accounts. */
  async reschedule(): Promise<void> {
    const facts = await this.core.index.read.accountFacts({});
    const oldest = facts
      .map(({ lastSyncAt }) => lastSyncAt)
      .filter((at) => at !== null)
      .sort((a, b) => a - b)[0];
    this.sync.reschedule(oldest ?? null);
  }

  /** Anything may look different now. */
  everythingChanged(): void {
    this.#watch.everything();
  }

  async close(): Promise<void> {
    await Promise.all([
      this.sync.close(),
      this.check.close(),
      this.exports.close(),
      this.trash.close(),
      this.drags.close(),
      this.#colours.close(),
    ]);
    this.#watch.flush();
    await this.core.close();
  }

  /** A sentence that names the task using the library's files; null = none. */
  whatUsesFiles(): string | null {
    if (this.sync.isRunning) {
      return 'A sync is running.';
    }
    if (this.check.isRunning) {
      return 'A check is running.';
    }
    return this.exports.isRunning ? 'An export is running.' : null;
  }

  /** A sentence that names the task removing or replacing files; null = none. */
  whatChangesFiles(): string | null {
    return this.check.isRepairing ? 'A repair of the library is running.' : this.trash.isEmptying ? EMPTYING : null;
  }

  #refreshNames(): void {
    drop(this.names.refresh(), (error) => this.#ports.log.error('names of chats could not be read', error));
  }
}

/** The core is opened before those who want to hear from it can be made. */
class Relay implements IndexObserver {
  to: readonly Partial<IndexObserver>[] = [];
  onNames: () => void = () => undefined;

  onChats(accountId: number): void {
    this.onNames();
    for (const each of this.to) {
      each.onChats?.(accountId);
    }
  }

  onPage(...heard: Parameters<IndexObserver['onPage']>): void {
    for (const each of this.to) {
      each.onPage?.(...heard);
    }
  }

  onFiles(...heard: Parameters<IndexObserver['onFiles']>): void {
    for (const each of this.to) {
      each.onFiles?.(...heard);
    }
  }
}
