/**
 * Syncing a whole file system at once, as `sync -f` does (syncfs(2)): Node has no call for it. For thousands of small files one such sync costs
 * a fraction of a sync each.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where syncfs writes everything and waits for it (statfs(2)): ext2 to ext4, XFS, Btrfs, F2FS, tmpfs, overlayfs, FAT, exFAT. FUSE and network drives do not. */
const RELIABLE: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994, 0x794c7630, 0x4d44, 0x2011bab0,
]);

/** Rejects when the sync failed: nothing may be taken for safe then. */
export async function syncWhole(folder: string): Promise<void> {
  await run('sync', ['-f', folder]);
}

/**
 * How a target is synced: tried once, since a system may lack the program.
 *
 * @param fsType `statfs().type` of the target
 */
export async function chooseSync(folder: string, platform: NodeJS.Platform, fsType: number): Promise<'each' | 'whole'> {
  if (platform !== 'linux' || !RELIABLE.has(fsType >>> 0)) {
    return 'each';
  }
  try {
    await syncWhole(folder);
    return 'whole';
  } catch {
    return 'each';
  }
}
