import { access, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../lib/sync-folder.ts';
import { DiskNames } from './disk-names.ts';
import type { ExportPorts } from './export-types.ts';
import { tempFolder } from './marker.ts';
import { rowPages } from './plan.ts';

export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Makes the names of written files as durable as their bytes. */
export async function syncFolders(jobId: number, root: string, ports: ExportPorts): Promise<void> {
  if (ports.platform === 'win32') {
    return;
  }
  const done = new Set<string>();
  const names = new DiskNames(root);
  for await (const page of rowPages(jobId, ports)) {
    for (const { path, written } of page) {
      const folder = path === null || written === null ? null : dirname(names.pathOf(path));
      if (folder !== null && !done.has(folder)) {
        done.add(folder);
        await syncFolder(folder);
      }
    }
  }
}

/** Removes unfinished files. A target that no longer exists has nothing to clear. */
export async function clearTemp(dir: string): Promise<void> {
  await rm(tempFolder(dir), { recursive: true, force: true }).catch(() => undefined);
}
