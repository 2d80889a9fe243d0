/** The result of the last full check: `last-check.json` in the library, so that it moves with the library. */
import { join } from 'node:path';
import { z } from 'zod';
import type { CheckReport } from '../../contract/shapes.ts';
import { readJsonFile, writeJsonFile } from '../../lib/json-file.ts';

const count = z.int().nonnegative();
const fileSchema = z.object({
  format: z.literal('chatkeep-check'),
  version: z.literal(1),
  startedAt: count,
  endedAt: count,
  deep: z.boolean(),
  checked: count,
  ok: count,
  missing: count,
  corrupt: count,
  orphan: count,
  repaired: count,
});

/** A check that came to its end. */
export type WholeCheck = Omit<CheckReport, 'endedAt' | 'error' | 'total'> & { readonly endedAt: number };

type Log = (message: string, fields: Readonly<Record<string, unknown>>) => void;

const pathIn = (libraryRoot: string): string => join(libraryRoot, 'last-check.json');

/** Null when none was made yet, or when the file cannot be read, which is logged: the next check makes it again. */
export async function readLastCheck(libraryRoot: string, log: Log): Promise<CheckReport | null> {
  const kept = await readJsonFile(pathIn(libraryRoot), fileSchema).catch(() => null);
  if (kept === 'damaged') {
    log('the report of the last check cannot be read', {});
  }
  if (kept === null || kept === 'damaged') {
    return null;
  }
  const { format: _format, version: _version, ...found } = kept;
  return { ...found, total: found.checked, error: null };
}

/** A report that cannot be kept is logged; the check was made all the same. */
export async function keepLastCheck(libraryRoot: string, found: WholeCheck, log: Log): Promise<void> {
  const file = fileSchema.parse({ format: 'chatkeep-check', version: 1, ...found });
  await writeJsonFile(pathIn(libraryRoot), file).catch(() => log('the report of the check could not be kept', {}));
}
