import type { FileJob } from '../index/files/calls.ts';
import type { ProvenRange } from './page-range.ts';
import { pageOf } from './plan-jobs.ts';

export interface RefreshPorts {
  /** Lists the page below `cursor` again and writes it; resolves with what it proves listed. */
  relist(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<ProvenRange | null>;
  /** The file as the index has it now; null when it is no longer wanted or has no link any more. */
  file(fileId: number): Promise<FileJob | null>;
  /** Links of this page are new. */
  onRenewed(page: string): void;
}

/**
 * `not_offered`: the file's message was looked for where it stands, and the service offers no link to the file any more. `not_listed`: the
 * pages could not be read well enough to say so (a bad item, an empty page that promises more); it may be there the next time.
 */
export type Renewal = FileJob | 'not_offered' | 'not_listed';

/**
 * Renews dead links: the one page that a file came from is listed again, once for all its neighbours. A file that has moved off its page
 * (new messages have pushed it down) is found by asking right above its message.
 */
export class LinkRefresher {
  readonly #ports: RefreshPorts;
  readonly #underWay = new Map<string, Promise<ProvenRange | null>>();

  constructor(ports: RefreshPorts) {
    this.#ports = ports;
  }

  /** The job with another link than the one it has, if the service offers one. Rejects when listing fails. */
  async renew(job: FileJob, signal: AbortSignal): Promise<Renewal> {
    let looked = false;
    for (const cursor of new Set([job.pageCursor, String(job.messageId + 1)])) {
      const known = await this.#ports.file(job.fileId);
      if (known === null || isRenewed(job, known)) {
        return known ?? 'not_offered';
      }
      const proven = await this.#relistOnce(job, cursor, signal);
      const renewed = await this.#ports.file(job.fileId);
      if (renewed === null || isRenewed(job, renewed)) {
        return renewed ?? 'not_offered';
      }
      looked ||= proven !== null && proven.lo <= job.messageId && job.messageId <= proven.hi;
    }
    return looked ? 'not_offered' : 'not_listed';
  }

  #relistOnce(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<ProvenRange | null> {
    const page = pageOf({ chatKey: job.chatKey, pass: job.pass, pageCursor: cursor });
    const running = this.#underWay.get(page);
    if (running !== undefined) {
      return running;
    }
    const listing = this.#ports
      .relist(job, cursor, signal)
      .then((proven) => {
        this.#ports.onRenewed(pageOf(job));
        return proven;
      })
      .finally(() => this.#underWay.delete(page));
    this.#underWay.set(page, listing);
    return listing;
  }
}

/** Links only ever get newer, so any other is. Times are not compared: this machine's clock may have been set back in between. */
function isRenewed(job: FileJob, known: FileJob): boolean {
  return known.url !== job.url || known.urlFetchedAt !== job.urlFetchedAt;
}
