/** The thread that reads pages: bytes in, a packed page out, one at a time. */
import { parentPort } from 'node:worker_threads';
import { packPage } from '../lib/packed-page.ts';
import { ApiError } from './errors.ts';
import { readPageBody } from './page-body.ts';
import type { FromPageThread, ToPageThread } from './page-reader.ts';

function answer({ id, body, asked }: ToPageThread): FromPageThread {
  try {
    return { id, page: packPage(readPageBody(body, asked)) };
  } catch (error) {
    if (error instanceof ApiError) {
      return { id, unreadable: error.detail ?? '' };
    }
    throw error;
  }
}

parentPort?.on('message', (message: ToPageThread) => {
  const said = answer(message);
  parentPort?.postMessage(said, 'page' in said ? [said.page.packed.buffer as ArrayBuffer] : []);
});
