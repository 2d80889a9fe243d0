/** The thread that writes exported files: a batch at a time. */
import { parentPort } from 'node:worker_threads';
import { putBatch } from './put-files.ts';
import type { PutMessage, PutReply, SyncedMessage } from './put-jobs.ts';

const syncing = new Map<number, (synced: SyncedMessage) => void>();
const reply = (message: PutReply): void => parentPort?.postMessage(message);

async function work({ id, batch, shared }: PutMessage): Promise<void> {
  const watch = {
    isCancelled: () => {
      // Waiting costs a lock even where it ends at once.
      if (Atomics.load(shared, 2) !== 0n) {
        Atomics.wait(shared, 2, 1n);
      }
      return Atomics.load(shared, 0) !== 0n;
    },
    onBytes: (bytes: number) => {
      Atomics.add(shared, 1, BigInt(bytes));
    },
  };
  // The pool syncs for all of its threads together.
  const syncWhole = async (folder: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<SyncedMessage>();
    syncing.set(id, resolve);
    reply({ id, written: folder });
    const { problem } = await promise;
    if (problem !== null) {
      throw new Error(problem);
    }
  };
  reply({ id, answer: await putBatch(batch, watch, syncWhole) });
}

parentPort?.on('message', (message: PutMessage | SyncedMessage) => {
  if ('batch' in message) {
    // `putBatch` never throws; whatever is thrown beside it ends the thread, which its pool hears.
    void work(message);
  } else {
    syncing.get(message.id)?.(message);
    syncing.delete(message.id);
  }
});
