import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { MediaRef } from '../../contract/browse-shapes.ts';
import { clearStagedDrags, stageForDrag, type DraggedFile } from './stage-drag.ts';
import type { Core } from '../core/core.ts';
import { Refusal } from '../kernel/refusal.ts';

/** A drag whose files were ready only after the button was let go: the same files may be dragged again at once. */
interface ReadyDrag {
  readonly key: string;
  readonly paths: readonly string[];
}

/** Files for dragging out of the window. Copies go when the next but one drag begins or the library is closed; those of a killed process a day later. */
export class DragFiles {
  readonly #core: Core;
  readonly #folders: string[] = [];
  readonly #cleared: Promise<void>;
  #ready: ReadyDrag | null = null;

  constructor(core: Core) {
    this.#core = core;
    this.#cleared = clearStagedDrags(tmpdir(), core.ports.clock.now()).catch(() => undefined);
  }

  /**
   * Copies the stored ones of `refs` and hands their absolute paths to `begin`, which answers false when it is too late to begin.
   * Refusal `not_found` when none is stored, `busy` when it was too late; the same drag then begins without copying again.
   */
  async drag(refs: readonly MediaRef[], begin: (paths: readonly string[]) => Promise<boolean>): Promise<void> {
    const key = JSON.stringify(refs);
    const paths = this.#ready?.key === key ? this.#ready.paths : await this.#stage(refs);
    this.#ready = { key, paths };
    if (!(await begin(paths))) {
      throw new Refusal(
        'busy',
        'The mouse button was released before the files were ready.',
        'Drag again: they are ready now.',
      );
    }
    // The receiving program may change its copies.
    this.#ready = null;
  }

  async #stage(refs: readonly MediaRef[]): Promise<readonly string[]> {
    this.#ready = null;
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
    const { folder, paths } = await stageForDrag(files, tmpdir(), {
      platform: process.platform,
      timeZone: this.#core.timeZone,
    });
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
