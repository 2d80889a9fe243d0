/** Reads pages in a thread of its own: parsing, checking and compressing one takes as long as half a frame of the screen. */
import { Worker } from 'node:worker_threads';
import type { PackedPage } from '../lib/model.ts';
import { packPage } from '../lib/packed-page.ts';
import { workerEntry } from '../lib/worker-entry.ts';
import { ApiError } from './errors.ts';
import type { AskedBody, ReadBody } from './page-body.ts';

export interface ToPageThread {
  readonly id: number;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly asked: AskedBody;
}

export type FromPageThread =
  { readonly id: number; readonly page: PackedPage } | { readonly id: number; readonly unreadable: string };

interface Waiting {
  readonly asked: AskedBody;
  readonly resolve: (page: PackedPage) => void;
  readonly reject: (error: ApiError) => void;
}

/** A thread costs as much to start as it takes to read some ten pages, and most runs look at fewer. */
const FIRST_PAGES = 10;

export class PageReader {
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #pages = 0;

  /** Takes the bytes away. An answer that cannot be read, and a thread that ends, are ApiError `bad_response`. */
  readonly read: ReadBody<PackedPage> = async (body, asked) => {
    this.#pages += 1;
    if (this.#pages > FIRST_PAGES) {
      return await this.#inThread(this.#pages, body, asked);
    }
    const { readPageBody } = await import('./page-body.ts');
    return packPage(readPageBody(body, asked));
  };

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #inThread(id: number, body: Uint8Array<ArrayBuffer>, asked: AskedBody): Promise<PackedPage> {
    this.#thread ??= this.#start();
    const thread = this.#thread;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { asked, resolve, reject });
      const message: ToPageThread = { id, body, asked };
      thread.postMessage(message, [body.buffer]);
    });
  }

  #start(): Worker {
    const thread = new Worker(workerEntry(import.meta.url, './page-reader-worker'), { name: 'pages', execArgv: [] });
    thread.on('message', (said: FromPageThread) => {
      const waiting = this.#waiting.get(said.id);
      this.#waiting.delete(said.id);
      if ('page' in said) {
        waiting?.resolve(said.page);
      } else {
        waiting?.reject(unreadable(waiting.asked, said.unreadable));
      }
    });
    // `exit` follows, and ends what waits.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#thread = null;
      for (const { asked, reject } of this.#waiting.values()) {
        reject(unreadable(asked, 'the thread that reads pages ended'));
      }
      this.#waiting.clear();
    });
    // What waits for a page holds the process: the answer was received, and the run is not over.
    thread.unref();
    return thread;
  }
}

const unreadable = ({ endpoint, requestId }: AskedBody, detail: string): ApiError =>
  new ApiError('bad_response', { endpoint, status: 200, requestId, detail });
