import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { patiently } from '../../lib/patience.ts';

/** A paper of the export as the manifest lists it. */
export interface WrittenPaper {
  /** Relative to the folder of the papers. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A paper that is whole, under another name: what stood in its place stays until then. */
export interface StagedPaper {
  readonly paper: WrittenPaper;
  /** Gives it its name. */
  place(): Promise<void>;
}

/** `path`: relative to `root`, `/` between names. */
export async function placePaper(temp: string, root: string, path: string): Promise<void> {
  const final = join(root, ...path.split('/'));
  await mkdir(dirname(final), { recursive: true });
  await patiently(() => rename(temp, final));
}

const BUFFER = 256 * 1024;

/** A text written bit by bit under another name, hashed and synced, then renamed: what has the name is whole. */
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

  async end(): Promise<StagedPaper> {
    try {
      await this.#flush();
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
    return {
      paper: { path: this.#path, sha256: this.#hash.digest('hex'), bytes: this.#bytes },
      place: () => placePaper(this.#temp, this.#root, this.#path),
    };
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
