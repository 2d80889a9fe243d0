/**
 * Puts a batch of files into a target, in synchronous steps for a thread of its own: asynchronous calls cost more than such work. Each file
 * is written beside its place, hashed on the way, synced and only then given its name, so that a name never stands for half a file or for
 * bytes the library did not have. Syncing is the exception: several syncs at once share their waits, one after the other costs four times as long, and
 * where the system can sync all of a target at once that costs half again less.
 */
import type { PutMethod } from '../target/target.ts';
import { ItemFault, type PutReason, StopRun, targetFault } from '../target/target-errors.ts';
import { closeSync, fstatSync, fsync, futimesSync, linkSync, lstatSync, openSync, rmSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { threadId } from 'node:worker_threads';
import { faultOf, systemCode } from '../../lib/fs-fault.ts';
import type { PutAnswer, PutBatch, PutItem, PutResult } from './put-jobs.ts';
import { DiskNames } from '../target/disk-names.ts';
import { PutSource, type PutWatch } from './put-source.ts';
import { TargetFolders } from './target-folders.ts';
import { claimsIn, cloned, isAsLeft, move, otherName } from './put-steps.ts';
import { errorText } from '../../lib/app-error.ts';

const sync = promisify(fsync);
const MOST_NAMES = 1000;
/** Files between two looks at whether an earlier batch is synced and can get its names. */
const STRETCH = 32;

/** A file that is whole beside its place. */
interface Ready {
  readonly item: PutItem;
  readonly temp: string;
  /** Null: closed, to be synced with all others. */
  readonly fd: number | null;
  readonly writtenMs: number;
  readonly method: PutMethod;
  readonly replace: boolean;
}

/** The batch that this thread writes; another begins when it is whole, however far the syncing is. */
let writing: Promise<void> = Promise.resolve();

/** Never throws: what ends the run comes back as `stop`, with the results until then. */
export async function putBatch(
  batch: PutBatch,
  watch: PutWatch,
  syncWhole: (folder: string) => Promise<void>,
): Promise<PutAnswer> {
  const work = new BatchWork(batch, watch, syncWhole);
  try {
    const mine = writing.then(() => work.takeAll());
    writing = mine.catch(() => undefined);
    await mine;
    await work.finish();
    return { results: work.results, undated: work.undated, stop: null };
  } catch (error) {
    work.discard();
    const fault = targetFault(error, batch.place, 0);
    const stop = fault instanceof StopRun ? fault : { code: 'io' as const, message: errorText(error) };
    return { results: work.results, undated: work.undated, stop: { code: stop.code, message: stop.message } };
  }
}

class BatchWork {
  readonly results: PutResult[] = [];
  undated = 0;
  readonly #batch: PutBatch;
  readonly #watch: PutWatch;
  readonly #ready: Ready[] = [];
  readonly #folders: TargetFolders;
  readonly #source: PutSource;
  readonly #names: DiskNames;
  readonly #claim: (path: string) => void;
  readonly #syncWhole: (folder: string) => Promise<void>;

  constructor(batch: PutBatch, watch: PutWatch, syncWhole: (folder: string) => Promise<void>) {
    this.#batch = batch;
    this.#watch = watch;
    this.#syncWhole = syncWhole;
    this.#source = new PutSource(batch.place, watch);
    this.#names = new DiskNames(batch.place.root);
    this.#folders = new TargetFolders(batch.place);
    this.#claim = claimsIn(batch.place.temp, batch.place.root, threadId);
  }

  /** Lets go of the thread now and then: else a batch that is synced would get its names only when the next one is whole. */
  async takeAll(): Promise<void> {
    for (const [at, item] of this.#batch.items.entries()) {
      if (at > 0 && at % STRETCH === 0) {
        await othersTurn();
      }
      if (this.#watch.isCancelled()) {
        throw new StopRun('aborted', 'stopped');
      }
      this.#alone(item, () => {
        this.#take(item);
      });
    }
  }

  /** A step for one item: what concerns that alone fails it (false), anything else is thrown. */
  #alone(item: PutItem, step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      const fault = targetFault(error, this.#batch.place, item.bytes);
      if (fault instanceof StopRun) {
        throw fault;
      }
      this.#fail(item, fault.reason);
      return false;
    }
  }

  #take(item: PutItem): void {
    const final = this.#pathOf(item.path);
    const found = lstatSync(final, { throwIfNoEntry: false });
    if (found === undefined) {
      this.#write(item, this.#batch.conflict === 'overwrite');
      return;
    }
    if (isAsLeft(found, item)) {
      if (item.before?.sha256 === item.sha256) {
        this.results.push({ seq: item.seq, outcome: 'same' });
      } else {
        this.#write(item, true);
      }
      return;
    }
    if (this.#source.hasBytes(final, found, item)) {
      this.#found(item, item.path, found);
      return;
    }
    this.#solve(item, found);
  }

  /** Another file has the name, or somebody changed the one that was exported. */
  #solve(item: PutItem, found: Stats): void {
    switch (this.#batch.conflict) {
      case 'skip':
        this.results.push(
          item.before === null
            ? { seq: item.seq, outcome: 'skipped', reason: 'exists' }
            : { seq: item.seq, outcome: 'kept' },
        );
        return;
      case 'overwrite':
        if (found.isDirectory()) {
          this.#fail(item, 'exists');
        } else {
          this.#write(item, true);
        }
        return;
      case 'rename':
        // An exported file that was edited since belongs to the person. A second copy of it would add nothing.
        if (item.before === null) {
          this.#writeBeside(item);
        } else {
          this.results.push({ seq: item.seq, outcome: 'kept' });
        }
        return;
      case 'fail':
        this.#fail(item, 'exists');
        return;
    }
  }

  /** A run that was killed after giving another name has not noted it: the file is looked for before it is written once more. */
  #writeBeside(item: PutItem): void {
    for (let attempt = 1; attempt < MOST_NAMES; attempt += 1) {
      const path = otherName(item.path, item.mediaId, attempt);
      const found = lstatSync(this.#pathOf(path), { throwIfNoEntry: false });
      if (found === undefined) {
        break;
      }
      if (this.#source.hasBytes(this.#pathOf(path), found, item)) {
        this.#found(item, path, found);
        return;
      }
    }
    this.#write(item, false);
  }

  #found(item: PutItem, path: string, found: Stats): void {
    this.results.push({
      seq: item.seq,
      outcome: 'found',
      path,
      method: 'found',
      writtenMs: Math.trunc(found.mtimeMs),
      renamed: false,
      bytes: 0,
    });
  }

  #write(item: PutItem, replace: boolean): void {
    const refused = this.#folders.make(dirname(this.#pathOf(item.path)), item.bytes);
    if (refused !== null) {
      this.#fail(item, refused);
      return;
    }
    if (this.#batch.method === 'hardlink') {
      this.#hardLink(item, replace);
    } else {
      this.#writeBytes(item, replace);
    }
  }

  #tempOf(item: PutItem): string {
    return join(this.#batch.place.temp, `${String(item.seq)}.part`);
  }

  #writeBytes(item: PutItem, replace: boolean): void {
    const temp = this.#tempOf(item);
    const method = this.#batch.method === 'reflink' && cloned(item.source, temp) ? 'reflink' : 'copy';
    const fd = openSync(temp, method === 'reflink' ? 'r+' : 'w');
    let kept = false;
    try {
      const problem = method === 'reflink' ? this.#source.check(fd, item) : this.#source.copy(fd, item);
      if (problem === null) {
        const writtenMs = this.#date(fd, item);
        kept = true;
        const open = this.#batch.sync === 'each';
        if (!open) {
          closeSync(fd);
        }
        this.#ready.push({ item, temp, fd: open ? fd : null, method, replace, writtenMs });
      } else {
        this.#fail(item, problem);
      }
    } finally {
      if (!kept) {
        closeSync(fd);
        rmSync(temp, { force: true });
      }
    }
  }

  /** Gives the file the time of its message and looks what the target has made of it. Some drives take no times, some none before 1980. */
  #date(fd: number, item: PutItem): number {
    const seconds = item.sentAt / 1000;
    try {
      futimesSync(fd, seconds, seconds);
    } catch (error) {
      if (faultOf(error, 'times').of !== 'nobody') {
        throw error;
      }
    }
    const writtenMs = Math.trunc(fstatSync(fd).mtimeMs);
    // FAT counts in steps of two seconds.
    this.undated += Math.abs(writtenMs - item.sentAt) > 2000 ? 1 : 0;
    return writtenMs;
  }

  /** The library's own file under a second name: its time stays as it is, or every other name of it would change too. */
  #hardLink(item: PutItem, replace: boolean): void {
    const source = this.#source.open(item);
    if (typeof source !== 'number') {
      this.#fail(item, source.reason);
      return;
    }
    let problem: PutReason | null;
    let writtenMs: number;
    try {
      problem = this.#source.check(source, item);
      writtenMs = Math.trunc(fstatSync(source).mtimeMs);
    } finally {
      closeSync(source);
    }
    if (problem !== null) {
      this.#fail(item, problem);
      return;
    }
    try {
      const named = this.#publish(item, replace, (path, over) => {
        linkSync(item.source, over ? this.#tempOf(item) : path);
        if (over) {
          move(this.#tempOf(item), path, over, this.#claim);
          // Where both names were the same file already, the rename has done nothing.
          rmSync(this.#tempOf(item), { force: true });
        }
      });
      this.#done(item, named, 'hardlink', writtenMs);
    } catch (error) {
      if (faultOf(error, 'link').of !== 'nobody') {
        throw error;
      }
      // A file system allows so many names of one file, and some owners none: this one gets bytes of its own.
      this.#writeBytes(item, replace);
    }
  }

  /** Syncs what is ready and gives it its names. */
  async finish(): Promise<void> {
    const unsynced = await this.#sync();
    for (let ready = this.#ready.shift(); ready !== undefined; ready = this.#ready.shift()) {
      const { item, temp, fd, method, writtenMs, replace } = ready;
      if (fd !== null) {
        closeSync(fd);
      }
      const isNamed = this.#alone(item, () => {
        if (unsynced.has(item.seq)) {
          throw unsynced.get(item.seq);
        }
        const named = this.#publish(item, replace, (path, over) => {
          move(temp, path, over, this.#claim);
        });
        this.#done(item, named, method, writtenMs);
      });
      if (!isNamed) {
        rmSync(temp, { force: true });
      }
    }
  }

  /** Answers the items whose own sync failed, with the error. Throws where all are synced at once and that fails. */
  async #sync(): Promise<Map<number, unknown>> {
    const unsynced = new Map<number, unknown>();
    const work = this.#ready.flatMap(({ fd, item }) =>
      fd === null
        ? []
        : sync(fd).catch((error: unknown) => {
            unsynced.set(item.seq, error);
          }),
    );
    // All of them, also where one fails: a file that is still being synced must not be closed.
    await Promise.all(work);
    if (this.#ready.length > work.length) {
      await this.#syncWhole(this.#batch.place.temp);
    }
    return unsynced;
  }

  #done(item: PutItem, path: string, method: PutMethod, writtenMs: number): void {
    this.results.push({
      seq: item.seq,
      outcome: 'written',
      path,
      method,
      writtenMs,
      renamed: path !== item.path,
      bytes: item.bytes,
    });
  }

  /** `give` puts the file at a path or throws EEXIST; the first free name is taken. Answers the path. */
  #publish(item: PutItem, replace: boolean, give: (path: string, over: boolean) => void): string {
    for (let attempt = 0; attempt < MOST_NAMES; attempt += 1) {
      const path = attempt === 0 ? item.path : otherName(item.path, item.mediaId, attempt);
      try {
        give(this.#pathOf(path), replace && attempt === 0);
        return path;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') {
          throw error;
        }
      }
    }
    throw new ItemFault('exists');
  }

  #pathOf(path: string): string {
    return this.#names.pathOf(path);
  }

  #fail(item: PutItem, reason: PutReason): void {
    this.results.push({ seq: item.seq, outcome: 'failed', reason, stands: item.before !== null && this.#stands(item) });
  }

  #stands(item: PutItem): boolean {
    try {
      return lstatSync(this.#pathOf(item.path), { throwIfNoEntry: false })?.isFile() === true;
    } catch {
      return false;
    }
  }

  /** Unfinished files are removed; their items stay planned. */
  discard(): void {
    for (const { fd, temp } of this.#ready.splice(0)) {
      try {
        if (fd !== null) {
          closeSync(fd);
        }
        rmSync(temp, { force: true });
      } catch {
        // The target is gone or full; the next run clears its folder of temporary files.
      }
    }
  }
}
