/** Reading files piece by piece and hashing them on the way; a run that is cancelled ends between two pieces. */
import { type PutReason, StopRun } from '../target/target-errors.ts';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, type Stats } from 'node:fs';
import { systemCode } from '../../lib/fs-fault.ts';
import type { PutItem, PutPlace } from './put-jobs.ts';
import { writeAll } from './put-steps.ts';

const CHUNK = 1024 * 1024;
/** One for the thread, which reads one piece at a time. */
const buffer = Buffer.allocUnsafeSlow(CHUNK);

export interface PutWatch {
  /** Asked before each file and each piece of one; waits while the run is paused. */
  isCancelled(): boolean;
  onBytes(bytes: number): void;
}

export class PutSource {
  readonly #place: PutPlace;
  readonly #watch: PutWatch;

  constructor(place: PutPlace, watch: PutWatch) {
    this.#place = place;
    this.#watch = watch;
  }

  /** Copies and hashes in one reading. Null = the bytes are those that the library should have. Throws what the target answers. */
  copy(target: number, item: PutItem): PutReason | null {
    const source = this.open(item);
    if (typeof source !== 'number') {
      return source.reason;
    }
    try {
      const hash = createHash('sha256');
      for (let at = 0; ;) {
        // The length is known: asking for an end that is there costs small files a call of six.
        const count = at >= item.bytes && at > 0 ? 0 : this.#read(source, at);
        if (count === null) {
          return 'unreadable';
        }
        if (count === 0) {
          return hash.digest('hex') === item.sha256 ? null : 'damaged';
        }
        const piece = buffer.subarray(0, count);
        hash.update(piece);
        writeAll(target, piece);
        at += count;
        this.#watch.onBytes(count);
      }
    } finally {
      closeSync(source);
    }
  }

  /** Null = what is open has the bytes that the library should have. */
  check(fd: number, item: PutItem): PutReason | null {
    const hash = this.#hash(fd);
    return hash === null ? 'unreadable' : hash === item.sha256 ? null : 'damaged';
  }

  /** A file of the library. Throws StopRun `library_gone` when the whole library is away. */
  open(item: PutItem): number | { readonly reason: PutReason } {
    try {
      return openSync(item.source, 'r');
    } catch (error) {
      if (!existsSync(this.#place.librarySign)) {
        throw new StopRun('library_gone', 'the library folder cannot be read');
      }
      return { reason: systemCode(error) === 'ENOENT' ? 'missing' : 'unreadable' };
    }
  }

  /** Null: the library's disk does not give these bytes. */
  #read(fd: number, at: number): number | null {
    if (this.#watch.isCancelled()) {
      throw new StopRun('aborted', 'stopped');
    }
    try {
      return readSync(fd, buffer, 0, CHUNK, at);
    } catch {
      return null;
    }
  }

  #hash(fd: number): string | null {
    const hash = createHash('sha256');
    for (let at = 0; ;) {
      const count = this.#read(fd, at);
      if (count === null) {
        return null;
      }
      if (count === 0) {
        return hash.digest('hex');
      }
      hash.update(buffer.subarray(0, count));
      at += count;
    }
  }

  /** Whether the file at `path` has just the bytes of the item. One that cannot be read has not. */
  hasBytes(path: string, found: Stats, item: PutItem): boolean {
    if (!found.isFile() || found.size !== item.bytes) {
      return false;
    }
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch {
      return false;
    }
    try {
      return this.#hash(fd) === item.sha256;
    } finally {
      closeSync(fd);
    }
  }
}
