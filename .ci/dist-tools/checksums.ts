import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The files of a release; the builder leaves other files beside them. */
export const RELEASED = /\.(?:AppImage|deb|rpm|tar\.gz|exe|dmg|zip|blockmap|cdx\.json)$|^latest[\w-]*\.yml(?:\.sig)?$/;

/** Writes `SHA256SUMS` of a folder's released files, as `sha256sum --check` reads it; answers their names. */
export async function writeChecksums(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => RELEASED.test(name)).sort();
  const lines: string[] = [];
  for (const name of names) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    lines.push(`${hash.digest('hex')}  ${name}\n`);
  }
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
  return names;
}
