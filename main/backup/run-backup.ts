/**
 * A second folder that is a whole library after every run: first a copy of one state of the index, then every file which that names, only then the
 * copy in its place. After an interruption, the folder holds the last complete state, and the same call resumes.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { openIndexCopy, type IndexCopy } from '../index/copy/index-copy.ts';
import type { BlobRow } from '../index/files/calls.ts';
import { interrupted, targetError, unwritable } from '../export/target/target-errors.ts';
import { chooseSync, syncWhole } from '../lib/sync-whole.ts';
import { chooseMethod } from '../export/target/target.ts';
import { rulesFor } from '../naming/target-names.ts';
import { openLibrary, type Library } from '../files/library/library.ts';
import { MARKER_FILE, storePaths } from '../files/library/store-paths.ts';
import { walkBlobs } from '../files/store/store-walk.ts';
import { AppError } from '../lib/app-error.ts';
import { systemCode } from '../lib/fs-fault.ts';
import { syncFolder } from '../lib/sync-folder.ts';
import { markPath, writeMark } from './backup-mark.ts';
import { BackupTally } from './backup-tally.ts';
import {
  inspectBackupTarget,
  makeFolders,
  refuse,
  requireRoom,
  workFolder,
  type BackupTarget,
} from './backup-target.ts';
import type { BackupOptions, BackupPorts } from './backup-types.ts';
import type { BackupAnswer, BackupHooks } from '../contract/backup-shapes.ts';
import { compareFiles, type ComparedFile } from './compare-files.ts';
import { copyFiles, HINT_LARGE } from './copy-files.ts';
import { keepLastBackup, LAST_BACKUP_FILE } from './last-backup.ts';

const PAGE = 500;
const INDEX = 'index.sqlite';
/** Disk space of a file beyond its bytes: the rest of its last block, and its name. */
const BYTES_A_FILE = 4096;
/** Fewer than this are synced one by one: syncing a whole drive waits for what others write there too. */
const FEW_FILES = 256;

const NO_HOOKS: BackupHooks = { onProgress: () => undefined, onLost: () => undefined };

/**
 * Brings the folder `to` to the state of the library. AppError: `usage` (the folder does not fit), `disk_full`, `target_unusable`, `media_offline`,
 * `interrupted`, `library_…` (the library, or the target in use by another program). Files that the library does not have as it should are counted, told through
 * `hooks.onLost` and left out of the copied index, where they are wanted again.
 */
export async function runBackup(
  options: BackupOptions,
  ports: BackupPorts,
  signal: AbortSignal,
  hooks: BackupHooks = NO_HOOKS,
): Promise<BackupAnswer> {
  const library = await openLibrary(options.from, { create: false, readOnly: true });
  const target = await inspectBackupTarget(options.to, library);
  const work = workFolder(target.dir);
  const indexBytes = await sizeOf(join(library.root, INDEX));
  if (indexBytes === 0) {
    throw new AppError('library_not_one', `There is no index in ${library.root}`, 'Sync once, then back it up.');
  }
  await requireRoom(target.existing, indexBytes, ports);
  await prepare(target, library);
  const copy = await openIndexCopy(join(target.dir, INDEX), join(work, INDEX));
  try {
    // Under the lock: nobody else writes there.
    await clearWork(work);
    await mkdir(work);
    return await new Backup(options, ports, library, target, copy, signal, hooks).run();
  } catch (error) {
    throw told(error, target.dir, signal);
  } finally {
    await clearWork(work).catch(() => undefined);
    await copy.close();
  }
}

/** Errors of the target for its own files and folders are not bugs. */
function told(error: unknown, dir: string, signal: AbortSignal): unknown {
  if (error instanceof AppError) {
    return error;
  }
  if (signal.aborted) {
    return interrupted(error);
  }
  return systemCode(error) === null ? error : targetError(error, { sign: markPath(dir), temp: workFolder(dir) }, dir);
}

/** The mark before anything else: a first run that is cut leaves a folder that the next one knows. */
async function prepare({ dir, state }: BackupTarget, library: Library): Promise<void> {
  try {
    await makeFolders(dir);
    await writeProbe(dir);
    if (state !== 'backup') {
      await writeMark(dir, { library: library.id, at: null });
    }
  } catch (error) {
    throw unwritable(dir, error);
  }
}

/** Asking for permissions lies on many drives; writing does not. */
async function writeProbe(dir: string): Promise<void> {
  const probe = join(dir, `.write-test-${randomUUID()}`);
  await writeFileAtomic(probe, '');
  await rm(probe);
}

const clearWork = (work: string): Promise<void> => rm(work, { recursive: true, force: true });

class Backup {
  readonly #options: BackupOptions;
  readonly #ports: BackupPorts;
  readonly #library: Library;
  readonly #target: BackupTarget;
  readonly #copy: IndexCopy;
  readonly #signal: AbortSignal;
  readonly #tally: BackupTally;
  readonly #paths: ReturnType<typeof storePaths>;
  readonly #work: string;

  constructor(
    options: BackupOptions,
    ports: BackupPorts,
    library: Library,
    target: BackupTarget,
    copy: IndexCopy,
    signal: AbortSignal,
    hooks: BackupHooks,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#library = library;
    this.#target = target;
    this.#copy = copy;
    this.#signal = signal;
    this.#tally = new BackupTally(ports.now, hooks);
    this.#paths = storePaths(target.dir);
    this.#work = workFolder(target.dir);
  }

  async run(): Promise<BackupAnswer> {
    const { dir, state } = this.#target;
    const tally = this.#tally;
    const at = this.#ports.now();
    tally.enter('index');
    await this.#copy.take(join(this.#library.root, INDEX), this.#signal, (pages) => tally.index(pages));
    if (state === 'backup' && (await this.#copy.isDiverged({ since: this.#target.wholeAt }))) {
      throw refuse(
        `The backup has been synced by itself or changed since: ${dir}`,
        'Choose another folder: what came to that one, labels and notes among it, would be lost.',
      );
    }
    const { sync, folders } = await this.#copyFiles();
    await this.#letGo();
    const newestBlob = await this.#copy.newestBlob();
    tally.enter('ending');
    await this.#syncNames(sync, folders);
    this.#stopIfAsked();
    await this.#copy.publish();
    await this.#papers();
    const { copied, bytes, there, damaged, missing } = tally;
    const files = copied + there;
    if (this.#options.as === 'backup') {
      await keepLastBackup(this.#library.root, { at, to: dir, files, damaged, missing, newestBlob });
    }
    tally.enter('done');
    return { to: dir, files: files + damaged + missing, copied, bytes, there, damaged, missing };
  }

  async #copyFiles(): Promise<{ sync: 'each' | 'whole'; folders: ReadonlySet<string> }> {
    const { dir } = this.#target;
    const { platform, statFs, threads, batchFiles } = this.#ports;
    const tally = this.#tally;
    tally.enter('looking');
    const wanted = { files: 0, bytes: 0, largest: 0, newFiles: 0, newBytes: 0 };
    for await (const page of this.#compared()) {
      for (const { blob, there } of page) {
        if (there && !this.#options.deep) {
          tally.there += 1;
          continue;
        }
        wanted.files += 1;
        wanted.bytes += blob.bytes;
        wanted.largest = Math.max(wanted.largest, blob.bytes);
        wanted.newFiles += there ? 0 : 1;
        wanted.newBytes += there ? 0 : blob.bytes;
      }
      tally.tick();
    }
    if (wanted.files === 0) {
      return { sync: 'each', folders: new Set() };
    }
    const { type } = await statFs(dir);
    const rules = rulesFor({ platform, fsType: platform === 'linux' ? type : null, dir });
    if (rules.fileBytes !== null && wanted.largest > rules.fileBytes) {
      throw refuse(`The drive of ${dir} does not take files over 4 GB, and the library has such`, HINT_LARGE);
    }
    const method = (await chooseMethod(dir, 'auto', this.#library.root, this.#work)) === 'reflink' ? 'reflink' : 'copy';
    const needed = method === 'reflink' ? 0 : wanted.newBytes;
    await requireRoom(dir, needed + wanted.newFiles * BYTES_A_FILE, this.#ports);
    const sync = wanted.files < FEW_FILES ? 'each' : await chooseSync(this.#work, platform, type);
    tally.begin(wanted);
    const folders = await copyFiles(
      {
        from: this.#library.root,
        place: {
          root: dir,
          temp: this.#work,
          sign: markPath(dir),
          librarySign: storePaths(this.#library.root).marker,
        },
        method,
        sync,
        threads: threads ?? threadCount(),
        batchFiles,
        total: wanted,
      },
      this.#wanted(),
      this.#signal,
      tally,
    );
    return { sync, folders };
  }

  async *#wanted(): AsyncGenerator<BlobRow[]> {
    for await (const page of this.#compared()) {
      yield page.filter(({ there }) => this.#options.deep || !there).map(({ blob }) => blob);
    }
  }

  #compared(): AsyncGenerator<ComparedFile[]> {
    const walk = { size: PAGE, signal: this.#signal, onForeign: () => undefined };
    return compareFiles(blobPages(this.#copy), walkBlobs(this.#paths, walk));
  }

  /** The copied index marks files that could not be copied as wanted, so that it names no missing file. */
  async #letGo(): Promise<void> {
    const { lost } = this.#tally;
    const named = new Set<string>();
    for (let from = 0; from < lost.length; from += PAGE) {
      const sha256 = lost.slice(from, from + PAGE).map((file) => file.sha256);
      await this.#copy.forget({ at: this.#ports.now(), sha256 });
      for (const each of await this.#copy.stillNamed({ source: join(this.#library.root, INDEX), sha256 })) {
        named.add(each);
      }
    }
    this.#tally.tellLost((sha256) => named.has(sha256));
  }

  async #syncNames(sync: 'each' | 'whole', folders: ReadonlySet<string>): Promise<void> {
    if (this.#ports.platform === 'win32' || folders.size === 0) {
      return;
    }
    if (sync === 'whole') {
      await syncWhole(this.#target.dir);
      return;
    }
    const above = new Set([...folders].map((folder) => dirname(folder)));
    for (const folder of [...folders, ...above, this.#paths.files, this.#target.dir]) {
      await syncFolder(folder);
    }
  }

  /** The marker last: a new folder is a library only when all of it is there. */
  async #papers(): Promise<void> {
    const { dir } = this.#target;
    const { as } = this.#options;
    const { root, id } = this.#library;
    try {
      for (const name of ['chats.json', ...(as === 'library' ? [LAST_BACKUP_FILE] : []), MARKER_FILE]) {
        await copyPaper(join(root, name), join(dir, name));
      }
      await writeMark(dir, { library: id, at: new Date(this.#ports.now()).toISOString() });
    } catch (error) {
      throw unwritable(dir, error);
    }
  }

  #stopIfAsked(): void {
    if (this.#signal.aborted) {
      throw interrupted();
    }
  }
}

async function* blobPages(copy: IndexCopy): AsyncGenerator<readonly BlobRow[]> {
  for (let after: string | null = null; ;) {
    const page: readonly BlobRow[] = await copy.blobs({ after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.sha256;
    yield page;
  }
}

/** One that the library does not have is not to be in the copy either. */
async function copyPaper(from: string, to: string): Promise<void> {
  const text = await readFile(from).catch(() => null);
  await (text === null ? rm(to, { force: true }) : writeFileAtomic(to, text));
}

/** With what lies in its log. */
async function sizeOf(index: string): Promise<number> {
  const sizes = await Promise.all([index, `${index}-wal`].map((path) => stat(path).catch(() => null)));
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
}

/** Hashing keeps a core busy; more threads than this only fight for the disk. */
function threadCount(): number {
  return Math.max(2, Math.min(4, availableParallelism()));
}
