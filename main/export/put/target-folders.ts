import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { takesFiles } from '../../lib/fs-fault.ts';
import { isInside } from '../../lib/safe-path.ts';
import { type PutReason, StopRun, targetFault } from '../target/target-errors.ts';
import type { PutBatch } from './put-jobs.ts';
import { makeFolders } from './put-steps.ts';

/** The folders that a batch writes into: each is made and looked at once. */
export class TargetFolders {
  readonly #place: PutBatch['place'];
  /** With why one takes no file. */
  readonly #known = new Map<string, PutReason | null>();
  #realRoot: string | null = null;

  constructor(place: PutBatch['place']) {
    this.#place = place;
  }

  /** Makes a folder. Answers why it takes no file; null when it does. Throws `StopRun`. `bytes`: of the file it is made for. */
  make(folder: string, bytes: number): PutReason | null {
    const known = this.#known.get(folder);
    if (known !== undefined) {
      return known;
    }
    const place = this.#place;
    let reason: PutReason | null;
    try {
      // The root is made when the run begins; where it is gone since, a drive was pulled out and its mount point must not be filled.
      if (!existsSync(place.sign)) {
        throw new StopRun('target_gone', 'the target folder is gone');
      }
      makeFolders(folder);
      this.#realRoot ??= realpathSync(place.root);
      const real = realpathSync(folder);
      reason = real === this.#realRoot || isInside(this.#realRoot, real) ? null : 'outside';
      reason ??= isWritable(folder) ? null : 'denied';
    } catch (error) {
      const fault = targetFault(error, place, bytes);
      if (fault instanceof StopRun) {
        throw fault;
      }
      reason = fault.reason;
    }
    this.#known.set(folder, reason);
    return reason;
  }
}

/** Known before a file is read and written for nothing. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return takesFiles(folder);
  }
}
