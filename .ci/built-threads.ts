/**
 * For `npm test`, which has just built the product: threads of the index start from the bundle, as they do in the product. The sources are
 * over a hundred files, and a thread that reads them takes twice the processor time to start. The tests start about a thousand.
 */
import { syncBuiltinESMExports } from 'node:module';
import threads, { type WorkerOptions } from 'node:worker_threads';

const SOURCE = /\/main\/index\/index-worker\.ts$/;
const BUILT = new URL('../out/main/index-worker.js', import.meta.url);

class BuiltWorker extends threads.Worker {
  constructor(entry: string | URL, options?: WorkerOptions) {
    super(entry instanceof URL && SOURCE.test(entry.pathname) ? BUILT : entry, options);
  }
}
Object.assign(threads, { Worker: BuiltWorker });
syncBuiltinESMExports();
