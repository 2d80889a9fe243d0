import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { LicencePart } from '../../contract/about-shapes.ts';

const parts = z.array(
  z.object({ name: z.string(), version: z.string(), licence: z.string(), text: z.string().nullable() }),
);

/** Where the build puts the list: beside the folder of its chunks, which all lie flat in one. */
const built = (): string =>
  fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../../out/licences.json' : '../licences.json', import.meta.url),
  );

/** The work of others in this build, as its list says. Empty without a list, which only a build makes; rejects when it cannot be read. */
export async function readLicences(path: string = built()): Promise<readonly LicencePart[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return [];
    }
    throw error;
  }
  return parts.parse(JSON.parse(text));
}
