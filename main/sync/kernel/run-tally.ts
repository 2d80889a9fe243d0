import type { RunCounters } from '../../contract/shapes.ts';
import type { ApplyPageResult } from '../../index/pages/calls.ts';
import type { RefusingFolder } from '../../files/interface.ts';
import type { FaultReason } from '../../lib/fs-fault.ts';

/** A folder of the store that refused files, and how many. */
export interface RefusedFiles extends RefusingFolder {
  readonly files: number;
}

/** The numbers of one run, added up as things happen. A snapshot is what the index keeps and `sync --json` prints. */
export class RunTally {
  chats = 0;
  pages = 0;
  seen = 0;
  new = 0;
  changed = 0;
  bad = 0;
  downloaded = 0;
  bytes = 0;
  deduplicated = 0;
  resumed = 0;
  refreshedUrls = 0;
  failed = 0;
  waitedMs = 0;
  requests = 0;
  wastedBytes = 0;
  readonly #errors = new Map<string, number>();
  readonly #folders = new Map<string, { readonly reason: FaultReason; files: number }>();

  notePage(result: ApplyPageResult): void {
    this.pages += 1;
    this.seen += result.seen;
    this.new += result.new;
    this.changed += result.changed;
    this.bad += result.bad;
  }

  noteError(kind: string): void {
    this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + 1);
  }

  /** A file that its folder of the store refused. */
  noteFolder({ path, reason }: RefusingFolder): void {
    const known = this.#folders.get(path) ?? { reason, files: 0 };
    known.files += 1;
    this.#folders.set(path, known);
  }

  /** Folders of the store that refused files in this run. */
  folders(): RefusedFiles[] {
    return [...this.#folders].map(([path, { reason, files }]) => ({ path, reason, files }));
  }

  snapshot(): RunCounters {
    return {
      chats: this.chats,
      pages: this.pages,
      messages: { seen: this.seen, new: this.new, changed: this.changed, bad: this.bad },
      files: {
        downloaded: this.downloaded,
        bytes: this.bytes,
        deduplicated: this.deduplicated,
        resumed: this.resumed,
        refreshedUrls: this.refreshedUrls,
        failed: this.failed,
      },
      waitedMs: this.waitedMs,
      requests: this.requests,
      wastedBytes: this.wastedBytes,
      errors: Object.fromEntries([...this.#errors].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}
