/** The thread that writes exported files: a batch at a time. */
import { parentPort } from 'node:worker_threads';
import { putBatch } from './put-files.ts';
import type { PutMessage, PutReply } from './put-jobs.ts';

async function work({ id, batch, shared }: PutMessage): Promise<void> {
  const answer = await putBatch(batch, {
    isCancelled: () => {
      Atomics.wait(shared, 2, 1n);
      return Atomics.load(shared, 0) !== 0n;
    },
    onBytes: (bytes) => {
      Atomics.add(shared, 1, BigInt(bytes));
    },
  });
  parentPort?.postMessage({ id, answer } satisfies PutReply);
}

parentPort?.on('message', (message: PutMessage) => {
  // `putBatch` never throws; whatever is thrown beside it ends the thread, which its pool hears.
  void work(message);
});
