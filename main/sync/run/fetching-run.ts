import type { SyncProgress } from '../../contract/shapes.ts';
import type { FileJob, FileResult } from '../../index/files/calls.ts';
import { FileDownloader, type TransferFailure } from '../download/file-downloader.ts';
import { FileQueue, isLarge } from '../download/file-queue.ts';
import { FileTries } from '../download/file-tries.ts';
import { HostGauge } from '../download/host-gauge.ts';
import { HostLinks } from '../download/host-links.ts';
import { LinkRenewals } from '../download/link-renewals.ts';
import { AppError } from '../../lib/app-error.ts';
import type { ProvenRange } from '../listing/page-range.ts';
import { planJobs } from '../download/plan-jobs.ts';
import type { RunTally } from '../kernel/run-tally.ts';
import { LOOK_EVERY_MS, SlowBodies } from '../transfer/slow-bodies.ts';
import type { SyncOptions, SyncPorts } from './sync-types.ts';

const START_AT_ONCE = 6;
const MAX_AT_ONCE = 16;
const LARGE_AT_ONCE = 2;
const RETRY_CAP_MS = 30_000;
/** A retry due within this time is waited for at the end of a run; later ones are left to the next. A page waits a minute between two listings. */
const PATIENCE_MS = 75_000;
const TRANSFERS_SHOWN = 32;
/** A link that ends within this time goes before newer items. */
const HORIZON_MS = 10 * 60_000;

export interface FetchingHooks {
  /** Lists the page of a file again; see `LinkRenewals`. */
  relist(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<ProvenRange | null>;
  failureOf(error: unknown): TransferFailure | null;
  onChange(): void;
}

interface Host {
  readonly gauge: HostGauge;
  readonly links: HostLinks;
}

/** The fetching half of a run: takes file jobs from the index until none is due. */
export class FetchingRun {
  readonly #ports: SyncPorts;
  readonly #options: SyncOptions;
  readonly #runId: number;
  readonly #tally: RunTally;
  readonly #hooks: FetchingHooks;
  readonly #queue: FileQueue;
  readonly #downloader: FileDownloader;
  readonly #hosts = new Map<string, Host>();
  /** The queue asks for the host of each waiting job again and again. */
  readonly #hostOf = new WeakMap<FileJob, Host>();
  readonly #slow = new SlowBodies();
  readonly #inFlight = new Map<number, { readonly job: FileJob; readonly done: number }>();
  #chatKeys: readonly number[] = [];

  constructor(ports: SyncPorts, options: SyncOptions, runId: number, tally: RunTally, hooks: FetchingHooks) {
    this.#ports = ports;
    this.#options = options;
    this.#runId = runId;
    this.#tally = tally;
    this.#hooks = hooks;
    const { clock, random } = ports;
    const { triesPerRun, retryBaseMs } = options;
    const tries = new FileTries({ clock, random, tally }, { triesPerRun, retryBaseMs, retryCapMs: RETRY_CAP_MS });
    const failureOf = (error: unknown): TransferFailure | null => hooks.failureOf(error);
    const renewals = new LinkRenewals({
      clock,
      tally,
      tries,
      relist: (job, cursor, signal) => hooks.relist(job, cursor, signal),
      file: (fileId) => ports.index.read.file({ fileId }),
      failureOf,
    });
    this.#downloader = new FileDownloader({
      media: ports.media,
      store: ports.store,
      clock,
      tally,
      tries,
      gaugeOf: (job) => this.#host(job).gauge,
      linksOf: (job) => this.#host(job).links,
      failureOf,
      onBytes: (job, done) => {
        this.#inFlight.set(job.fileId, { job, done });
        this.#slow.note(job.fileId, done);
        hooks.onChange();
      },
      onBody: (job, { body, isLimited = false }, startsAt) =>
        this.#slow.begin(job.fileId, { body, isLarge: isLarge(job), isLimited, startsAt }),
    });
    this.#queue = new FileQueue(
      {
        next: (exclude, limit) => this.#next(exclude, limit),
        backlog: () => this.backlog(),
        download: (job, signal, onReceived) => this.#download(job, signal, onReceived),
        settle: (results) => this.#settle(results),
        gaugeOf: (job) => this.#host(job).gauge,
        isDead: (job, now) => this.#downloader.isDead(job, now),
        renew: async (jobs, signal) => {
          const isRefused = (job: FileJob): boolean => this.#host(job).links.refusesNew;
          const held = jobs.filter(isRefused).map((job) => tries.hold(job, 'links_refused'));
          const others = jobs.filter((job) => !isRefused(job));
          return [...held, ...(await renewals.renew(others, signal))];
        },
      },
      { clock: ports.clock, largeAtOnce: LARGE_AT_ONCE, patienceMs: PATIENCE_MS },
    );
  }

  /** Bytes of files under way. */
  get bytesInFlight(): number {
    let sum = 0;
    for (const { done } of this.#inFlight.values()) {
      sum += done;
    }
    return sum;
  }

  /** Files under way, at most 32. */
  get transfers(): SyncProgress['transfers'] {
    return [...this.#inFlight.values()]
      .slice(0, TRANSFERS_SHOWN)
      .map(({ job, done }) => ({ mediaId: job.mediaId, bytesDone: done, bytesTotal: job.totalBytes }));
  }

  /** The latest time a media host has asked to be left alone until; null = none does. */
  pausedUntil(): number | null {
    const now = this.#ports.clock.now();
    const pauses = [...this.#hosts.values()].map(({ gauge }) => gauge.pausedUntil).filter((until) => until > now);
    return pauses.length === 0 ? null : Math.max(...pauses);
  }

  /** A media host that has refused new links as a rule, told for a person; null when none has. */
  problem(): AppError | null {
    if (![...this.#hosts.values()].some(({ links }) => links.refusesNew)) {
      return null;
    }
    const hint =
      'Sync again later. If it stays so, use one network for the whole sync: links may only work where they were listed.';
    return new AppError('links_refused', 'The media host refuses new links.', hint);
  }

  /** Only files of these chats. */
  limitTo(chatKeys: readonly number[]): void {
    // An empty list would mean all chats; no chat has the key 0.
    this.#chatKeys = chatKeys.length === 0 ? [0] : chatKeys;
  }

  wake(): void {
    this.#queue.wake();
  }

  /** See `FileQueue.run`. */
  async run(moreComing: () => boolean, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const looking = this.#cutSlowBodies(AbortSignal.any([signal, over.signal]));
    try {
      await this.#queue.run(moreComing, signal);
    } finally {
      over.abort();
      await looking;
    }
  }

  async #cutSlowBodies(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#ports.clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      if (!signal.aborted) {
        this.#slow.look(LOOK_EVERY_MS / 1000);
      }
    }
  }

  backlog(): Promise<{ due: number; deferred: number; nextRetryAt: number | null; failed: number }> {
    return this.#ports.index.read.fileQueue({
      accountId: this.#options.accountId,
      chatKeys: this.#chatKeys,
      now: this.#ports.clock.now(),
    });
  }

  async #next(exclude: readonly number[], limit: number): Promise<FileJob[]> {
    const now = this.#ports.clock.now();
    const jobs = await this.#ports.index.read.nextFiles({
      accountId: this.#options.accountId,
      chatKeys: this.#chatKeys,
      lane: 'any',
      now,
      exclude,
      limit,
    });
    return planJobs(jobs, {
      now,
      expiryOf: (job) => this.#host(job).links.expiryOf(job),
      horizonMs: HORIZON_MS,
    });
  }

  async #download(job: FileJob, signal: AbortSignal, onReceived: (bytes: number) => void): Promise<FileResult> {
    try {
      return await this.#downloader.download(job, signal, onReceived);
    } finally {
      this.#inFlight.delete(job.fileId);
      this.#slow.end(job.fileId);
    }
  }

  async #settle(results: readonly FileResult[]): Promise<void> {
    const { deduplicated } = await this.#ports.index.write.settleFiles({
      runId: this.#runId,
      at: this.#ports.clock.now(),
      results,
    });
    this.#tally.deduplicated += deduplicated;
    this.#hooks.onChange();
  }

  #host(job: FileJob): Host {
    const found = this.#hostOf.get(job);
    if (found !== undefined) {
      return found;
    }
    const origin = originOf(job.url);
    let known = this.#hosts.get(origin);
    if (known === undefined) {
      const max = this.#options.concurrency ?? MAX_AT_ONCE;
      known = {
        gauge: new HostGauge({ start: Math.min(START_AT_ONCE, max), min: 1, max }),
        links: new HostLinks(),
      };
      this.#hosts.set(origin, known);
    }
    this.#hostOf.set(job, known);
    return known;
  }
}

/** The chat of a job, as `ListingRun.relist` wants it. */
export function chatOf(job: Pick<FileJob, 'chatKey' | 'chatId'>): { readonly key: number; readonly id: number } {
  return { key: job.chatKey, id: job.chatId };
}

/** The part of an absolute URL before its path. It is the same for all links of a host. */
function originOf(url: string): string {
  const authority = url.indexOf('//') + 2;
  const end = url.indexOf('/', authority);
  return end < 0 ? url : url.slice(0, end);
}
