import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';

/** A file of the packed app: on the disk, or in the archive (`resources/app.asar/…`). */
export interface PackedFile {
  /** With `/`, relative to the packed folder. */
  readonly path: string;
  readonly bytes: number;
  readonly read: () => Promise<Buffer>;
}

const integritySchema = z.object({
  algorithm: z.literal('SHA256'),
  hash: z.string(),
  blockSize: z.number().int().positive(),
  blocks: z.array(z.string()),
});
const fileSchema = z.object({
  size: z.number().int().nonnegative(),
  offset: z.string().regex(/^\d+$/).optional(),
  unpacked: z.boolean().optional(),
  integrity: integritySchema.optional(),
});
interface Folder {
  readonly files: Readonly<Record<string, Folder | z.infer<typeof fileSchema>>>;
}
const folderSchema: z.ZodType<Folder> = z.object({
  files: z.record(
    z.string(),
    z.lazy(() => z.union([folderSchema, fileSchema])),
  ),
});

export interface ArchiveEntry extends z.infer<typeof fileSchema> {
  readonly path: string;
  /** Null for an unpacked file, whose bytes lie beside the archive. */
  readonly content: Buffer | null;
}

/** Reads an asar archive by its format: two nested pickles of the header's length, the header as JSON, then the bytes. */
export function readArchive(archive: Buffer): ArchiveEntry[] {
  const headerBytes = archive.readUInt32LE(4);
  const jsonBytes = archive.readUInt32LE(12);
  const header = folderSchema.parse(JSON.parse(archive.toString('utf8', 16, 16 + jsonBytes)));
  const start = 8 + headerBytes;
  const entries: ArchiveEntry[] = [];
  const walk = (folder: Folder, prefix: string): void => {
    for (const [name, node] of Object.entries(folder.files)) {
      const path = `${prefix}${name}`;
      if ('files' in node) {
        walk(node, `${path}/`);
        continue;
      }
      const offset = start + Number(node.offset ?? 0);
      const content = node.unpacked === true ? null : archive.subarray(offset, offset + node.size);
      entries.push({ ...node, path, content });
    }
  };
  walk(header, '');
  return entries;
}

/** Every file of the archive against its hashes: what Electron checks where the system lets it, here for the whole. */
export async function archiveProblems(
  entries: readonly ArchiveEntry[],
  readUnpacked: (path: string) => Promise<Buffer>,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { path, content, integrity, size } of entries) {
    const bytes = content ?? (await readUnpacked(path).catch(() => null));
    if (bytes === null) {
      problems.push(`${path} is missing beside the archive.`);
    } else if (integrity === undefined) {
      problems.push(`${path} has no hash in the archive.`);
    } else if (bytes.length !== size || sha256(bytes) !== integrity.hash || !sameBlocks(bytes, integrity)) {
      problems.push(`${path} is not what the archive's hash says.`);
    }
  }
  return problems;
}

function sameBlocks(bytes: Buffer, { blockSize, blocks }: z.infer<typeof integritySchema>): boolean {
  const hashes: string[] = [];
  for (let offset = 0; offset === 0 || offset < bytes.length; offset += blockSize) {
    hashes.push(sha256(bytes.subarray(offset, offset + blockSize)));
  }
  return hashes.join() === blocks.join();
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** All files of a packed folder, those of its archive by their names in it. */
export async function packedFiles(folder: string): Promise<PackedFile[]> {
  const files: PackedFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) {
      continue;
    }
    const full = join(entry.parentPath, entry.name);
    const path = relative(folder, full).split(sep).join('/');
    const content = await readFile(full);
    files.push({ path, bytes: content.length, read: () => Promise.resolve(content) });
    if (path.endsWith('.asar')) {
      for (const { path: inside, content: bytes } of readArchive(content)) {
        if (bytes !== null) {
          files.push({ path: `${path}/${inside}`, bytes: bytes.length, read: () => Promise.resolve(bytes) });
        }
      }
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
