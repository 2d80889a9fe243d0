/**
 * Syncs a whole file system at once, as `sync -f` does (syncfs(2)): Node has no call for it. For thousands of small files, one such sync costs
 * a fraction of a sync each.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { release as kernelRelease } from 'node:os';
import { createInterface } from 'node:readline';

/**
 * Where syncfs writes everything, waits for it and empties the drive's own cache (statfs(2)): ext2 to ext4, XFS, Btrfs, F2FS, tmpfs. FAT and exFAT leave
 * the drive's cache as it is. FUSE passes nothing on. Overlays and network drives hide errors.
 */
const RELIABLE: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994]);

/**
 * Reads a folder a line, syncs it, and answers with the exit code. It runs in the background of a shell that ends at once: a thread that is
 * terminated cannot wait for its own child, which would stay as a zombie until the app ends.
 */
const LOOP = 'while IFS= read -r folder <&3; do sync -f "$folder"; echo $? >&3; done &';

/** A shell that syncs on request: starting a process from a large one copies its page tables, which takes ten times as long as a sync. */
class SyncShell {
  readonly #child = spawn('/bin/sh', ['-c', LOOP], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  readonly #pipe: Socket;
  readonly #begun: Promise<unknown>;
  readonly #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  isOver = false;

  constructor() {
    const pipe = this.#child.stdio[3];
    if (!(pipe instanceof Socket)) {
      throw new Error('a shell without its pipe');
    }
    this.#pipe = pipe;
    this.#begun = new Promise((resolve) => this.#child.once('exit', resolve).once('error', resolve));
    createInterface(pipe).on('line', (code) => {
      const next = this.#waiting.shift();
      if (code === '0') {
        next?.resolve();
      } else {
        next?.reject(new Error(`sync ended with ${code}`));
      }
      this.#hold();
    });
    pipe.on('error', () => undefined);
    pipe.on('close', () => {
      this.isOver = true;
      for (const { reject } of this.#waiting.splice(0)) {
        reject(new Error('the syncing shell has ended'));
      }
    });
  }

  async sync(folder: string): Promise<void> {
    await this.#begun;
    await new Promise<void>((resolve, reject) => {
      if (this.isOver) {
        reject(new Error('the syncing shell has ended'));
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#hold();
      this.#pipe.write(`${folder}\n`);
    });
  }

  /** The process may end while nothing waits; its end closes the pipe, which ends the shell. */
  #hold(): void {
    this.#pipe[this.#waiting.length > 0 ? 'ref' : 'unref']();
  }
}

/** Of this thread. */
let shell: SyncShell | null = null;

/** Rejects when the sync failed: nothing may be taken for safe then. `folder` is absolute. */
export async function syncWhole(folder: string): Promise<void> {
  if (folder.includes('\n')) {
    throw new Error('a folder with a line break in its name');
  }
  shell = shell === null || shell.isOver ? new SyncShell() : shell;
  await shell.sync(folder);
}

/** Syncs as `syncWhole` does, one sync at a time: calls that come while one runs share the next. */
export class SharedSync {
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** Rejects as `syncWhole`. All calls name folders of one file system. */
  sync(folder: string): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      const sync = syncWhole(folder);
      this.#running = sync.catch(() => undefined);
      return sync;
    });
    return this.#next;
  }
}

/**
 * Whether a folder's file system can be trusted with `syncWhole`. The program may still be missing.
 *
 * @param fsType `statfs().type` of the folder
 */
export function syncsWhole(platform: NodeJS.Platform, fsType: number, release = kernelRelease()): boolean {
  return platform === 'linux' && RELIABLE.has(fsType >>> 0) && tellsErrors(release);
}

/** Since 5.8, syncfs answers with the error of bytes that could not be written. */
function tellsErrors(release: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 8);
}

/** How a target is synced: tried once, since a system may lack the program. `fsType` as for `syncsWhole`. */
export async function chooseSync(folder: string, platform: NodeJS.Platform, fsType: number): Promise<'each' | 'whole'> {
  if (!syncsWhole(platform, fsType)) {
    return 'each';
  }
  try {
    await syncWhole(folder);
    return 'whole';
  } catch {
    return 'each';
  }
}
