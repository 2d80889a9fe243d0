/** The result of the last full check: `last-check.json` in the library, so that it moves with the library. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { CheckReport } from '../../contract/shapes.ts';

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
  const text = await readFile(pathIn(libraryRoot), 'utf8').catch(() => null);
  if (text === null) {
    return null;
  }
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    log('the report of the last check cannot be read', {});
    return null;
  }
  const { format: _format, version: _version, ...found } = parsed.data;
  return { ...found, total: found.checked, error: null };
}

/** A report that cannot be kept is logged; the check was made all the same. */
export async function keepLastCheck(libraryRoot: string, found: WholeCheck, log: Log): Promise<void> {
  const { startedAt, endedAt, deep, checked, ok, missing, corrupt, orphan, repaired } = found;
  const counts = { checked, ok, missing, corrupt, orphan, repaired };
  const file = { format: 'chatkeep-check', version: 1, startedAt, endedAt, deep, ...counts };
  await writeFileAtomic(pathIn(libraryRoot), `${JSON.stringify(file)}\n`).catch(() =>
    log('the report of the check could not be kept', {}),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
