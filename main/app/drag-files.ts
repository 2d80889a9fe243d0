import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { MediaRef } from '../contract/browse-shapes.ts';
import { clearStagedDrags, stageForDrag, type DraggedFile } from '../export/stage-drag.ts';
import type { Core } from './core.ts';
import { Refusal } from './refusal.ts';

/** Files for dragging out of the window. Copies go when the next but one drag begins or the library is closed; those of a killed process a day later. */
export class DragFiles {
  readonly #core: Core;
  readonly #folders: string[] = [];
  readonly #cleared: Promise<void>;

  constructor(core: Core) {
    this.#core = core;
    this.#cleared = clearStagedDrags(tmpdir(), core.ports.clock.now()).catch(() => undefined);
  }

  /** Absolute paths. Refusal `not_found` when none of them is stored; those that are not are left out. */
  async stage(refs: readonly MediaRef[]): Promise<readonly string[]> {
    // The one before may still be read by whoever got it.
    await this.#forget(1);
    const { index, store } = this.#core;
    const files: DraggedFile[] = [];
    for (const ref of refs) {
      const file = await index.read.fileToName(ref);
      if (file !== null) {
        const { sha256, ext, sentAt } = file;
        files.push({ source: store.pathOf(sha256, ext), mediaId: ref.mediaId, chatId: 0, ext, sentAt });
      }
    }
    if (files.length === 0) {
      throw new Refusal('not_found', 'None of these files is stored.');
    }
    const { folder, paths } = await stageForDrag(files, tmpdir(), { platform: process.platform });
    this.#folders.push(folder);
    return paths;
  }

  async close(): Promise<void> {
    await this.#cleared;
    await this.#forget(0);
  }

  async #forget(kept: number): Promise<void> {
    for (const folder of this.#folders.splice(0, Math.max(0, this.#folders.length - kept))) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
