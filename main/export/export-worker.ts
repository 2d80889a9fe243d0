/** The thread that writes exported files: a batch at a time. */
import { parentPort } from 'node:worker_threads';
import { putBatch } from './put-files.ts';
import type { PutMessage, PutReply } from './put-jobs.ts';

parentPort?.on('message', ({ id, batch, shared }: PutMessage) => {
  const answer = putBatch(batch, {
    isCancelled: () => Atomics.load(shared, 0) !== 0n,
    onBytes: (bytes) => {
      Atomics.add(shared, 1, BigInt(bytes));
    },
  });
  parentPort?.postMessage({ id, answer } satisfies PutReply);
});
