import type { ApplyPageInput, ApplyPageResult } from '../../index/pages/calls.ts';
import type { FileJob, FileResult } from '../../index/files/calls.ts';
import type { IndexPort } from '../../sync/kernel/ports.ts';

/** Callbacks after each write of a run. */
export interface IndexObserver {
  onPage(page: ApplyPageInput, result: ApplyPageResult): void;
  /** Chats, their names or their people changed. */
  onChats(accountId: number): void;
  /** Results of files, with the jobs they came from where those are known. */
  onFiles(settled: readonly { readonly result: FileResult; readonly job: FileJob | null }[]): void;
}

/** Jobs remembered at most; a result whose job was forgotten is told without it. */
const REMEMBERED = 5000;

/** The same index, with an observer of the few writes that screens care about. */
export function observed(index: IndexPort, observer: IndexObserver): IndexPort {
  const jobs = new Map<number, FileJob>();
  const { read } = index;
  const nextFiles: typeof read.nextFiles = async (input, options) => {
    const found = await read.nextFiles(input, options);
    for (const job of found) {
      if (jobs.size >= REMEMBERED) {
        jobs.clear();
      }
      jobs.set(job.fileId, job);
    }
    return found;
  };
  let writing: IndexPort['write'] | null = null;
  return {
    read: overlay(read, { nextFiles }),
    get write() {
      // A library opened for reading throws here, and only here.
      writing ??= observedWrites(index.write, jobs, observer);
      return writing;
    },
  };
}

function observedWrites(
  write: IndexPort['write'],
  jobs: Map<number, FileJob>,
  observer: IndexObserver,
): IndexPort['write'] {
  return overlay(write, {
    applyPage: async (input, options) => {
      const result = await write.applyPage(input, options);
      observer.onPage(input, result);
      return result;
    },
    saveChats: async (input, options) => {
      const rows = await write.saveChats(input, options);
      observer.onChats(input.accountId);
      return rows;
    },
    saveUsers: async (input, options) => {
      await write.saveUsers(input, options);
      observer.onChats(input.accountId);
    },
    settleFiles: async (input, options) => {
      const answer = await write.settleFiles(input, options);
      observer.onFiles(input.results.map((result) => ({ result, job: jobs.get(result.fileId) ?? null })));
      for (const { fileId } of input.results) {
        jobs.delete(fileId);
      }
      return answer;
    },
  });
}

/** `base` with some of its members replaced. The index's calls are made by name when they are asked for, so they cannot be copied. */
function overlay<T extends object>(base: T, changed: Partial<T>): T {
  return new Proxy(base, {
    get: (target, name): unknown => Reflect.get(Object.hasOwn(changed, name) ? changed : target, name),
  });
}
