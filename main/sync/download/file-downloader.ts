import type { FileJob, FileResult } from '../../index/files/calls.ts';
import { StoreError, type PartState, type RefusingFolder, type Store } from '../../files/interface.ts';
import type { Clock } from '../../lib/clock.ts';
import { DiskRoom } from '../transfer/disk-room.ts';
import type { FileTries } from './file-tries.ts';
import { PauseAll } from '../kernel/room-gate.ts';
import type { HostGauge } from './host-gauge.ts';
import type { HostLinks } from './host-links.ts';
import type { MediaResponse, MediaSource } from '../transfer/media-source.ts';
import type { RunTally } from '../kernel/run-tally.ts';
import { TooSlow } from '../transfer/slow-bodies.ts';
import { transfer, type TransferResult } from '../transfer/transfer.ts';

export interface TransferFailure {
  /** Stable code, for the index and the run's counts. */
  readonly code: string;
  /** Nothing is wrong with the file: it waits, uncounted, until a person has acted (credentials). */
  readonly held: boolean;
}

export interface DownloaderPorts {
  readonly media: MediaSource;
  readonly store: Store;
  readonly clock: Clock;
  readonly tally: RunTally;
  readonly tries: FileTries;
  gaugeOf(job: FileJob): HostGauge;
  linksOf(job: FileJob): HostLinks;
  /** Classifies an error of the media host; null = not such an error (a bug). */
  failureOf(error: unknown): TransferFailure | null;
  /** Bytes received so far of a file under way, for progress. */
  onBytes?(job: FileJob, done: number): void;
  /** A body of the file has begun, at byte `startsAt` of the whole. */
  onBody?(job: FileJob, response: MediaResponse, startsAt: number): void;
}

/** A refused link that need not have ended is tried this often again as it is. */
const TRIES_AS_IT_IS = 2;
/** Links of one file, each listed after the one before was given up, that are tried in a run: what refuses them all is not age. */
const LINKS_TRIED = 2;
/** Waits that a host may ask for one file in a run: a host that always says "later" must not keep a run going for ever. */
const MAX_REFUSALS = 30;

/** The state of a file whose link was refused. */
interface RefusedLink {
  /** When the link was listed: another listing gives another link. */
  readonly fetchedAt: number;
  readonly times: number;
  /** Age at which it was first refused, in ms, when age may have been the reason; null otherwise. */
  readonly ageMs: number | null;
  /** Links of this file that were given up, this one counted in. */
  readonly givenUp: number;
  readonly isDead: boolean;
}

type DeadLink = { readonly kind: 'dead'; readonly error: string };

/**
 * Fetches one file: resumes what a cut has left, and turns whatever happens into a result for the index. A refused link is tried again as it
 * is while it may work; after that `isDead` says that its page has to be listed again. A wait that the host asks for is never a failure of
 * the file.
 */
export class FileDownloader {
  readonly #ports: DownloaderPorts;
  readonly #room: DiskRoom;
  readonly #refusals = new Map<number, number>();
  readonly #refused = new Map<number, RefusedLink>();

  constructor(ports: DownloaderPorts) {
    this.#ports = ports;
    this.#room = new DiskRoom(ports.store, ports.clock);
  }

  /** The link has ended, or was refused until it was given up: nothing is asked with it, its page has to be listed again. */
  isDead(job: FileJob, now: number): boolean {
    const refused = this.#refused.get(job.fileId);
    return refused?.fetchedAt === job.urlFetchedAt ? refused.isDead : this.#ports.linksOf(job).hasEnded(job, now);
  }

  /**
   * `onReceived` is called when a file's bytes have all come and only the disk is waited for; not for every file.
   * Rejects with `PauseAll` when nothing can be stored, on abort, and on errors that are neither the host's nor the listing's.
   */
  async download(job: FileJob, signal: AbortSignal, onReceived?: (bytes: number) => void): Promise<FileResult> {
    const links = this.#ports.linksOf(job);
    if (links.refusesNew) {
      return this.#ports.tries.hold(job, 'links_refused');
    }
    const age = this.#ports.clock.now() - job.urlFetchedAt;
    const end = await this.#attempt(job, signal, onReceived);
    if ('outcome' in end) {
      return end;
    }
    if (end.kind === 'dead') {
      return this.#refusedLink(job, end.error, age);
    }
    if (end.kind === 'stored') {
      const refusedAge = this.#refused.get(job.fileId)?.ageMs ?? null;
      if (refusedAge !== null) {
        links.noteRefused(refusedAge);
      }
      // The age at which the link was asked for: a long transfer does not make it older.
      links.noteUsed(age);
      this.#refused.delete(job.fileId);
    }
    return this.#settle(job, end);
  }

  /** The host does not give the file for this link. */
  #refusedLink(job: FileJob, error: string, age: number): FileResult {
    const { clock, tries } = this.#ports;
    const links = this.#ports.linksOf(job);
    const now = clock.now();
    const before = this.#refused.get(job.fileId);
    const isSame = before?.fetchedAt === job.urlFetchedAt;
    const times = isSame ? before.times + 1 : 1;
    const givenUpBefore = before?.givenUp ?? 0;
    const isDead = times > TRIES_AS_IT_IS || !links.mayWork(job, now, givenUpBefore + 1 >= LINKS_TRIED);
    const givenUp = givenUpBefore + (isDead ? 1 : 0);
    // 404 and 410 are about the file, not about how old its link is.
    const ageMs = before?.ageMs ?? (error === 'http_401' || error === 'http_403' ? age : null);
    if (isDead) {
      links.noteGivenUp(times, givenUp >= LINKS_TRIED);
    }
    if (givenUp >= LINKS_TRIED) {
      this.#refused.delete(job.fileId);
      return this.#stillDead(job, error);
    }
    this.#refused.set(job.fileId, { fetchedAt: job.urlFetchedAt, times, ageMs, givenUp, isDead });
    if (isDead) {
      return tries.wait(job, error, now);
    }
    this.#ports.gaugeOf(job).note('broken', now);
    return tries.wait(job, error, now + tries.backOff(times));
  }

  /** The page was listed again and the host still refuses: 404 and 410 are its word that the file is no more; anything else may pass. */
  #stillDead(job: FileJob, error: string): FileResult {
    if (error === 'http_404' || error === 'http_410') {
      this.#ports.tally.noteError(error);
      return { fileId: job.fileId, outcome: 'gone', error };
    }
    return this.#ports.tries.leave(job, error);
  }

  async #attempt(
    job: FileJob,
    signal: AbortSignal,
    onReceived: ((bytes: number) => void) | undefined,
  ): Promise<Exclude<TransferResult, { kind: 'dead' }> | DeadLink | FileResult> {
    const { store, clock } = this.#ports;
    const name = partName(job);
    const gauge = this.#ports.gaugeOf(job);
    let received = 0;
    const onBytes = (done: number): void => {
      received = done;
      this.#ports.onBytes?.(job, done);
    };
    const onBody = (response: MediaResponse, startsAt: number): void => this.#ports.onBody?.(job, response, startsAt);
    const { media } = this.#ports;
    try {
      const result = await transfer(
        { media, store, room: this.#room, clock, onBytes, onBody, ...(onReceived && { onReceived }) },
        name,
        job.url,
        signal,
      );
      if (result.kind === 'dead') {
        return { kind: 'dead', error: `http_${result.status}` };
      }
      if (result.kind === 'refused') {
        gauge.note('refused', clock.now(), result.retryAfterMs);
      }
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StoreError) {
        return await this.#storeFailure(job, error, received);
      }
      if (error instanceof TooSlow) {
        return await this.#cut(job, 'too_slow', received);
      }
      const failure = this.#ports.failureOf(error);
      if (failure === null) {
        throw error;
      }
      if (failure.code === 'redirect_refused') {
        return { kind: 'dead', error: failure.code };
      }
      if (failure.held) {
        return this.#ports.tries.hold(job, failure.code);
      }
      gauge.note('broken', clock.now());
      return await this.#cut(job, failure.code, received);
    }
  }

  async #storeFailure(job: FileJob, error: StoreError, received: number): Promise<DeadLink | FileResult> {
    switch (error.code) {
      case 'disk_full':
      case 'offline':
      case 'unwritable':
        throw new PauseAll(error);
      case 'folder':
        return this.#folderRefuses(job, error.folder);
      case 'not_media':
        // A page in place of the file: often what an ended link leads to.
        await this.#keptOf(job, received);
        return { kind: 'dead', error: error.code };
      case 'wrong_length':
      case 'empty':
      case 'damaged':
      case 'io':
      case 'aborted':
        // The store has dropped what must not be continued; what it kept (an error page came over a good part, a body ended early) stays.
        return await this.#cut(job, error.code, received);
    }
  }

  /** Another try of this run would download it again only to be refused again. */
  async #folderRefuses(job: FileJob, folder: RefusingFolder | null): Promise<FileResult> {
    if (folder !== null) {
      this.#ports.tally.noteFolder(folder);
    }
    const part = await this.#ports.store.part(partName(job));
    return this.#ports.tries.leave(job, folder?.reason ?? 'io', part);
  }

  /** A transfer ended early: what of it is kept is known to the next try, the rest was received in vain. */
  async #cut(job: FileJob, error: string, received: number): Promise<FileResult> {
    return this.#ports.tries.again(job, error, await this.#keptOf(job, received));
  }

  async #keptOf(job: FileJob, received: number): Promise<PartState | null> {
    const part = await this.#ports.store.part(partName(job));
    this.#ports.tally.wastedBytes += Math.max(0, received - (part?.offset ?? 0));
    return part;
  }

  #settle(job: FileJob, result: Exclude<TransferResult, { kind: 'dead' }>): FileResult {
    const { tally, clock, tries } = this.#ports;
    switch (result.kind) {
      case 'stored': {
        const { blob } = result;
        tally.downloaded += 1;
        tally.bytes += blob.bytes;
        tally.resumed += result.resumed ? 1 : 0;
        tally.wastedBytes += result.wastedBytes;
        tries.stored(job.fileId);
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
      case 'refused': {
        const error = `http_${result.status}`;
        return this.#countRefusal(job) > MAX_REFUSALS
          ? tries.hold(job, error)
          : tries.wait(job, error, clock.now() + (result.retryAfterMs ?? tries.backOff(1)));
      }
      case 'http':
        return tries.again(job, `http_${result.status}`);
    }
  }

  #countRefusal(job: FileJob): number {
    const refusals = (this.#refusals.get(job.fileId) ?? 0) + 1;
    this.#refusals.set(job.fileId, refusals);
    return refusals;
  }
}

/** Name of a file's `.part`: identity is the media id, never the link. */
export function partName(job: Pick<FileJob, 'accountId' | 'mediaId' | 'variant'>): string {
  return `${job.accountId}-${job.mediaId}-${job.variant}`;
}
