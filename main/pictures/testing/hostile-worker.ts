/** Stands in for the picture thread, with a decoder that does what the first word of a picture's bytes says. */
import { openSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { FromPictureThread, PictureJob } from '../picture-job.ts';

const say = (message: FromPictureThread): void => parentPort?.postMessage(message);
const picture = { bytes: new Uint8Array([1]), width: 1, height: 1 };

function decode(word: string): void {
  if (word.startsWith('/')) {
    // A pipe that nobody writes to: the thread waits in the system, and nothing can end it.
    openSync(word, 'r');
  }
  switch (word) {
    case 'hang':
      for (;;) {
        // For ever.
      }
    case 'trap':
      throw new Error('unreachable executed');
    case 'exit':
      process.exit(3);
      break;
    case 'spent':
      say({ is: 'drawn', picture: null, spent: true });
      break;
    default:
      say({ is: 'drawn', picture, spent: false });
  }
}

parentPort?.on('message', ({ from }: PictureJob) => decode('bytes' in from ? Buffer.from(from.bytes).toString() : ''));
say({ is: 'ready' });
