/** A real small disk, in memory, on a folder. For tests of full disks. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts a disk on the empty folder `dir`, with options of mount(8) such as `ro,size=3m`; false where this user or kernel may not mount. */
export function mountDisk(dir: string, options: string): boolean {
  return process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir]).status === 0;
}

/** Takes the disk off the folder again. */
export function unmountDisk(dir: string): void {
  spawnSync('umount', [dir]);
}

/** Whether `mountDisk` works here: it needs root, and a kernel that lets it. */
export function canMountDisk(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'chatkeep-disk-'));
  const can = mountDisk(dir, 'size=64k');
  if (can) {
    unmountDisk(dir);
  }
  rmdirSync(dir);
  return can;
}
