import type { ChatRow, FileJob, RunOutcome } from '../db/interface.ts';
import { ApiError, toAppError } from '../api/errors.ts';
import { StoreError } from '../files/interface.ts';
import { AppError } from '../lib/app-error.ts';
import type { TransferFailure } from './file-downloader.ts';
import { chatOf, FetchingRun } from './fetching-run.ts';
import { PauseAll } from './file-queue.ts';
import { listChats, nameChats } from './list-chats.ts';
import { ListingRun } from './listing-run.ts';
import type { ProvenRange } from './page-range.ts';
import { listingOf } from './pass.ts';
import { Coalescer, RateMeter, type SyncProgress, type Wait } from './progress.ts';
import { RunTally } from './run-tally.ts';
import { listPage, meaningOf } from './sync-service.ts';
import type { SyncAnswer, SyncOptions, SyncPorts } from './sync-types.ts';

const PROGRESS_EVERY_MS = 250;
const RATE_WINDOW_MS = 10_000;
const NOTE_EVERY_MS = 5_000;
const ROOM_CHECK_EVERY_MS = 5_000;
const UNFINISHED_SHOWN = 50;

/**
 * One run: lists chats and pages, fetches files at the same time, and says truthfully how it ended. Work is rows in the index: cancelling
 * (through `signal`) or killing a run loses nothing, the next one goes on.
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
  /** Aborted by the caller, or by this run when nothing can be stored any more. */
  readonly #stop = new AbortController();
  readonly #tally = new RunTally();
  readonly #listing: ListingRun;
  readonly #fetching: FetchingRun;
  readonly #progress: Coalescer;
  readonly #files = new RateMeter(RATE_WINDOW_MS);
  readonly #bytes = new RateMeter(RATE_WINDOW_MS);
  readonly #listedNow = new Set<number>();
  readonly #requestsBefore: number;
  readonly #waitedBefore: number;
  #phase: SyncProgress['phase'] = 'chats';
  #chatsTotal = 0;
  #filesWanted = 0;
  #listingGoesOn = true;
  #problem: AppError | null = null;
  #bug: unknown = null;
  #noRoom: { readonly wait: Wait; readonly over: Promise<void> } | null = null;
  #notedAt = 0;

  constructor(ports: SyncPorts, options: SyncOptions, runId: number, startedAt: number, outer: AbortSignal) {
    this.#ports = ports;
    this.#options = options;
    this.#runId = runId;
    this.#startedAt = startedAt;
    this.#outer = outer;
    this.#requestsBefore = ports.meter.requests;
    this.#waitedBefore = ports.meter.waitedMs;
    this.#progress = new Coalescer(PROGRESS_EVERY_MS, () => {
      this.#emit();
    });
    ports.meter.onChange = () => {
      this.#progress.poke();
    };
    this.#listing = new ListingRun(ports, options, runId, this.#tally, {
      onPage: (_chat, result) => {
        this.#filesWanted += result.filesWanted;
        this.#fetching.wake();
        this.#progress.poke();
      },
      onChat: (chat, state) => {
        if (state === 'begun') {
          this.#listedNow.add(chat.id);
        } else {
          this.#listedNow.delete(chat.id);
        }
        this.#progress.poke();
      },
      gate: () => this.#noRoom?.over ?? Promise.resolve(),
      onRefused: (error) => {
        this.#refused(error);
      },
    });
    this.#fetching = new FetchingRun(ports, options, runId, this.#tally, {
      relist: (job, cursor, signal) => this.#relist(job, cursor, signal),
      failureOf: (error) => this.#failureOf(error),
      onChange: () => {
        this.#progress.poke();
      },
    });
  }

  async run(): Promise<SyncAnswer> {
    const onAbort = (): void => {
      this.#stop.abort(this.#outer.reason);
    };
    this.#outer.addEventListener('abort', onAbort, { once: true });
    if (this.#outer.aborted) {
      onAbort();
    }
    await Promise.all([this.#listAll(), this.#fetchAll()]);
    this.#outer.removeEventListener('abort', onAbort);
    this.#ports.meter.onChange = () => undefined;
    return await this.#conclude();
  }

  async #listAll(): Promise<void> {
    const { signal } = this.#stop;
    try {
      const chats = this.#options.list ? await this.#chats(signal) : [];
      this.#chatsTotal = chats.length;
      this.#phase = 'listing';
      this.#progress.poke();
      await this.#listing.walkAll(chats, signal);
      if (this.#options.list && this.#problem === null && this.#options.recheckPages > 0) {
        await this.#listing.recheck(signal);
      }
      this.#phase = 'files';
    } catch (error) {
      this.#note(error);
    } finally {
      this.#listingGoesOn = false;
      this.#fetching.wake();
    }
  }

  async #chats(signal: AbortSignal): Promise<ChatRow[]> {
    const { index, api, clock } = this.#ports;
    const { accountId, chatIds } = this.#options;
    const listPorts = {
      api,
      index,
      now: () => clock.now(),
      onPartial: (code: string) => {
        this.#tally.noteError(code);
      },
    };
    if (chatIds.length === 0) {
      const chats = await listChats(listPorts, accountId, this.#runId, signal);
      const kept = chats.filter((chat) => this.#isKept(chat.id));
      if (this.#options.keep !== undefined) {
        this.#fetching.limitTo(kept);
      }
      await this.#reopen(this.#options.keep === undefined ? [] : kept);
      return this.#options.onlyChanged ? kept.filter((chat) => !isQuiet(chat)) : kept;
    }
    const chats: ChatRow[] = [];
    for (const id of chatIds) {
      chats.push((await index.read.chatById({ accountId, id })) ?? (await this.#meet(id, signal)));
    }
    await nameChats(listPorts, accountId, this.#runId, signal);
    this.#fetching.limitTo(chats);
    await this.#reopen(chats);
    return chats;
  }

  #isKept(chatId: number): boolean {
    const { keep } = this.#options;
    return keep === undefined || keep.chatIds.has(chatId) === (keep.which === 'only');
  }

  /** Fetching begins at once, beside listing: it must not take files of chats that are not meant. */
  async #limitFetching(): Promise<void> {
    const { accountId, chatIds, keep } = this.#options;
    const { read } = this.#ports.index;
    if (chatIds.length > 0) {
      const known = await Promise.all(chatIds.map((id) => read.chatById({ accountId, id })));
      this.#fetching.limitTo(known.filter((chat) => chat !== null));
    } else if (keep !== undefined) {
      this.#fetching.limitTo((await allChats(read, accountId)).filter((chat) => this.#isKept(chat.id)));
    }
  }

  /** A chat asked for by its id that is not in the library yet: it is taken up when the service lists it. */
  async #meet(id: number, signal: AbortSignal): Promise<ChatRow> {
    try {
      await listPage(this.#ports.api, id, this.#options.listing, null, 'list', signal);
    } catch (error) {
      if (meaningOf(error) === 'not_found') {
        throw new AppError(
          'chat_unknown',
          `The service knows no chat ${id}.`,
          'List the chats there: chatkeep chats --remote',
          { cause: error },
        );
      }
      throw error;
    }
    const [chat] = await this.#ports.index.write.saveChats({
      accountId: this.#options.accountId,
      runId: this.#runId,
      at: this.#ports.clock.now(),
      chats: [{ id, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' }],
    });
    if (chat === undefined) {
      throw new Error('the index did not answer with the chat it saved');
    }
    return chat;
  }

  async #reopen(chats: readonly ChatRow[]): Promise<void> {
    const { index, clock } = this.#ports;
    await index.write.reopenFailed({
      accountId: this.#options.accountId,
      chatKeys: chats.map((chat) => chat.key),
      now: clock.now(),
      all: this.#options.kind !== 'watch',
    });
    this.#fetching.wake();
  }

  async #fetchAll(): Promise<void> {
    if (!this.#options.files) {
      return;
    }
    try {
      await this.#limitFetching();
    } catch (error) {
      this.#note(error);
      return;
    }
    for (;;) {
      try {
        await this.#fetching.run(() => this.#listingGoesOn, this.#stop.signal);
        return;
      } catch (error) {
        if (!(error instanceof PauseAll) || this.#options.onNoRoom === 'stop') {
          this.#note(error);
          return;
        }
        await this.#waitForRoom(error).catch((cut: unknown) => {
          this.#note(cut);
        });
      }
    }
  }

  /** Everything waits until the disk has room again or the media root is back. */
  async #waitForRoom(pause: PauseAll): Promise<void> {
    const cause = pause.cause instanceof StoreError ? pause.cause : null;
    let open: () => void = () => undefined;
    this.#noRoom = {
      wait: { reason: cause?.code === 'offline' ? 'offline' : 'disk', until: null, needed: cause?.needed ?? null },
      over: new Promise((resolve) => {
        open = resolve;
      }),
    };
    this.#progress.poke();
    try {
      for (let room = false; !room;) {
        await this.#ports.clock.sleep(ROOM_CHECK_EVERY_MS, this.#stop.signal);
        room = await this.#ports.store.ensureRoom(cause?.needed ?? 0).then(
          () => true,
          (error: unknown) => {
            if (error instanceof StoreError) {
              return false;
            }
            throw error;
          },
        );
      }
    } finally {
      this.#noRoom = null;
      open();
    }
  }

  async #relist(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<ProvenRange | null> {
    if (
      this.#problem !== null &&
      (this.#problem.code === 'key_refused' || this.#problem.code === 'connection_refused')
    ) {
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
    if (error instanceof PauseAll && error.cause instanceof StoreError) {
      this.#problem = roomProblem(error.cause);
    } else if (error instanceof AppError) {
      this.#problem = error;
    } else {
      this.#bug = error;
    }
    this.#stop.abort(error);
  }

  async #conclude(): Promise<SyncAnswer> {
    const { index, clock } = this.#ports;
    this.#phase = 'ending';
    const scope = this.#options.chatIds.length === 1 ? (this.#options.chatIds[0] ?? null) : null;
    const { total } = await index.read.ledger({ accountId: this.#options.accountId, chatId: scope });
    const left = await this.#fetching.backlog();
    const filesLeft = this.#options.files && left.due + left.deferred + left.failed > 0;
    const outcome = this.#outcome(filesLeft || this.#listing.unfinished.length > 0 || this.#tally.bad > 0);
    const at = clock.now();
    await index.write.endRun({ runId: this.#runId, at, outcome, counters: this.#counters() });
    if (this.#bug !== null) {
      throw this.#bug;
    }
    await this.#noteAccount(at);
    this.#progress.end();
    return {
      runId: this.#runId,
      outcome,
      counters: this.#counters(),
      ledger: total,
      durationMs: at - this.#startedAt,
      unfinished: this.#listing.unfinished.slice(0, UNFINISHED_SHOWN),
      problem: this.#problem,
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
        return 'paused';
      default:
        return 'failed';
    }
  }

  async #noteAccount(at: number): Promise<void> {
    const wantsPerson =
      this.#problem !== null &&
      ['key_refused', 'connection_refused', 'permission_missing'].includes(this.#problem.code);
    if (wantsPerson || (this.#problem === null && !this.#outer.aborted)) {
      await this.#ports.index.write.setAccountStatus({
        accountId: this.#options.accountId,
        status: wantsPerson ? 'needsAttention' : 'ok',
        reason: wantsPerson ? (this.#problem?.code ?? null) : null,
        at,
      });
    }
  }

  #counters(): ReturnType<RunTally['snapshot']> {
    this.#tally.requests = this.#ports.meter.requests - this.#requestsBefore;
    this.#tally.waitedMs = this.#ports.meter.waitedMs - this.#waitedBefore;
    return this.#tally.snapshot();
  }

  #emit(): void {
    const now = this.#ports.clock.now();
    const counters = this.#counters();
    this.#files.note(now, counters.files.downloaded);
    this.#bytes.note(now, counters.files.bytes + this.#fetching.bytesInFlight);
    if (now - this.#notedAt > NOTE_EVERY_MS && this.#phase !== 'ending') {
      this.#notedAt = now;
      this.#ports.index.write.noteRun({ runId: this.#runId, counters }).catch(() => undefined);
    }
    const filesLeft = Math.max(0, this.#filesWanted - counters.files.downloaded - counters.files.failed);
    const filesPerSecond = this.#files.perSecond();
    this.#ports.onProgress?.({
      runId: this.#runId,
      phase: this.#phase,
      chats: { done: counters.chats, total: this.#chatsTotal },
      listing: [...this.#listedNow],
      counters,
      filesLeft,
      bytesInFlight: this.#fetching.bytesInFlight,
      transfers: this.#fetching.transfers,
      filesPerSecond,
      bytesPerSecond: this.#bytes.perSecond(),
      secondsLeft: this.#listingGoesOn || filesPerSecond <= 0 ? null : Math.round(filesLeft / filesPerSecond),
      waits: this.#waits(),
    });
  }

  #waits(): Wait[] {
    const waits: Wait[] = [];
    const { wait } = this.#ports.meter;
    if (wait !== null) {
      waits.push({ reason: wait.reason, until: wait.until, needed: null });
    }
    const host = this.#fetching.pausedUntil();
    if (host !== null) {
      waits.push({ reason: 'host', until: host, needed: null });
    }
    if (this.#noRoom !== null) {
      waits.push(this.#noRoom.wait);
    }
    return waits;
  }
}

const CHATS_PAGE = 500;

async function allChats(read: SyncPorts['index']['read'], accountId: number): Promise<ChatRow[]> {
  const chats: ChatRow[] = [];
  for (let after: number | null = null; ;) {
    const page: ChatRow[] = await read.chats({ accountId, after, limit: CHATS_PAGE });
    chats.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < CHATS_PAGE) {
      return chats;
    }
    after = last.key;
  }
}

/** The chat list names the message that was newest when the chat was last listed to covered ground. */
function isQuiet(chat: ChatRow): boolean {
  return chat.complete && chat.probeMessageId !== null && chat.probeMessageId === chat.syncedProbeId;
}

function roomProblem(error: StoreError): AppError {
  if (error.code === 'offline') {
    return new AppError(
      'media_offline',
      error.message,
      'Connect the drive or make the folder writable, then sync again. Nothing is lost.',
      { cause: error },
    );
  }
  const needed = error.needed === null ? '' : ` ${Math.ceil(error.needed / 1_000_000)} MB more are needed.`;
  return new AppError('disk_full', `The disk is full.${needed}`, 'Free some space, then sync again. Nothing is lost.', {
    cause: error,
  });
}
