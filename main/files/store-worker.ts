/** The store's worker thread: takes one job after the other and answers each. */
import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '../lib/assert-never.ts';
import { checkBlob, moveAside, storeBytes, storePart, type Cancel } from './disk.ts';
import { toStoreError, toWire } from './store-errors.ts';
import { type JobMessage, type JobReply, type StoreJob, type StoreJobAnswers } from './store-jobs.ts';
import { blobPath, storePaths, type StorePaths } from './store-paths.ts';

function cancelOf(flag: Int32Array | null): Cancel {
  return { isCancelled: () => flag !== null && Atomics.load(flag, 0) !== 0 };
}

async function run(paths: StorePaths, job: StoreJob, cancel: Cancel): Promise<StoreJobAnswers[keyof StoreJobAnswers]> {
  switch (job.kind) {
    case 'bytes':
      return storeBytes(paths, job.bytes, job.announced, job.temp);
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

async function answer(paths: StorePaths, { id, job, cancel }: JobMessage): Promise<JobReply> {
  try {
    return { id, ok: true, value: await run(paths, job, cancelOf(cancel)) };
  } catch (error) {
    const needed = job.kind === 'bytes' ? job.bytes.byteLength : 0;
    return { id, ok: false, error: toWire(toStoreError(error, { root: paths.root, marker: paths.marker, needed })) };
  }
}

const port = parentPort;
if (port !== null) {
  const { root } = workerData as { root: string };
  const paths = storePaths(root);
  port.on('message', (message: JobMessage) => {
    void answer(paths, message).then((reply) => port.postMessage(reply));
  });
}
