/** Reads pages in a thread of its own: parsing, checking and compressing one takes as long as half a frame of the screen. */
import type { PackedPage } from '../lib/model.ts';
import { packPage } from '../lib/packed-page.ts';
import { Thread } from '../lib/thread.ts';
import { workerEntry } from '../lib/worker-entry.ts';
import { ApiError } from './errors.ts';
import type { AskedBody, ReadBody } from './page-body.ts';
import type { PageWork } from './page-reader-worker.ts';
import { errorText } from '../lib/app-error.ts';

/** A thread costs as much to start as it takes to read some ten pages, and most runs look at fewer. */
const FIRST_PAGES = 10;

export class PageReader {
  #thread: Thread<PageWork> | null = null;
  #pages = 0;

  /** Takes the bytes away. An answer that cannot be read, and a thread that ends, are ApiError `bad_response`. */
  readonly read: ReadBody<PackedPage> = async (body, asked) => {
    this.#pages += 1;
    if (this.#pages > FIRST_PAGES) {
      return await this.#inThread(body, asked);
    }
    const { readPageBody } = await import('./page-body.ts');
    return packPage(readPageBody(body, asked));
  };

  async close(): Promise<void> {
    await this.#thread?.close();
  }

  async #inThread(body: Uint8Array<ArrayBuffer>, asked: AskedBody): Promise<PackedPage> {
    if (this.#thread === null || this.#thread.lost !== null) {
      this.#thread = new Thread<PageWork>(
        workerEntry(import.meta.url, './page-reader-worker'),
        'the thread that reads pages',
      );
      // What waits for a page holds the process: the answer was received, and the run is not over.
      this.#thread.worker.unref();
    }
    const said = await this.#thread.ask('read', { body, asked }, [body.buffer]).catch((error: unknown) => ({
      unreadable: errorText(error),
    }));
    if ('unreadable' in said) {
      const { endpoint, requestId } = asked;
      throw new ApiError('bad_response', { endpoint, status: 200, requestId, detail: said.unreadable });
    }
    return said;
  }
}
