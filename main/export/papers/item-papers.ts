/** A paper beside each exported file. Those that say the same as before are left as they stand, so that a run with little news writes little. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportPaperRow } from '../../index/exports/calls.ts';
import { DiskNames } from '../target/disk-names.ts';
import { examineFault } from '../../lib/fs-fault.ts';
import { patiently } from '../../lib/patience.ts';
import type { WrittenPaper } from '../target/paper-file.ts';
import { ITEM_SUFFIX } from './paper-paths.ts';
import { isItemPaper, itemPaper, type PaperEntry } from './paper-rows.ts';

/** Written and synced together: several syncs at once share their waits. */
const AT_ONCE = 64;
/** More is no paper of an export: not read. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface ItemPaperPlace {
  readonly root: string;
  readonly temp: string;
  /** False: a file of somebody else with the name of a paper is left where it is, and the paper is not written. */
  readonly overwrite: boolean;
}

export interface ItemPaperHooks {
  onWritten(paper: WrittenPaper): Promise<void>;
  /** It could not be written: `paper_exists` where somebody else's file has the name. */
  onFailed(row: ExportPaperRow, path: string, reason: string): void;
}

interface Waiting {
  readonly row: ExportPaperRow;
  readonly entry: PaperEntry;
}

export class ItemPapers {
  readonly #place: ItemPaperPlace;
  readonly #hooks: ItemPaperHooks;
  readonly #names: DiskNames;
  #waiting: Waiting[] = [];
  #number = 0;

  constructor(place: ItemPaperPlace, hooks: ItemPaperHooks) {
    this.#place = place;
    this.#names = new DiskNames(place.root);
    this.#hooks = hooks;
  }

  async add(row: ExportPaperRow, entry: PaperEntry): Promise<void> {
    this.#waiting.push({ row, entry });
    if (this.#waiting.length >= AT_ONCE) {
      await this.end();
    }
  }

  /** Writes what still waits. */
  async end(): Promise<void> {
    const batch = this.#waiting.splice(0);
    // All of them, also where one fails: none may still be written when the folder is cleared.
    const written = await Promise.allSettled(batch.map((each) => this.#put(each)));
    for (const result of written) {
      if (result.status === 'rejected') {
        throw result.reason;
      }
      if (result.value !== null) {
        await this.#hooks.onWritten(result.value);
      }
    }
  }

  async #put(waiting: Waiting): Promise<WrittenPaper | null> {
    const path = `${waiting.entry.path}${ITEM_SUFFIX}`;
    try {
      return await this.#write(waiting, path);
    } catch (error) {
      const { of, reason } = examineFault(error, 0);
      if (of === 'drive' || of === 'machine') {
        throw error;
      }
      this.#hooks.onFailed(waiting.row, path, reason);
      return null;
    }
  }

  async #write({ row, entry }: Waiting, path: string): Promise<WrittenPaper | null> {
    const final = this.#names.pathOf(path);
    const bytes = Buffer.from(itemPaper(row, entry));
    const paper = { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    const before = await textOf(final);
    if (before !== null && before.text === bytes.toString()) {
      return paper;
    }
    if (before !== null && !this.#place.overwrite && !isItemPaper(before.text ?? '')) {
      this.#hooks.onFailed(row, path, 'paper_exists');
      return null;
    }
    this.#number += 1;
    const temp = join(this.#place.temp, `item-${String(this.#number)}`);
    const handle = await open(temp, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await mkdir(dirname(final), { recursive: true });
    await patiently(() => rename(temp, final));
    return paper;
  }
}

/** Null: nothing has the name. `text` null: something that cannot be a paper. */
async function textOf(path: string): Promise<{ readonly text: string | null } | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null) {
    return null;
  }
  return { text: found.isFile() && found.size <= MOST_BYTES ? await readFile(path, 'utf8') : null };
}

/** The paper beside a file; null when there is none, or one of somebody else. */
export async function itemPaperOf(file: string): Promise<string | null> {
  const path = `${file}${ITEM_SUFFIX}`;
  const found = await textOf(path);
  return found !== null && isItemPaper(found.text ?? '') ? path : null;
}
