/** Small JSON files of a known form: read with care, written whole or not at all. */
import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { systemCode } from './fs-fault.ts';

/** The value in a JSON text; null when it is no JSON, or not of this form. */
export function parseAs<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Null: there is no such file. `damaged`: what is there cannot be read as this form. Rejects with errors of the file system. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | null | 'damaged'> {
  try {
    return parseAs(schema, await readFile(path, 'utf8')) ?? 'damaged';
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return null;
    }
    throw error;
  }
}

/** The file, or null where it is missing, unreadable or damaged: for what can be made again. */
export async function recallJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const found = await readJsonFile(path, schema).catch(() => null);
  return found === 'damaged' ? null : found;
}

/** Its folder must exist. `indent` for files that people may read. */
export const writeJsonFile = async (path: string, value: object, indent?: number): Promise<void> =>
  await writeFileAtomic(path, `${JSON.stringify(value, null, indent)}\n`);
