/** A disk that can be filled up: a small tmpfs where this process may mount one, else a reserve that no disk can keep free. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZE_MB = 512;
const MB_A_MINUTE = 48;
const MB_AN_ARRIVAL = 0.7;
const LEFT_BYTES = 300_000;
const CHUNK = Buffer.alloc(1024 * 1024);

export interface SoakDisk {
  readonly kind: 'tmpfs' | 'injected reserve';
  /** A folder on it. */
  readonly folder: string;
  /** How often new messages may arrive before the library itself fills it. */
  readonly arrivals: number;
  /** The reserve that an archiver must keep free now. */
  reserveBytes(): number;
  fill(): Promise<void>;
  empty(): Promise<void>;
  remove(): Promise<void>;
}

/** `minutes`: how long it must do for a library that grows. */
export async function openSoakDisk(minutes: number): Promise<SoakDisk> {
  const sizeMb = Math.round(Math.min(SIZE_MB + MB_A_MINUTE * minutes, freemem() / 4 / 1024 ** 2));
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-soak-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  const mounted =
    process.getuid?.() === 0 &&
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', disk]).status === 0;
  return mounted ? tmpfsDisk(folder, disk, sizeMb) : reserveDisk(folder, disk);
}

function tmpfsDisk(folder: string, disk: string, sizeMb: number): SoakDisk {
  const ballast = join(disk, 'ballast');
  return {
    kind: 'tmpfs',
    folder: disk,
    arrivals: Math.floor((sizeMb - SIZE_MB / 2) / MB_AN_ARRIVAL),
    reserveBytes: () => 0,
    fill: async () => {
      const { bavail, bsize } = await statfs(disk);
      const handle = await open(ballast, 'w');
      try {
        for (let left = bavail * bsize - LEFT_BYTES; left > 0; left -= CHUNK.length) {
          await handle.write(CHUNK, 0, Math.min(left, CHUNK.length));
        }
      } catch (error) {
        // The archiver was quicker: the disk is full all the same.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) {
          throw error;
        }
      } finally {
        await handle.close();
      }
    },
    empty: () => rm(ballast, { force: true }),
    remove: async () => {
      spawnSync('umount', [disk]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function reserveDisk(folder: string, disk: string): SoakDisk {
  let full = false;
  return {
    kind: 'injected reserve',
    folder: disk,
    arrivals: Number.POSITIVE_INFINITY,
    reserveBytes: () => (full ? Number.MAX_SAFE_INTEGER / 2 : 0),
    fill: () => {
      full = true;
      return Promise.resolve();
    },
    empty: () => {
      full = false;
      return Promise.resolve();
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
