/** The store's worker thread: takes jobs and answers each. */
import { statfs } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '../../lib/assert-never.ts';
import { isTooManyFiles, whenFilesAllow } from '../../lib/patience.ts';
import { syncsWhole, syncWhole } from '../../lib/sync-whole.ts';
import { checkBlob, moveAside, storePart, type Cancel } from './disk.ts';
import { followHash } from './growing-hash.ts';
import { storeBatch } from './store-batch.ts';
import { toStoreError, toWire } from './store-errors.ts';
import {
  type BytesToStore,
  type JobMessage,
  type JobReply,
  type Outcome,
  type StoreJob,
  type StoreJobAnswers,
} from './store-jobs.ts';
import { blobPath, storePaths, type StorePaths } from '../library/store-paths.ts';

/** Fewer files are synced one by one: a sync of the whole waits for what other programs have written, too. */
const WHOLE_FROM = 8;

function cancelOf(flag: Int32Array | null): Cancel {
  return { isCancelled: () => flag !== null && Atomics.load(flag, 0) !== 0 };
}

/** Batches of small files. */
class Batches {
  readonly #paths: StorePaths;
  /** Whether the library's file system can be synced as a whole; null = not asked yet. */
  #whole: boolean | null = null;

  constructor(paths: StorePaths) {
    this.#paths = paths;
  }

  async store(files: readonly BytesToStore[]): Promise<Outcome<unknown>[]> {
    if (files.length >= WHOLE_FROM && (await this.#syncsWhole())) {
      try {
        return await storeBatch(this.#paths, files, () => syncWhole(this.#paths.parts));
      } catch {
        // The program is missing, or the drive has a fault: syncing file by file tells which, and of which file.
        this.#whole = false;
      }
    }
    const outcomes = await storeBatch(this.#paths, files, null);
    for (const [index, file] of files.entries()) {
      const outcome = outcomes[index];
      if (outcome?.ok === false && isTooManyFiles(outcome.error)) {
        outcomes[index] = await whenFilesAllow(() => this.#alone(file)).catch((error: unknown) => ({
          ok: false,
          error,
        }));
      }
    }
    return outcomes;
  }

  async #syncsWhole(): Promise<boolean> {
    this.#whole ??= syncsWhole(process.platform, (await statfs(this.#paths.root).catch(() => null))?.type ?? 0);
    return this.#whole;
  }

  /** Where too many files are open for all together. */
  async #alone(file: BytesToStore): Promise<Outcome<unknown>> {
    const [outcome] = await storeBatch(this.#paths, [file], null);
    if (outcome?.ok !== true && isTooManyFiles(outcome?.error)) {
      throw outcome?.error;
    }
    return outcome ?? { ok: false, error: new Error('no outcome') };
  }
}

type LoneJob = Exclude<StoreJob, { kind: 'batch' }>;

async function run(paths: StorePaths, job: LoneJob, cancel: Cancel): Promise<StoreJobAnswers[LoneJob['kind']]> {
  switch (job.kind) {
    case 'part':
      return storePart(paths, job.part, job.announced, job.sha256, cancel);
    case 'hash':
      return followHash(job.part, job.progress, cancel);
    case 'check':
      return checkBlob(paths, job.blob, job.deep, cancel);
    case 'aside':
      return moveAside(paths, blobPath(paths, job.blob.sha256, job.blob.ext).file);
    default:
      return assertNever(job, 'store job');
  }
}

async function answer(paths: StorePaths, batches: Batches, { id, job, cancel }: JobMessage): Promise<JobReply> {
  try {
    if (job.kind !== 'batch') {
      return { id, ok: true, value: await whenFilesAllow(() => run(paths, job, cancelOf(cancel))) };
    }
    const outcomes = await batches.store(job.files);
    const value = outcomes.map((outcome, index) =>
      outcome.ok
        ? outcome
        : {
            ok: false as const,
            error: toWire(toStoreError(outcome.error, paths, job.files[index]?.bytes.byteLength ?? 0)),
          },
    );
    return { id, ok: true, value };
  } catch (error) {
    return { id, ok: false, error: toWire(toStoreError(error, paths, 0)) };
  }
}

const port = parentPort;
if (port !== null) {
  const { root } = workerData as { root: string };
  const paths = storePaths(root);
  const batches = new Batches(paths);
  port.on('message', (message: JobMessage) => {
    void answer(paths, batches, message).then((reply) => port.postMessage(reply));
  });
}
