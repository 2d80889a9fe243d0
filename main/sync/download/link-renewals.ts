import type { FileJob, FileResult } from '../../index/files/calls.ts';
import type { Clock } from '../../lib/clock.ts';
import type { TransferFailure } from './file-downloader.ts';
import type { FileTries } from './file-tries.ts';
import type { ProvenRange } from '../listing/page-range.ts';
import { pageOf } from './plan-jobs.ts';
import type { RunTally } from '../kernel/run-tally.ts';

export interface RenewalPorts {
  readonly clock: Clock;
  readonly tally: RunTally;
  readonly tries: FileTries;
  /** Lists the page below `cursor` again and writes it; resolves with what it proves listed. */
  relist(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<ProvenRange | null>;
  /** The file as the index has it now; null when it is no longer wanted or has no link any more. */
  file(fileId: number): Promise<FileJob | null>;
  /** Classifies an error of a listing; null = a bug. */
  failureOf(error: unknown): TransferFailure | null;
}

/** A page is not listed again sooner than this after it was. */
const PAGE_EVERY_MS = 60_000;
/** Listings of one page that fail, or tell nothing of a file, before its files are left to a later run. */
const FAILURES_OF_A_PAGE = 2;
/** Listings that fail in a row before all others wait for a minute; after twice as many the run lists nothing again. */
const FAILURES_IN_A_ROW = 3;

/**
 * Renews dead links page by page: one listing serves all files that came from the page, and no page is listed more than once a minute. A
 * file that has moved off its page (new messages have pushed it down) is found by asking right above its message.
 */
export class LinkRenewals {
  readonly #ports: RenewalPorts;
  readonly #pages = new Map<string, { listedAt: number; failures: number }>();
  #failedInARow = 0;
  #pausedUntil = 0;
  /** Why nothing is listed again any more in this run; null while it is. */
  #givenUp: string | null = null;

  constructor(ports: RenewalPorts) {
    this.#ports = ports;
  }

  /**
   * Lists the page of these files again; all must be of one page. Resolves with what becomes of those that got no new link; the others have
   * theirs in the index. Rejects on abort and for errors that are not the listing's.
   */
  async renew(jobs: readonly FileJob[], signal: AbortSignal): Promise<FileResult[]> {
    const { clock, tries } = this.#ports;
    const [first] = jobs;
    if (first === undefined) {
      return [];
    }
    const givenUp = this.#givenUp;
    if (givenUp !== null) {
      return jobs.map((job) => tries.hold(job, givenUp));
    }
    const now = clock.now();
    const key = pageOf(first);
    const page = this.#pages.get(key) ?? { listedAt: Number.NEGATIVE_INFINITY, failures: 0 };
    const notBefore = Math.max(page.listedAt + PAGE_EVERY_MS, this.#pausedUntil);
    if (now < notBefore) {
      return jobs.map((job) => tries.wait(job, 'link_ended', notBefore));
    }
    this.#pages.set(key, page);
    page.listedAt = now;
    try {
      const left = await this.#list(jobs, first, signal);
      this.#failedInARow = 0;
      page.failures += left.some(({ why }) => why === 'not_listed') ? 1 : 0;
      return left.map(({ job, why }) =>
        why === 'not_offered'
          ? { fileId: job.fileId, outcome: 'unavailable', error: why }
          : this.#failed(job, why, page.failures),
      );
    } catch (error) {
      signal.throwIfAborted();
      const failure = this.#ports.failureOf(error);
      if (failure === null) {
        throw error;
      }
      if (failure.held) {
        return jobs.map((job) => tries.hold(job, failure.code));
      }
      page.failures += 1;
      this.#noteFailure(failure.code);
      return jobs.map((job) => this.#failed(job, failure.code, page.failures));
    }
  }

  /**
   * Those that got no other link, and why. `not_offered`: the file's message was looked for where it stands, and the service offers no link
   * to the file. `not_listed`: the page could not be read well enough to say so; the file may be there the next time.
   */
  async #list(
    jobs: readonly FileJob[],
    first: FileJob,
    signal: AbortSignal,
  ): Promise<{ job: FileJob; why: 'not_offered' | 'not_listed' }[]> {
    const { relist, tally } = this.#ports;
    const proven = [await relist(first, first.pageCursor, signal)];
    let left = await this.#notRenewed(jobs);
    const isLooked = (job: FileJob): boolean =>
      proven.some((range) => range !== null && range.lo <= job.messageId && job.messageId <= range.hi);
    const [moved] = left.filter((job) => !isLooked(job)).sort((a, b) => b.messageId - a.messageId);
    if (moved !== undefined && String(moved.messageId + 1) !== moved.pageCursor) {
      proven.push(await relist(moved, String(moved.messageId + 1), signal));
      left = await this.#notRenewed(left);
    }
    tally.refreshedUrls += jobs.length - left.length;
    return left.map((job) => ({ job, why: isLooked(job) ? 'not_offered' : 'not_listed' }));
  }

  /** Links only ever get newer, so any other is. Times are not compared: this machine's clock may have been set back in between. */
  async #notRenewed(jobs: readonly FileJob[]): Promise<FileJob[]> {
    const known = await Promise.all(jobs.map((job) => this.#ports.file(job.fileId)));
    return jobs.filter((job, index) => {
      const now = known[index];
      return now?.url === job.url && now.urlFetchedAt === job.urlFetchedAt;
    });
  }

  #failed(job: FileJob, code: string, failures: number): FileResult {
    const { clock, tries } = this.#ports;
    return failures < FAILURES_OF_A_PAGE ? tries.wait(job, code, clock.now() + PAGE_EVERY_MS) : tries.leave(job, code);
  }

  #noteFailure(code: string): void {
    this.#failedInARow += 1;
    if (this.#failedInARow >= 2 * FAILURES_IN_A_ROW) {
      this.#givenUp = code;
    } else if (this.#failedInARow >= FAILURES_IN_A_ROW) {
      this.#pausedUntil = this.#ports.clock.now() + PAGE_EVERY_MS;
    }
  }
}
