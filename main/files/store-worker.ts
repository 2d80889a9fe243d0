/** The store's worker thread: takes jobs and answers each. Small files that have gathered meanwhile are stored together. */
import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '../lib/assert-never.ts';
import { checkBlob, moveAside, storePart, type Cancel } from './disk.ts';
import { storeBatch, type Outcome } from './store-batch.ts';
import { isTooManyFiles, whenFilesAllow } from '../lib/patience.ts';
import { toStoreError, toWire } from './store-errors.ts';
import { type BytesJob, type JobMessage, type JobReply, type StoreJob, type StoreJobAnswers } from './store-jobs.ts';
import { blobPath, storePaths, type StorePaths } from './store-paths.ts';

/** Files stored together at most: the first of them waits for the last. */
const BATCH = 16;

function cancelOf(flag: Int32Array | null): Cancel {
  return { isCancelled: () => flag !== null && Atomics.load(flag, 0) !== 0 };
}

type LoneJob = Exclude<StoreJob, BytesJob>;

async function run(paths: StorePaths, job: LoneJob, cancel: Cancel): Promise<StoreJobAnswers[keyof StoreJobAnswers]> {
  switch (job.kind) {
    case 'part':
      return storePart(paths, job.part, job.announced, job.sha256, cancel);
    case 'check':
      return checkBlob(paths, job.blob, job.deep, cancel);
    case 'aside':
      return moveAside(paths, blobPath(paths, job.blob.sha256, job.blob.ext).file);
    default:
      return assertNever(job, 'store job');
  }
}

function fault(paths: StorePaths, id: number, error: unknown, needed: number): JobReply {
  return { id, ok: false, error: toWire(toStoreError(error, paths, needed)) };
}

async function answer(paths: StorePaths, id: number, job: LoneJob, cancel: Cancel): Promise<JobReply> {
  try {
    return { id, ok: true, value: await whenFilesAllow(() => run(paths, job, cancel)) };
  } catch (error) {
    return fault(paths, id, error, 0);
  }
}

/** Small files waiting for their turn. */
class Gathering {
  readonly #paths: StorePaths;
  readonly #reply: (reply: JobReply) => void;
  readonly #waiting: { readonly id: number; readonly job: BytesJob }[] = [];
  #busy = false;

  constructor(paths: StorePaths, reply: (reply: JobReply) => void) {
    this.#paths = paths;
    this.#reply = reply;
  }

  add(id: number, job: BytesJob): void {
    this.#waiting.push({ id, job });
    if (!this.#busy) {
      this.#busy = true;
      // Messages that are here already are heard before this runs.
      setImmediate(() => void this.#storeAll());
    }
  }

  async #storeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      const outcomes = await this.#stored(batch.map(({ job }) => job));
      for (const [index, { id, job }] of batch.entries()) {
        const outcome = outcomes[index];
        this.#reply(
          outcome?.ok === true
            ? { id, ok: true, value: outcome.value }
            : fault(this.#paths, id, outcome?.error, job.bytes.byteLength),
        );
      }
    }
    this.#busy = false;
  }

  /** One by one where too many files are open for all together. */
  async #stored(jobs: readonly BytesJob[]): Promise<Outcome[]> {
    const outcomes = await storeBatch(this.#paths, jobs);
    const alone = async (job: BytesJob): Promise<Outcome> => {
      const [outcome] = await storeBatch(this.#paths, [job]);
      if (outcome?.ok !== true && isTooManyFiles(outcome?.error)) {
        throw outcome?.error;
      }
      return outcome ?? { ok: false, error: new Error('no outcome') };
    };
    for (const [index, job] of jobs.entries()) {
      const outcome = outcomes[index];
      if (outcome?.ok === false && isTooManyFiles(outcome.error)) {
        outcomes[index] = await whenFilesAllow(() => alone(job)).catch((error: unknown) => ({ ok: false, error }));
      }
    }
    return outcomes;
  }
}

const port = parentPort;
if (port !== null) {
  const { root } = workerData as { root: string };
  const paths = storePaths(root);
  const gathering = new Gathering(paths, (reply) => port.postMessage(reply));
  port.on('message', ({ id, job, cancel }: JobMessage) => {
    if (job.kind === 'bytes') {
      gathering.add(id, job);
    } else {
      void answer(paths, id, job, cancelOf(cancel)).then((reply) => port.postMessage(reply));
    }
  });
}
