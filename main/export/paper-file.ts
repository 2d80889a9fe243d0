import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { patiently } from '../lib/patience.ts';

/** A paper of the export as the manifest lists it. */
export interface WrittenPaper {
  /** Relative to the folder of the papers. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

const BUFFER = 256 * 1024;

/** A text written bit by bit under another name, hashed, synced and renamed: what has the name is whole. */
export class PaperFile {
  readonly #handle: FileHandle;
  readonly #temp: string;
  readonly #root: string;
  readonly #path: string;
  readonly #hash = createHash('sha256');
  #waiting = '';
  #bytes = 0;

  private constructor(handle: FileHandle, temp: string, root: string, path: string) {
    this.#handle = handle;
    this.#temp = temp;
    this.#root = root;
    this.#path = path;
  }

  /** `path`: relative to `root`, `/` between names. `temp`: a folder on the same file system. */
  static async create(root: string, path: string, temp: string): Promise<PaperFile> {
    const file = join(temp, `paper-${path.replaceAll('/', '-')}`);
    return new PaperFile(await open(file, 'w'), file, root, path);
  }

  async write(text: string): Promise<void> {
    this.#waiting += text;
    if (this.#waiting.length >= BUFFER) {
      await this.#flush();
    }
  }

  async end(): Promise<WrittenPaper> {
    try {
      await this.#flush();
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
    const final = join(this.#root, ...this.#path.split('/'));
    await mkdir(dirname(final), { recursive: true });
    await patiently(() => rename(this.#temp, final));
    return { path: this.#path, sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temp, { force: true });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#handle.writeFile(bytes);
  }
}
