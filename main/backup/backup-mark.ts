/** `backup.json`: what makes a folder a backup of a library. It is there before anything else, so that a first run that was cut is known again. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';

const schema = z.object({
  format: z.literal('chatkeep-backup'),
  version: z.literal(1),
  /** Id of the library. */
  library: z.string().min(1).max(100),
  /** When it was last whole, ISO 8601, UTC; null = not yet. */
  at: z.string().max(40).nullable(),
});
export type BackupMark = z.infer<typeof schema>;

export const markPath = (dir: string): string => join(dir, 'backup.json');

/** Null: there is none. `damaged`: something that cannot be read has its place. */
export const readMark = (dir: string): Promise<BackupMark | null | 'damaged'> => readJsonFile(markPath(dir), schema);

/** Its folder must exist. */
export async function writeMark(dir: string, mark: Pick<BackupMark, 'library' | 'at'>): Promise<void> {
  const whole = { format: 'chatkeep-backup', version: 1, ...mark } satisfies BackupMark;
  await writeJsonFile(markPath(dir), whole, 2);
}

/** The folder is a library of its own from now on. */
export async function dropMark(dir: string): Promise<void> {
  await rm(markPath(dir), { force: true });
}
