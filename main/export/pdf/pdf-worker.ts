/** The thread that writes a PDF: it lays out text and pages, which takes a core for seconds. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { serveThread } from '../../lib/thread.ts';
import { Shaper } from './clusters.ts';
import { writeCover } from './cover.ts';
import { Faces } from './faces.ts';
import type { PdfPart, PdfPartEnd, PdfWork } from './pdf-jobs.ts';
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
    for (let bytes = this.transcript.sheets.file.take(); bytes !== null; bytes = this.transcript.sheets.file.take()) {
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
    const { sheets, exhibits } = this.transcript;
    return {
      sha256: this.#hash.digest('hex'),
      bytes: this.#bytes,
      pages: sheets.file.pages,
      nextExhibit: exhibits.next,
    };
  }
}

let writing: Writing | null = null;

function begun(): Writing {
  if (writing === null) {
    throw new Error('no PDF was begun');
  }
  return writing;
}

const work: PdfWork = {
  async begin(part) {
    writing = new Writing(part, await open(part.temp, 'w'));
    await writing.drain();
  },
  async add(messages) {
    for (const message of messages) {
      begun().transcript.add(message);
    }
    return await begun().drain();
  },
  async end(next) {
    const end = await begun().end(next);
    writing = null;
    return end;
  },
};

serveThread(work);
