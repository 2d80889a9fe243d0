import { constants } from 'node:fs';
import { copyFile, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaRef } from '../contract/browse-shapes.ts';
import { fileNameOf } from '../contract/media-url.ts';
import type { Core } from './core.ts';
import { Refusal } from './refusal.ts';

/**
 * Files for dragging out of the window: copies under the names an export gives, so that whoever gets them never holds the library's own
 * (shared copy-on-write where the disk can). They go when the next drag begins or the library is closed.
 */
export class DragFiles {
  readonly #core: Core;
  readonly #folders: string[] = [];

  constructor(core: Core) {
    this.#core = core;
  }

  /** Absolute paths. Refusal `not_found` when none of them is stored; those that are not are left out. */
  async stage(refs: readonly MediaRef[]): Promise<readonly string[]> {
    // The one before may still be read by whoever got it.
    await this.#forget(1);
    const { index, store } = this.#core;
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-drag-'));
    this.#folders.push(folder);
    const files: string[] = [];
    for (const ref of refs) {
      const file = await index.read.fileToName(ref);
      if (file === null) {
        continue;
      }
      const target = join(folder, fileNameOf({ sentAt: file.sentAt, id: ref.mediaId, ext: file.ext }));
      await copyFile(store.pathOf(file.sha256, file.ext), target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      const sentAt = new Date(file.sentAt);
      await utimes(target, sentAt, sentAt);
      files.push(target);
    }
    if (files.length === 0) {
      throw new Refusal('not_found', 'None of these files is stored.');
    }
    return files;
  }

  async close(): Promise<void> {
    await this.#forget(0);
  }

  async #forget(kept: number): Promise<void> {
    for (const folder of this.#folders.splice(0, Math.max(0, this.#folders.length - kept))) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
