import type { RunOutcome } from '../contract/shapes.ts';
import type { ChatRow } from '../index/chats/calls.ts';
import type { FileJob } from '../index/files/calls.ts';
import { ApiError, toAppError } from '../api/errors.ts';
import { AppError } from '../lib/app-error.ts';
import type { TransferFailure } from './download/file-downloader.ts';
import { chatOf, FetchingRun } from './run/fetching-run.ts';
import { renewNames } from './listing/list-chats.ts';
import { ListingRun } from './run/listing-run.ts';
import type { ProvenRange } from './listing/page-range.ts';
import { listingOf } from './listing/pass.ts';
import { PauseAll, RoomGate } from './kernel/room-gate.ts';
import { chatsOfRun, knownChatKeys } from './run/run-chats.ts';
import { RunProgress } from './run/run-progress.ts';
import { RunTally } from './kernel/run-tally.ts';
import { meaningOf } from './listing/list-page.ts';
import type { SyncAnswer, SyncOptions, SyncPorts } from './run/sync-types.ts';

const SHOWN = 50;

/**
 * One run: lists chats and pages, fetches files at the same time, and says truthfully how it ended. Work is rows in the index: cancelling
 * (through `signal`) or killing a run loses nothing, the next one resumes.
 *
 * Resolves also when the run was cancelled or paused; rejects only for bugs and for an index that cannot be used.
 */
export async function runSync(ports: SyncPorts, options: SyncOptions, signal: AbortSignal): Promise<SyncAnswer> {
  const startedAt = ports.clock.now();
  const runId = await ports.index.write.startRun({
    accountId: options.accountId,
    kind: options.kind,
    at: startedAt,
    version: ports.version,
    pid: ports.pid,
  });
  return await new SyncRun(ports, options, runId, startedAt, signal).run();
}

class SyncRun {
  readonly #ports: SyncPorts;
  readonly #options: SyncOptions;
  readonly #runId: number;
  readonly #startedAt: number;
  readonly #outer: AbortSignal;
  /** Aborted by the caller, or by this run when nothing more can be done in it. */
  readonly #stop = new AbortController();
  readonly #tally = new RunTally();
  readonly #listing: ListingRun;
  readonly #fetching: FetchingRun;
  readonly #progress: RunProgress;
  readonly #room: RoomGate;
  #listingGoesOn = true;
  #problem: AppError | null = null;
  #bug: unknown = null;

  constructor(ports: SyncPorts, options: SyncOptions, runId: number, startedAt: number, outer: AbortSignal) {
    this.#ports = ports;
    this.#options = options;
    this.#runId = runId;
    this.#startedAt = startedAt;
    this.#outer = outer;
    const poke = (): void => this.#progress.poke();
    this.#room = new RoomGate(ports.store, ports.clock, poke);
    this.#listing = new ListingRun(ports, options, runId, this.#tally, {
      onPage: (_chat, result) => {
        this.#progress.filesWanted += result.filesWanted;
        this.#fetching.wake();
        poke();
      },
      onChat: (chat, state) => {
        this.#progress.listing[state === 'begun' ? 'add' : 'delete'](chat.id);
        poke();
      },
      gate: () => this.#room.passed(),
      onPause: (pause, signal) => this.#pause(pause, signal),
      onRefused: (error) => this.#refused(error),
    });
    this.#fetching = new FetchingRun(ports, options, runId, this.#tally, {
      relist: (job, cursor, signal) => this.#relist(job, cursor, signal),
      failureOf: (error) => this.#failureOf(error),
      onChange: poke,
    });
    this.#progress = new RunProgress({
      runId,
      clock: ports.clock,
      tally: this.#tally,
      meter: ports.meter,
      room: this.#room,
      fetching: () => this.#fetching,
      onProgress: ports.onProgress,
      onNote: (counters) => {
        // Only for a run that is killed later: a note that cannot be written now is written the next time or at the end.
        ports.index.write.noteRun({ runId, counters }).catch(() => undefined);
      },
    });
  }

  async run(): Promise<SyncAnswer> {
    const onAbort = (): void => this.#stop.abort(this.#outer.reason);
    this.#outer.addEventListener('abort', onAbort, { once: true });
    if (this.#outer.aborted) {
      onAbort();
    }
    await Promise.all([this.#listAll(), this.#fetchAll()]);
    this.#outer.removeEventListener('abort', onAbort);
    return await this.#conclude();
  }

  async #listAll(): Promise<void> {
    const { signal } = this.#stop;
    try {
      if (this.#options.list) {
        await this.#list(signal);
      } else {
        await this.#reopen([]);
      }
    } catch (error) {
      this.#note(error);
    } finally {
      this.#listingGoesOn = false;
      this.#progress.phase = 'files';
      this.#fetching.wake();
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const onPartial = (code: string): void => this.#tally.noteError(code);
    const chats = await chatsOfRun(this.#ports, this.#options, this.#runId, onPartial, signal);
    if (!chats.all) {
      this.#fetching.limitTo(chats.meant.map((chat) => chat.key));
    }
    await this.#reopen(chats.all ? [] : chats.meant);
    this.#progress.chatsTotal = chats.walk.length;
    this.#progress.phase = 'listing';
    this.#progress.poke();
    await this.#listing.walkAll(chats.walk, signal);
    if (this.#problem === null) {
      const { api, index, clock } = this.#ports;
      await renewNames(
        { api, index, now: () => clock.now(), onPartial },
        {
          accountId: this.#options.accountId,
          runId: this.#runId,
          chatKeys: chats.walk.map((chat) => chat.key),
          since: this.#startedAt,
        },
        signal,
      );
    }
    if (this.#problem === null && this.#options.recheckPages > 0) {
      await this.#listing.recheck(signal);
    }
  }

  async #reopen(chats: readonly ChatRow[]): Promise<void> {
    await this.#ports.index.write.reopenFailed({
      accountId: this.#options.accountId,
      chatKeys: chats.map((chat) => chat.key),
      now: this.#ports.clock.now(),
      all: this.#options.kind !== 'watch',
    });
    this.#fetching.wake();
  }

  async #fetchAll(): Promise<void> {
    const { signal } = this.#stop;
    try {
      const keys = await knownChatKeys(this.#ports, this.#options);
      if (keys !== null) {
        this.#fetching.limitTo(keys);
      }
      for (let done = !this.#options.files; !done;) {
        done = await this.#fetchUntilPause(signal);
      }
    } catch (error) {
      this.#note(error);
    }
  }

  /** True when nothing is due any more; false after a pause that is over. */
  async #fetchUntilPause(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#fetching.run(() => this.#listingGoesOn, signal);
      return true;
    } catch (error) {
      const pause = PauseAll.from(error);
      if (pause === null) {
        throw error;
      }
      await this.#pause(pause, signal);
      return false;
    }
  }

  /** Waits until there is room again, or ends the run: as the options say. */
  async #pause(pause: PauseAll, signal: AbortSignal): Promise<void> {
    if (this.#options.onNoRoom === 'stop') {
      throw pause;
    }
    await this.#room.close(pause, signal);
  }

  async #relist(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<ProvenRange | null> {
    if (this.#problem !== null && wantsPerson(this.#problem)) {
      throw this.#problem;
    }
    try {
      return await this.#listing.relist(chatOf(job), job.pass, listingOf(job.pass), cursor, 'refresh', signal);
    } catch (error) {
      const meaning = meaningOf(error);
      if (meaning === 'credentials' || meaning === 'permission') {
        this.#refused(error);
      }
      throw error;
    }
  }

  #failureOf(error: unknown): TransferFailure | null {
    if (error === this.#problem && error !== null) {
      return { code: 'credentials', held: true };
    }
    const meaning = meaningOf(error);
    if (meaning !== null && error instanceof ApiError) {
      return { code: `list_${error.code}`, held: meaning === 'credentials' || meaning === 'permission' };
    }
    return this.#ports.mediaFailureOf(error);
  }

  #refused(error: unknown): void {
    if (error instanceof ApiError) {
      this.#problem ??= toAppError(error);
    }
  }

  /**
   * Sorts out why a half ended early. When the service cannot be asked, files already listed are still fetched; when nothing can be
   * stored, or something is broken, the other half stops too.
   */
  #note(error: unknown): void {
    if (this.#stop.signal.aborted) {
      return;
    }
    if (error instanceof ApiError) {
      this.#tally.noteError(error.code);
      this.#problem ??= toAppError(error);
      return;
    }
    const pause = PauseAll.from(error);
    if (pause !== null) {
      this.#problem = pause.toAppError();
    } else if (error instanceof AppError) {
      this.#problem = error;
    } else {
      this.#bug = error;
    }
    this.#stop.abort(error);
  }

  async #conclude(): Promise<SyncAnswer> {
    const { index, clock } = this.#ports;
    const { accountId, chatIds, files } = this.#options;
    const scope = chatIds.length === 1 ? (chatIds[0] ?? null) : null;
    const { read } = index;
    const ledger =
      scope === null
        ? await read.ledgerTotal({ accountId })
        : (await read.ledgerRows({ accountId, chatId: scope })).total;
    const left = await this.#fetching.backlog();
    const { unfinished } = this.#listing;
    const counters = this.#progress.counters();
    const rest = (files && left.due + left.deferred + left.failed > 0) || unfinished.length > 0;
    const outcome = this.#outcome(rest || counters.messages.bad > 0);
    const at = clock.now();
    await index.write.endRun({ runId: this.#runId, at, outcome, counters });
    await this.#noteAccount(at);
    this.#progress.end();
    if (this.#bug !== null) {
      throw this.#bug instanceof Error ? this.#bug : new Error(String(this.#bug));
    }
    return {
      runId: this.#runId,
      outcome,
      counters,
      ledger,
      durationMs: at - this.#startedAt,
      unfinished: unfinished.slice(0, SHOWN),
      folders: this.#tally.folders().slice(0, SHOWN),
      problem: this.#problem ?? this.#fetching.problem(),
    };
  }

  #outcome(partial: boolean): RunOutcome {
    if (this.#bug !== null) {
      return 'failed';
    }
    if (this.#outer.aborted) {
      return 'interrupted';
    }
    switch (this.#problem?.code) {
      case undefined:
        return partial ? 'partial' : 'complete';
      case 'disk_full':
      case 'media_offline':
      case 'library_unwritable':
        return 'paused';
      default:
        return 'failed';
    }
  }

  async #noteAccount(at: number): Promise<void> {
    const refused = this.#problem !== null && wantsPerson(this.#problem);
    if (refused || (this.#problem === null && !this.#outer.aborted)) {
      await this.#ports.index.write.setAccountStatus({
        accountId: this.#options.accountId,
        status: refused ? 'needsAttention' : 'ok',
        reason: refused ? (this.#problem?.code ?? null) : null,
        at,
      });
    }
  }
}

/** Only a person can mend it: until then the account needs attention and its queue is kept. */
function wantsPerson(problem: AppError): boolean {
  return ['key_refused', 'connection_refused', 'permission_missing'].includes(problem.code);
}
