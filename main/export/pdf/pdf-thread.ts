/** The thread that writes a PDF, as calls: one order at a time. */
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../../lib/worker-entry.ts';
import type { PdfMessage, PdfOrder, PdfPart, PdfPartEnd, PdfReply, PdfRequest } from './pdf-jobs.ts';

interface Waiting {
  readonly resolve: (reply: { readonly bytes: number; readonly end: PdfPartEnd | null }) => void;
  readonly reject: (error: Error) => void;
}

/** Errors of the file system keep their code. */
export class PdfThread {
  readonly #worker = new Worker(workerEntry(import.meta.url, './pdf-worker'), {
    name: 'pdf',
    execArgv: [],
    // What a page was made of is garbage at once: little room for it keeps the whole program small.
    resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 },
  });
  readonly #waiting = new Map<number, Waiting>();
  #lost: Error | null = null;
  #next = 1;

  constructor() {
    this.#worker.on('message', (reply: PdfReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.is === 'done') {
        waiting?.resolve(reply);
      } else {
        const { message, code } = reply;
        waiting?.reject(Object.assign(new Error(message), code === null ? {} : { code }));
      }
    });
    this.#worker.on('error', (error: unknown) =>
      this.#lose(`the PDF thread failed: ${error instanceof Error ? error.message : String(error)}`),
    );
    this.#worker.on('exit', () => this.#lose('the PDF thread ended'));
  }

  async begin(part: PdfPart): Promise<void> {
    await this.#ask({ is: 'begin', part });
  }

  /** Answers the bytes of the file so far. Pictures are handed over, not copied. */
  async add(messages: readonly PdfMessage[]): Promise<number> {
    const pictures = messages.flatMap(({ items }) => items.flatMap(({ picture }) => picture?.buffer ?? []));
    const { bytes } = await this.#ask({ is: 'add', messages }, [...new Set(pictures)]);
    return bytes;
  }

  async end(next: string | null): Promise<PdfPartEnd> {
    const { end } = await this.#ask({ is: 'end', next });
    if (end === null) {
      throw new Error('the PDF thread gave no answer');
    }
    return end;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(order: PdfOrder, transfer: readonly ArrayBufferLike[] = []): Promise<Parameters<Waiting['resolve']>[0]> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) {
        reject(this.#lost);
        return;
      }
      const id = this.#next;
      this.#next += 1;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(
        { id, order } satisfies PdfRequest,
        transfer.filter((buffer) => buffer instanceof ArrayBuffer),
      );
    });
  }

  #lose(why: string): void {
    this.#lost ??= new Error(why);
    for (const { reject } of this.#waiting.values()) {
      reject(this.#lost);
    }
    this.#waiting.clear();
  }
}
