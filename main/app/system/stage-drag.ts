/**
 * Files for dragging out of a window: copies under the names that exports give, in a folder of their own outside the library, so that whoever
 * gets them never holds the library's own file.
 */
import { layoutOf } from '../../naming/template.ts';
import { type Zone, zoneOf } from '../../contract/time-zone.ts';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportPorts } from '../../export/plan/export-types.ts';
import { planPath } from '../../naming/plan-path.ts';
import { rulesFor } from '../../naming/target-names.ts';

/** A stored file, and what names it. */
export interface DraggedFile {
  /** Absolute path in the store. */
  readonly source: string;
  readonly mediaId: number;
  readonly chatId: number;
  readonly ext: string;
  /** Epoch ms: in the name, and the time of the copy. */
  readonly sentAt: number;
}

/** More at once is an export. */
export const MOST_DRAGGED = 200;
const PREFIX = 'chatkeep-drag-';
/** A copy may be read by whoever got it long after the drag: another process clears only what is older (ms). */
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Copies files (shared copy-on-write where the disk can) into a new folder below `tempDir` and answers their absolute paths in the given order.
 * Each has the name of the `flat` layout, `2025-06-03 142205 123.jpg`, legal on any system and different from the others, its message's time,
 * and may be written by its owner whatever the library's file may. At most `MOST_DRAGGED` files. Rejects with the system's error when one
 * cannot be copied; nothing is left then.
 *
 * @param tempDir a folder that exists, outside of the library: the system's for temporary files
 */
export async function stageForDrag(
  files: readonly DraggedFile[],
  tempDir: string,
  { platform, timeZone }: Pick<ExportPorts, 'platform' | 'timeZone'>,
): Promise<{ readonly folder: string; readonly paths: readonly string[] }> {
  if (files.length > MOST_DRAGGED) {
    throw new RangeError(`more than ${String(MOST_DRAGGED)} files in one drag`);
  }
  const folder = await mkdtemp(join(tempDir, PREFIX));
  try {
    const names = namesOf(files, folder, platform, zoneOf(timeZone));
    const paths: string[] = [];
    for (const [index, { source, sentAt }] of files.entries()) {
      const path = join(folder, names[index] ?? '');
      await copyFile(source, path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      await chmod(path, 0o600);
      const at = new Date(sentAt);
      await utimes(path, at, at);
      paths.push(path);
    }
    return { folder, paths };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function namesOf(files: readonly DraggedFile[], folder: string, platform: NodeJS.Platform, zone: Zone): string[] {
  const template = layoutOf('flat');
  const rules = rulesFor({ platform, fsType: null, dir: folder });
  const taken = new Set<string>();
  return files.map(({ mediaId, chatId, ext, sentAt }, index) => {
    const planned = planPath(
      template,
      {
        mediaId,
        chatId,
        ext,
        sentAt,
        zone,
        chat: '',
        account: '',
        sender: '',
        messageId: 0,
        position: 1,
        kind: 'other',
        label: '',
        counter: index + 1,
      },
      rules,
      (fold) => taken.has(fold),
    );
    const path = planned?.path ?? `${String(index + 1)}.${ext}`;
    taken.add(planned?.fold ?? path);
    return path;
  });
}

/**
 * Removes folders that earlier processes left when they were killed: those a day old or more. Folders that cannot be removed stay for the next time.
 *
 * @param now epoch ms
 */
export async function clearStagedDrags(tempDir: string, now: number): Promise<void> {
  for (const name of await readdir(tempDir)) {
    const folder = join(tempDir, name);
    if (name.startsWith(PREFIX) && (await isOld(folder, now))) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

async function isOld(folder: string, now: number): Promise<boolean> {
  const found = await stat(folder).catch(() => null);
  return found?.isDirectory() === true && now - found.mtimeMs > KEPT_MS;
}
