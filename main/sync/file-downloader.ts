import type { FileJob, FileResult } from '../index/files/calls.ts';
import { StoreError, type PartState, type Store } from '../files/interface.ts';
import type { Clock } from '../lib/clock.ts';
import { backOffMs } from './back-off.ts';
import { DiskRoom } from './disk-room.ts';
import { PauseAll } from './room-gate.ts';
import type { HostGauge } from './host-gauge.ts';
import type { LinkLifetime } from './link-lifetime.ts';
import type { LinkRefresher, Renewal } from './link-refresher.ts';
import type { MediaSource } from './media-source.ts';
import type { RunTally } from './run-tally.ts';
import { transfer, type TransferResult } from './transfer.ts';

export interface TransferFailure {
  /** Stable code, for the index and the run's counts. */
  readonly code: string;
  /** Nothing is wrong with the file: it waits, uncounted, until a person has acted (credentials). */
  readonly held: boolean;
}

export interface DownloaderPorts {
  readonly media: MediaSource;
  readonly store: Store;
  readonly refresher: Pick<LinkRefresher, 'renew'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tally: RunTally;
  gaugeOf(job: FileJob): HostGauge;
  lifetimeOf(job: FileJob): LinkLifetime;
  /** What kind of failure an error of the media host or of a re-listing is; null when it is neither (a bug). */
  failureOf(error: unknown): TransferFailure | null;
  /** Bytes received so far of a file under way, for progress. */
  onBytes?(job: FileJob, done: number): void;
}

export interface DownloaderOptions {
  /** Tries within one run before a file is left to a later one. */
  readonly triesPerRun: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
}

/** Later runs: five minutes, doubling, six hours at most. */
const LATER_BASE_MS = 5 * 60_000;
const LATER_CAP_MS = 6 * 3_600_000;
/** One re-listing may race with the next expiry; more than two in a row is not about age. */
const MAX_REFRESHES = 2;
/** Waits that a host may ask for one file in a run: a host that always says "later" must not keep a run going for ever. */
const MAX_REFUSALS = 30;

/**
 * Fetches one file: renews its link when it has ended, resumes what a cut has left, and turns whatever happens into a result for the
 * index. A wait that the host asks for is never a failure of the file.
 */
export class FileDownloader {
  readonly #ports: DownloaderPorts;
  readonly #options: DownloaderOptions;
  readonly #room: DiskRoom;
  readonly #tries = new Map<number, number>();
  readonly #refusals = new Map<number, number>();

  constructor(ports: DownloaderPorts, options: DownloaderOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#room = new DiskRoom(ports.store, ports.clock);
  }

  /**
   * `onReceived` is called when a file's bytes have all come and only the disk is waited for; not for every file.
   * Rejects with `PauseAll` when nothing can be stored, on abort, and on errors that are neither the host's nor the listing's.
   */
  async download(job: FileJob, signal: AbortSignal, onReceived?: () => void): Promise<FileResult> {
    let current = job;
    /** Age of a link that was refused, until a fresh one works: only then was it age. */
    let refusedAge: number | null = null;
    for (let refreshes = 0; ; refreshes += 1) {
      // A fresh link is tried whatever the clock says: this machine's clock may be wrong.
      const age = this.#ports.clock.now() - current.urlFetchedAt;
      const attempt =
        refreshes === 0 && this.#linkHasEnded(current)
          ? { kind: 'dead' as const, status: 0 }
          : await this.#attempt(current, signal, onReceived);
      if ('outcome' in attempt) {
        return attempt;
      }
      if (attempt.kind !== 'dead') {
        if (attempt.kind === 'stored') {
          this.#learnLifetime(current, age, refusedAge);
        }
        return this.#settle(current, attempt);
      }
      if (refreshes >= MAX_REFRESHES) {
        return this.#stillDead(current, attempt.status);
      }
      const renewed = await this.#renew(current, signal);
      if (renewed === 'not_offered') {
        return { fileId: job.fileId, outcome: 'unavailable', error: renewed };
      }
      if (renewed === 'not_listed') {
        return this.#again(current, renewed);
      }
      if ('outcome' in renewed) {
        return renewed;
      }
      this.#ports.tally.refreshedUrls += 1;
      refusedAge = attempt.status === 401 || attempt.status === 403 ? age : refusedAge;
      current = renewed;
    }
  }

  /** `age` is that of the link when it was asked for: a long transfer does not make it older. */
  #learnLifetime(job: FileJob, age: number, refusedAge: number | null): void {
    const lifetime = this.#ports.lifetimeOf(job);
    if (refusedAge !== null) {
      lifetime.noteRefused(refusedAge);
    }
    lifetime.noteUsed(age);
  }

  async #renew(job: FileJob, signal: AbortSignal): Promise<Renewal | FileResult> {
    try {
      return await this.#ports.refresher.renew(job, signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = this.#ports.failureOf(error);
      if (failure === null) {
        throw error;
      }
      return failure.held ? this.#hold(job, failure.code) : this.#again(job, failure.code);
    }
  }

  #linkHasEnded(job: FileJob): boolean {
    const expiry = this.#ports.lifetimeOf(job).expiryOf(job.urlFetchedAt, job.urlExpiresAt);
    return expiry !== null && expiry <= this.#ports.clock.now();
  }

  async #attempt(
    job: FileJob,
    signal: AbortSignal,
    onReceived: (() => void) | undefined,
  ): Promise<TransferResult | FileResult> {
    const { store, clock } = this.#ports;
    const name = partName(job);
    const gauge = this.#ports.gaugeOf(job);
    let received = 0;
    const onBytes = (done: number): void => {
      received = done;
      this.#ports.onBytes?.(job, done);
    };
    try {
      const result = await transfer(
        { media: this.#ports.media, store, room: this.#room, clock, onBytes, ...(onReceived && { onReceived }) },
        name,
        job.url,
        signal,
      );
      if (result.kind === 'refused') {
        gauge.note('refused', clock.now(), result.retryAfterMs);
      }
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StoreError) {
        return await this.#storeFailure(job, error, received);
      }
      const failure = this.#ports.failureOf(error);
      if (failure === null) {
        throw error;
      }
      gauge.note('broken', clock.now());
      return await this.#cut(job, failure.code, received);
    }
  }

  #storeFailure(job: FileJob, error: StoreError, received: number): Promise<FileResult> {
    switch (error.code) {
      case 'disk_full':
      case 'offline':
        throw new PauseAll(error);
      case 'not_media':
      case 'wrong_length':
      case 'empty':
      case 'damaged':
      case 'io':
      case 'aborted':
        // The store has dropped what must not be continued; what it kept (an error page came over a good part, a body ended early) stays.
        return this.#cut(job, error.code, received);
    }
  }

  /** A transfer ended early: what of it is kept is known to the next try, the rest was received in vain. */
  async #cut(job: FileJob, error: string, received: number): Promise<FileResult> {
    const part = await this.#ports.store.part(partName(job));
    this.#ports.tally.wastedBytes += Math.max(0, received - (part?.offset ?? 0));
    return this.#again(job, error, part);
  }

  #settle(job: FileJob, result: Exclude<TransferResult, { kind: 'dead' }>): FileResult {
    const { tally, clock } = this.#ports;
    switch (result.kind) {
      case 'stored': {
        const { blob } = result;
        tally.downloaded += 1;
        tally.bytes += blob.bytes;
        tally.resumed += result.resumed ? 1 : 0;
        tally.wastedBytes += result.wastedBytes;
        this.#tries.delete(job.fileId);
        this.#ports.gaugeOf(job).note('ok', clock.now());
        return {
          fileId: job.fileId,
          outcome: 'stored',
          sha256: blob.sha256,
          bytes: blob.bytes,
          mime: blob.mime,
          ext: blob.ext,
          width: blob.width,
          height: blob.height,
          odd: blob.odd,
        };
      }
      case 'refused':
        tally.noteError(`http_${result.status}`);
        if (this.#countRefusal(job) > MAX_REFUSALS) {
          return this.#hold(job, `http_${result.status}`);
        }
        return {
          fileId: job.fileId,
          outcome: 'retry',
          error: `http_${result.status}`,
          retryAt: clock.now() + (result.retryAfterMs ?? this.#options.retryBaseMs),
          bytesDone: 0,
          totalBytes: job.totalBytes,
        };
      case 'http':
        return this.#again(job, `http_${result.status}`);
    }
  }

  /** The page was listed again and the host still refuses: 404 and 410 are its word that the file is no more; anything else may pass. */
  #stillDead(job: FileJob, status: number): FileResult {
    const error = `http_${status}`;
    if (status === 404 || status === 410) {
      this.#ports.tally.noteError(error);
      return { fileId: job.fileId, outcome: 'gone', error };
    }
    return this.#again(job, error);
  }

  #countRefusal(job: FileJob): number {
    const refusals = (this.#refusals.get(job.fileId) ?? 0) + 1;
    this.#refusals.set(job.fileId, refusals);
    return refusals;
  }

  /** Left to a later run, uncounted. */
  #hold(job: FileJob, error: string): FileResult {
    return {
      fileId: job.fileId,
      outcome: 'retry',
      error,
      retryAt: this.#ports.clock.now() + LATER_BASE_MS,
      bytesDone: 0,
      totalBytes: job.totalBytes,
    };
  }

  #again(job: FileJob, error: string, part: PartState | null = null): FileResult {
    const { clock, random, tally } = this.#ports;
    const bytesDone = part?.offset ?? 0;
    const totalBytes = part?.totalBytes ?? job.totalBytes;
    const tries = (this.#tries.get(job.fileId) ?? 0) + 1;
    tally.noteError(error);
    if (tries >= this.#options.triesPerRun) {
      this.#tries.delete(job.fileId);
      tally.failed += 1;
      return {
        fileId: job.fileId,
        outcome: 'failed',
        error,
        retryAt:
          clock.now() +
          backOffMs(Math.floor(job.attempts / this.#options.triesPerRun), LATER_BASE_MS, LATER_CAP_MS, random),
        bytesDone,
        totalBytes,
      };
    }
    this.#tries.set(job.fileId, tries);
    return {
      fileId: job.fileId,
      outcome: 'retry',
      error,
      retryAt: clock.now() + backOffMs(tries - 1, this.#options.retryBaseMs, this.#options.retryCapMs, random),
      bytesDone,
      totalBytes,
    };
  }
}

/** Name of a file's `.part`: identity is the media id, never the link. */
export function partName(job: Pick<FileJob, 'accountId' | 'mediaId' | 'variant'>): string {
  return `${job.accountId}-${job.mediaId}-${job.variant}`;
}
