import type { FileJob } from '../db/interface.ts';
import { pageOf } from './plan-jobs.ts';

export interface RefreshPorts {
  /** Lists one page again and writes it: asked with the file's own page cursor, or with `cursor` when given. */
  relist(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<void>;
  /** The file as the index has it now; null when it is no longer wanted or has no link any more. */
  file(fileId: number): Promise<FileJob | null>;
  /** Links of this page are new. */
  onRenewed(page: string): void;
}

/**
 * Renews dead links: the one page that a file came from is listed again, once for all its neighbours. A file that has moved off its page
 * (new messages have pushed it down) is found by asking right above its message.
 */
export class LinkRefresher {
  readonly #ports: RefreshPorts;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(ports: RefreshPorts) {
    this.#ports = ports;
  }

  /** The job with a link newer than `job.urlFetchedAt`, or null when the service offers none any more. Rejects when listing fails. */
  async renew(job: FileJob, signal: AbortSignal): Promise<FileJob | null> {
    for (const cursor of [job.pageCursor, String(job.messageId + 1)]) {
      const known = await this.#ports.file(job.fileId);
      if (known !== null && known.urlFetchedAt > job.urlFetchedAt) {
        return known;
      }
      await this.#relistOnce(job, cursor, signal);
      const renewed = await this.#ports.file(job.fileId);
      if (renewed !== null && renewed.urlFetchedAt > job.urlFetchedAt) {
        return renewed;
      }
      if (renewed === null) {
        return null;
      }
    }
    return null;
  }

  #relistOnce(job: FileJob, cursor: string | null, signal: AbortSignal): Promise<void> {
    const page = pageOf({ chatKey: job.chatKey, pass: job.pass, pageCursor: cursor });
    const running = this.#underWay.get(page);
    if (running !== undefined) {
      return running;
    }
    const listing = this.#ports
      .relist(job, cursor, signal)
      .then(() => {
        this.#ports.onRenewed(pageOf(job));
      })
      .finally(() => this.#underWay.delete(page));
    this.#underWay.set(page, listing);
    return listing;
  }
}
