import type { InputOf } from '../kernel/call.ts';
import type { syncCalls } from './calls.ts';
import type { PauseReason, Settings, SyncChat, SyncProgress, SyncState, SyncStatus } from '../../contract/shapes.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import { drop } from '../../lib/drop.ts';
import { accountsForRun } from './choose.ts';
import { readOnly, type Core } from '../core/core.ts';
import type { Logger } from '../kernel/log.ts';
import type { IndexObserver } from '../core/observe-index.ts';
import { Refusal, toWireError } from '../kernel/refusal.ts';
import { syncAccounts, WHOLE_SYNC, type AccountSync, type SyncChoice } from './sync-accounts.ts';
import {
  addCounters,
  failedChats,
  IDLE,
  NO_SUMS,
  refusedFiles,
  statusOf,
  type ChatCount,
  type RunFacts,
  type Sums,
} from './sync-status.ts';
import { nextWaitMs } from './watch.ts';

type StartInput = InputOf<(typeof syncCalls)['sync.start']>;
export type HoldReason = 'suspended' | 'offline';

export interface SyncServicePorts {
  readonly core: Core;
  readonly settings: () => Settings;
  readonly log: Logger;
  nameOf(chatId: number): string | null;
  /** At most some times a second while a run is active, and at every change of state. */
  onStatus(status: SyncStatus): void;
  /** A run of this account has ended. */
  onAccount(accountId: number): void;
  /** All runs of a start have ended. */
  onEnd(): void;
  /** Something else needs the library for itself now; null = nothing. */
  blockedBy(): string | null;
}

interface Running {
  readonly input: StartInput;
  readonly background: boolean;
  readonly controller: AbortController;
  readonly startedAt: number;
  intent: 'go' | 'pause' | 'cancel';
  pauseReason: PauseReason | null;
  done: Promise<void>;
}

const EVERYTHING: StartInput = { accountId: null, chatIds: [], full: false, retryFailed: false };
/** A run that was due while the program was closed begins shortly after its start, not with it. */
const SOONEST_MS = 10_000;

/** Syncs of one library: one at a time, started by a person or by the schedule, paused and cancelled without loss. */
export class SyncService implements Pick<IndexObserver, 'onPage' | 'onFiles'> {
  readonly #ports: SyncServicePorts;
  readonly #holds = new Set<HoldReason>();
  readonly #counts = new Map<number, ChatCount>();
  readonly #chatOf: (chatKey: number) => number | null;
  #failed: SyncChat[] = [];
  #status: SyncStatus = IDLE;
  #running: Running | null = null;
  #paused: { readonly input: StartInput; readonly reason: PauseReason } | null = null;
  #starting = false;
  #closed = false;
  #schedule = new AbortController();
  /** How the runs of the last sync ended, one an account. */
  #ends: AccountSync[] = [];
  #onlooker: ((progress: SyncProgress) => void) | null = null;

  constructor(ports: SyncServicePorts, chatOf: (chatKey: number) => number | null) {
    this.#ports = ports;
    this.#chatOf = chatOf;
  }

  get status(): SyncStatus {
    return this.#status;
  }

  get isRunning(): boolean {
    return this.#running !== null || this.#starting;
  }

  /** Whether the chat is being listed, or files of it are still to come. */
  isBusyWith(chatId: number): boolean {
    return this.#status.chats.some((chat) => chat.chatId === chatId && chat.phase !== 'failed');
  }

  /** Refusal `busy` while a run is active; AppError when there is no account or the service refuses the environment's. */
  async start(input: StartInput, signal: AbortSignal, background = false): Promise<SyncStatus> {
    if (this.#closed || this.isRunning) {
      throw new Refusal('busy', 'A sync is running.', 'Wait for it, or cancel it.');
    }
    if (this.#ports.core.isReadOnly) {
      throw readOnly();
    }
    const blocked = this.#ports.blockedBy();
    if (blocked !== null) {
      throw new Refusal('busy', blocked, 'Wait until it has ended.');
    }
    this.#starting = true;
    try {
      const accounts = await accountsForRun(this.#ports.core, input.accountId, signal);
      signal.throwIfAborted();
      this.#begin(input, accounts, background);
    } finally {
      this.#starting = false;
    }
    return this.#status;
  }

  /** A sync of all accounts for a shell in this process: resolves when it has ended. `signal` cancels it. */
  async runHere(onProgress: (progress: SyncProgress) => void, signal: AbortSignal): Promise<readonly AccountSync[]> {
    this.#onlooker = onProgress;
    const cancel = (): void => {
      this.cancel();
    };
    try {
      await this.start({ accountId: null, chatIds: [], full: false, retryFailed: true }, signal);
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) {
        cancel();
      }
      await this.#running?.done;
      return this.#ends;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#onlooker = null;
    }
  }

  pause(reason: PauseReason = 'person'): SyncStatus {
    const running = this.#running;
    if (running !== null && running.intent === 'go') {
      running.intent = 'pause';
      running.pauseReason = reason;
      this.#show({ ...this.#status, state: 'pausing', pauseReason: reason });
      running.controller.abort();
    }
    return this.#status;
  }

  async resume(signal: AbortSignal): Promise<SyncStatus> {
    if (this.#running?.intent === 'pause') {
      await this.#running.done;
    }
    const paused = this.#paused;
    return paused === null || this.#running !== null ? this.#status : await this.start(paused.input, signal);
  }

  cancel(): SyncStatus {
    this.#paused = null;
    const running = this.#running;
    if (running === null) {
      this.#show({ ...this.#status, state: 'idle', pauseReason: null });
    } else if (running.intent !== 'cancel') {
      running.intent = 'cancel';
      this.#show({ ...this.#status, state: 'cancelling', pauseReason: null });
      running.controller.abort();
    }
    return this.#status;
  }

  /** Pauses a run for a reason that is not the person's; it continues once every such reason is gone. */
  hold(reason: HoldReason): void {
    this.#holds.add(reason);
    this.pause(reason);
  }

  release(reason: HoldReason): void {
    this.#holds.delete(reason);
    const why = this.#running?.pauseReason ?? this.#paused?.reason ?? null;
    if (this.#holds.size === 0 && (why === 'suspended' || why === 'offline')) {
      drop(this.resume(new AbortController().signal), (error) =>
        this.#ports.log.error('a held sync could not go on', error),
      );
    }
  }

  /** Syncs by themselves, as the settings say; called again when they changed. `lastSyncAt`: of the account synced longest ago. */
  reschedule(lastSyncAt: number | null): void {
    this.#schedule.abort();
    this.#schedule = new AbortController();
    const minutes = this.#ports.settings().syncEveryMinutes;
    if (minutes !== null && !this.#closed && !this.#ports.core.isReadOnly) {
      drop(this.#watch(minutes * 60_000, lastSyncAt, this.#schedule.signal), (error) =>
        this.#ports.log.error('the schedule ended', error),
      );
    }
  }

  /** Stops what runs and waits until it has written everything. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#schedule.abort();
    const running = this.#running;
    if (running !== null) {
      running.controller.abort();
      await running.done;
    }
  }

  onPage(page: Parameters<IndexObserver['onPage']>[0], result: Parameters<IndexObserver['onPage']>[1]): void {
    this.#count(this.#chatOf(page.chatKey), { pages: 1, filesDone: 0, filesTotal: result.filesWanted });
  }

  onFiles(settled: Parameters<IndexObserver['onFiles']>[0]): void {
    for (const { result, job } of settled) {
      this.#count(job?.chatId ?? null, { pages: 0, filesDone: result.outcome === 'retry' ? 0 : 1, filesTotal: 0 });
    }
  }

  #count(chatId: number | null, more: ChatCount): void {
    if (chatId === null || this.#running === null) {
      return;
    }
    const before = this.#counts.get(chatId) ?? { pages: 0, filesDone: 0, filesTotal: 0 };
    const filesDone = before.filesDone + more.filesDone;
    this.#counts.set(chatId, {
      pages: before.pages + more.pages,
      filesDone,
      filesTotal: Math.max(filesDone, before.filesTotal + more.filesTotal),
    });
  }

  #begin(input: StartInput, accounts: readonly AccountRow[], background: boolean): void {
    const running: Running = {
      input,
      background,
      controller: new AbortController(),
      startedAt: this.#ports.core.ports.clock.now(),
      intent: 'go',
      pauseReason: null,
      done: Promise.resolve(),
    };
    this.#running = running;
    this.#paused = null;
    this.#counts.clear();
    this.#failed = [];
    this.#ends = [];
    this.#show({
      ...IDLE,
      state: 'running',
      startedAt: running.startedAt,
      scheduled: background,
      accountId: accounts[0]?.id ?? null,
    });
    running.done = this.#runAll(running, accounts).then(
      () => this.#end(running, null),
      (error: unknown) => this.#end(running, error),
    );
  }

  async #runAll(running: Running, accounts: readonly AccountRow[]): Promise<void> {
    let before = NO_SUMS;
    for (const account of accounts) {
      const end = await this.#runOne(running, account, before);
      if (end !== undefined) {
        this.#ends.push(end);
      }
      if (end !== undefined && end.answer !== null) {
        before = addCounters(before, end.answer.counters);
        this.#failed.push(...failedChats(end.answer, this.#ports.nameOf));
      }
      if (end !== undefined) {
        const problem =
          end.problem === null
            ? refusedFiles(end.answer?.folders ?? [])
            : toWireError(end.problem, { call: 'sync', aborted: false, log: this.#ports.log });
        this.#status = { ...this.#status, problem: problem ?? this.#status.problem };
      }
      this.#ports.onAccount(account.id);
      if (running.controller.signal.aborted) {
        return;
      }
    }
  }

  async #runOne(running: Running, account: AccountRow, before: Sums): Promise<AccountSync | undefined> {
    const { core, nameOf } = this.#ports;
    const facts = (): RunFacts => ({
      state: stateOf(running),
      pauseReason: running.pauseReason,
      accountId: account.id,
      startedAt: running.startedAt,
      scheduled: running.background,
      before,
      ratePerMinute: account.ratePerMinute,
      counts: this.#counts,
      failed: this.#failed,
      nameOf,
    });
    const [end] = await syncAccounts(core, [account], this.#choiceOf(running), running.controller.signal, {
      onAccount: () => undefined,
      onEnd: () => undefined,
      onProgress: (progress) => {
        this.#onlooker?.(progress);
        const { problem } = this.#status;
        this.#show({ ...statusOf(progress, facts()), problem });
      },
    });
    return end;
  }

  #choiceOf({ input, background }: Running): SyncChoice {
    return {
      ...WHOLE_SYNC,
      kind: background ? 'watch' : 'sync',
      chatIds: input.chatIds,
      full: input.full,
      concurrency: this.#ports.settings().concurrency,
      // A person's run gives failed files another chance by itself; the schedule's does not.
      onlyChanged: background,
      onNoRoom: 'wait',
    };
  }

  #end(running: Running, error: unknown): void {
    const { log, onEnd } = this.#ports;
    this.#running = null;
    const problem =
      error === null
        ? this.#status.problem
        : toWireError(error, { call: 'sync', aborted: running.controller.signal.aborted, log });
    const paused = running.intent === 'pause' && !this.#closed;
    this.#paused = paused ? { input: running.input, reason: running.pauseReason ?? 'person' } : null;
    this.#show({
      ...this.#status,
      state: paused ? 'paused' : 'idle',
      pauseReason: paused ? running.pauseReason : null,
      filesPerSecond: 0,
      bytesPerSecond: 0,
      secondsLeft: null,
      waits: [],
      transfers: [],
      chats: this.#failed.slice(0, 50),
      problem: problem?.code === 'aborted' ? null : problem,
    });
    onEnd();
  }

  async #watch(everyMs: number, lastSyncAt: number | null, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#ports.core.ports;
    const sinceLast = lastSyncAt === null ? 0 : Math.max(0, clock.now() - lastSyncAt);
    let wait = Math.max(SOONEST_MS, nextWaitMs(everyMs, random()) - sinceLast);
    while (!signal.aborted) {
      await clock.sleep(wait, signal).catch((error: unknown) => {
        if (!signal.aborted) {
          throw error;
        }
      });
      if (!signal.aborted && !this.isRunning && this.#paused === null && this.#holds.size === 0) {
        await this.start(EVERYTHING, signal, true).catch((error: unknown) =>
          this.#ports.log.warn('a scheduled sync did not begin', {
            code: toWireError(error, { call: 'sync', aborted: signal.aborted, log: this.#ports.log }).code,
          }),
        );
        await this.#running?.done;
      }
      wait = nextWaitMs(everyMs, random());
    }
  }

  #show(status: SyncStatus): void {
    this.#status = status;
    this.#ports.onStatus(status);
  }
}

function stateOf({ intent }: Running): SyncState {
  return intent === 'go' ? 'running' : intent === 'pause' ? 'pausing' : 'cancelling';
}
