/** The thread that writes a PDF: it lays out text and pages, which takes a core for seconds. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { systemCode } from '../../lib/fs-fault.ts';
import { Shaper } from './clusters.ts';
import { writeCover } from './cover.ts';
import { Faces } from './faces.ts';
import type { PdfOrder, PdfPart, PdfPartEnd, PdfReply, PdfRequest } from './pdf-jobs.ts';
import { Transcript } from './transcript.ts';

const shaper = new Shaper(new Faces());

class Writing {
  readonly transcript: Transcript;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(part: PdfPart, handle: FileHandle) {
    this.transcript = new Transcript(part, shaper);
    this.#handle = handle;
    writeCover(this.transcript);
  }

  /** Writes what is ready; answers the bytes so far. */
  async drain(): Promise<number> {
    for (let bytes = this.transcript.file.take(); bytes !== null; bytes = this.transcript.file.take()) {
      this.#hash.update(bytes);
      this.#bytes += bytes.length;
      await this.#handle.writeFile(bytes);
    }
    return this.#bytes;
  }

  async end(next: string | null): Promise<PdfPartEnd> {
    this.transcript.end(next);
    await this.drain();
    await this.#handle.sync();
    await this.#handle.close();
    const { file, nextExhibit } = this.transcript;
    return { sha256: this.#hash.digest('hex'), bytes: this.#bytes, pages: file.pages, nextExhibit };
  }
}

let writing: Writing | null = null;

async function work(order: PdfOrder): Promise<{ readonly bytes: number; readonly end: PdfPartEnd | null }> {
  if (order.is === 'begin') {
    writing = new Writing(order.part, await open(order.part.temp, 'w'));
    return { bytes: await writing.drain(), end: null };
  }
  if (writing === null) {
    throw new Error('no PDF was begun');
  }
  if (order.is === 'add') {
    for (const message of order.messages) {
      writing.transcript.add(message);
    }
    return { bytes: await writing.drain(), end: null };
  }
  const end = await writing.end(order.next);
  writing = null;
  return { bytes: end.bytes, end };
}

const say = (reply: PdfReply): void => {
  parentPort?.postMessage(reply);
};

parentPort?.on('message', ({ id, order }: PdfRequest) => {
  work(order).then(
    (answer) => say({ id, is: 'done', ...answer }),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      say({ id, is: 'failed', message, code: systemCode(error) });
    },
  );
});
