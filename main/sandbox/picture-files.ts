/** Drawn pictures on disk, for processes that would otherwise draw the same ones: a file each, written beside and named when whole. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface Picture {
  readonly bytes: Buffer;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
}

/** Names the folder of a run of tests to the processes that it starts. */
export const TEST_PICTURES = 'CHATKEEP_TEST_PICTURES';

const headSchema = z.object({ mime: z.string(), width: z.number(), height: z.number() });

export class PictureFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The picture of that key as it was once drawn; null when nobody has drawn it yet. */
  async get(key: string): Promise<Picture | null> {
    let content: Buffer;
    try {
      content = await readFile(this.#path(key));
    } catch {
      return null;
    }
    const end = content.indexOf('\n');
    // A copy: what is read from a file may lie in memory that others share, and these bytes are handed to threads.
    return {
      ...headSchema.parse(JSON.parse(content.toString('utf8', 0, end))),
      bytes: Buffer.from(content.subarray(end + 1)),
    };
  }

  /** Keeps a picture. When two draw the same one, either stays: they are equal. */
  async put(key: string, { bytes, ...head }: Picture): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const beside = join(this.#folder, `${randomUUID()}.part`);
    await writeFile(beside, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]));
    await rename(beside, this.#path(key));
  }

  #path(key: string): string {
    return join(this.#folder, key.replaceAll(/[^\w.-]/g, '_'));
  }
}
