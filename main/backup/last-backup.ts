/** When a library was last backed up, and where to: `last-backup.json` in the library, so that it moves with it. */
import { join } from 'node:path';
import { z } from 'zod';
import { recallJsonFile, writeJsonFile } from '../lib/json-file.ts';

const count = z.int().nonnegative();
const schema = z.object({
  format: z.literal('chatkeep-last-backup'),
  version: z.literal(1),
  at: count,
  to: z.string().min(1).max(10_000),
  files: count,
  damaged: count,
  missing: count,
  /** Key of the newest stored file that it knows; what came after it is newer. */
  newestBlob: count,
});
export type LastBackup = Omit<z.infer<typeof schema>, 'format' | 'version'>;

export const LAST_BACKUP_FILE = 'last-backup.json';

/** Null when none was made yet, or when the file cannot be read: the next backup makes it again. */
export async function readLastBackup(libraryRoot: string): Promise<LastBackup | null> {
  return await recallJsonFile(join(libraryRoot, LAST_BACKUP_FILE), schema);
}

/** A library that cannot be written, such as one on a read-only drive, does not remember; the backup was made all the same. */
export async function keepLastBackup(libraryRoot: string, last: LastBackup): Promise<void> {
  const file = { format: 'chatkeep-last-backup', version: 1, ...last } satisfies z.infer<typeof schema>;
  await writeJsonFile(join(libraryRoot, LAST_BACKUP_FILE), file).catch(() => undefined);
}
