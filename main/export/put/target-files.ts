/** The folders of a target around a run: made before it, synced and cleared after it. */
import { constants } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../lib/sync-folder.ts';
import { DiskNames } from '../target/disk-names.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { tempFolder } from '../target/marker.ts';
import { rowPages } from '../plan/plan.ts';
import { unwritable } from '../target/target-errors.ts';
import { dropClaims } from './put-steps.ts';

export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Makes the folders of an export and clears what a killed run left half written. AppError `usage`, `disk_full`. */
export async function openTarget(dir: string, root: string): Promise<void> {
  const temp = tempFolder(dir);
  try {
    dropClaims(temp, root);
    await rm(temp, { recursive: true, force: true });
    await mkdir(temp, { recursive: true });
    await mkdir(root, { recursive: true });
    await access(dir, constants.W_OK);
  } catch (error) {
    throw unwritable(dir, error);
  }
}

/** Makes the names of written files and papers as certain as their bytes, and those of their folders. `place`: see `PaperPlace`. */
export async function syncNames(
  jobId: number,
  { dir, root }: { readonly dir: string; readonly root: string },
  ports: ExportPorts,
): Promise<void> {
  if (ports.platform === 'win32') {
    return;
  }
  const above = dirname(dir);
  const done = new Set<string>();
  const syncUp = async (folder: string): Promise<void> => {
    for (let each = folder; each !== above && !done.has(each); each = dirname(each)) {
      done.add(each);
      await syncFolder(each);
    }
  };
  const names = new DiskNames(root);
  for await (const page of rowPages(jobId, ports)) {
    for (const { path, written } of page) {
      if (path !== null && written !== null) {
        await syncUp(dirname(names.pathOf(path)));
      }
    }
  }
  const gallery = join(root, 'gallery');
  await syncUp((await isThere(gallery)) ? gallery : root);
  await syncFolder(above);
}

/** Removes unfinished files. A target that no longer exists has nothing to clear. */
export async function clearTemp(dir: string): Promise<void> {
  await rm(tempFolder(dir), { recursive: true, force: true }).catch(() => undefined);
}
