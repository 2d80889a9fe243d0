/** The folder that an export goes to: is it fit, what does its file system take, how do bytes get there. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link as hardLink, lstat, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { storePaths } from '../../files/library/store-paths.ts';
import { AppError } from '../../lib/app-error.ts';
import { givenPath } from '../../lib/given-path.ts';
import { freeBytesOf, type RoomStats } from '../../lib/free-room.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { isInside } from '../../lib/safe-path.ts';
import { EXPORT_SPARE_BYTES, type ExportLink, type ExportOptions } from '../../contract/export-shapes.ts';
import { DiskNames } from './disk-names.ts';
import { markerPath, OWN_FOLDER, readMarker, tempFolder, type Marker } from './marker.ts';
import { unwritable } from './target-errors.ts';
import { rulesFor, type TargetRules } from '../../naming/target-names.ts';

/** What looking at a target takes. */
export interface TargetPorts {
  readonly libraryRoot: string;
  readonly libraryId: string;
  readonly platform: NodeJS.Platform;
  readonly statFs: (path: string) => Promise<RoomStats & { readonly type: number }>;
}

/** How bytes get to the target: `ExportLink` once `auto` has been decided. */
export type PutMethod = Exclude<ExportLink, 'auto'>;

export interface Target {
  /** Absolute; links in its existing part followed. */
  readonly dir: string;
  readonly exists: boolean;
  /** The folder itself, or the nearest one above it that is there. */
  readonly existing: string;
  readonly rules: TargetRules;
  readonly marker: Marker | null;
}

/**
 * Looks at a target without touching it. AppError `usage` for a folder in the library, a file, and a folder that holds another export.
 */
export async function inspectTarget(
  options: Pick<ExportOptions, 'dir' | 'bag' | 'zip'>,
  template: string,
  ports: TargetPorts,
): Promise<Target> {
  const { real, existing, exists } = await realOf(givenPath(options.dir));
  const library = await realpath(ports.libraryRoot);
  if (real === library || isInside(library, real)) {
    throw new AppError(
      'usage',
      `The target folder lies in the library: ${real}`,
      'Name a folder outside the library with --to.',
    );
  }
  const found = await stat(existing);
  if (!found.isDirectory()) {
    throw new AppError('usage', `Not a folder: ${existing}`, 'Name a folder with --to.');
  }
  await refuseLinks(real);
  const marker = exists ? await markerOf(real, options, template, ports) : null;
  const { type } = await ports.statFs(existing);
  return {
    dir: real,
    exists,
    existing,
    marker,
    rules: rulesFor({
      platform: ports.platform,
      fsType: ports.platform === 'linux' ? type : null,
      dir: options.bag ? join(real, 'data') : real,
      bag: options.bag,
    }),
  };
}

/** Folders that an export makes and clears by itself. Prepared as links, they would lead it elsewhere. */
const OWN_FOLDERS = [OWN_FOLDER, 'data', 'gallery', join('data', 'gallery')] as const;

async function refuseLinks(dir: string): Promise<void> {
  for (const name of OWN_FOLDERS) {
    const found = await lstat(join(dir, name)).catch(() => null);
    if (found?.isSymbolicLink() === true) {
      throw new AppError('usage', `This is a link: ${join(dir, name)}`, 'Remove it, or export into another folder.');
    }
  }
}

async function markerOf(
  dir: string,
  options: Pick<ExportOptions, 'bag' | 'zip'>,
  template: string,
  ports: TargetPorts,
): Promise<Marker | null> {
  const marker = await readMarker(dir).catch((error: unknown) => {
    throw unwritable(dir, error);
  });
  if (marker === null) {
    return null;
  }
  const refuse = (message: string): AppError => new AppError('usage', message, 'Export into another folder.');
  if (marker === 'damaged') {
    throw refuse(`The folder holds an export whose mark cannot be read: ${markerPath(dir)}`);
  }
  if (marker.library !== ports.libraryId) {
    throw refuse(`The folder holds an export of another library: ${dir}`);
  }
  if (marker.layout !== template) {
    throw refuse(`The folder holds an export with another layout (${marker.layout}): ${dir}`);
  }
  if (marker.bag !== options.bag || marker.zip !== options.zip) {
    throw refuse(`The folder holds an export of another shape: ${dir}`);
  }
  return marker;
}

/** The path with the links of its existing part followed, and that part. AppError `usage` where it leads through a file or cannot be looked at. */
export async function realOf(path: string): Promise<{ real: string; existing: string; exists: boolean }> {
  try {
    const real = await realpath(path);
    return { real, existing: real, exists: true };
  } catch (error) {
    const above = dirname(path);
    if (systemCode(error) === 'ENOTDIR') {
      throw new AppError('usage', `Not a folder: ${above}`, 'Name a folder with --to.');
    }
    if (systemCode(error) !== 'ENOENT' || above === path) {
      throw unwritable(path, error);
    }
    const { real, existing, exists } = await realOf(above);
    const name = path.slice(above.length).replace(/^[\\/]+/, '');
    const found = exists ? await realpath(new DiskNames(real).pathOf(name)).catch(() => null) : null;
    return found === null
      ? { real: join(real, name), existing, exists: false }
      : { real: found, existing: found, exists: true };
  }
}

/** How bytes get to this target: tried with a file of the library's own, in `temp`. AppError `usage` when what was asked for cannot be done there. */
export async function chooseMethod(
  dir: string,
  wanted: ExportLink,
  libraryRoot: string,
  temp: string = tempFolder(dir),
): Promise<PutMethod> {
  if (wanted === 'copy') {
    return 'copy';
  }
  const source = storePaths(libraryRoot).marker;
  const probe = join(temp, `probe-${randomUUID()}`);
  const method = wanted === 'hardlink' ? 'hardlink' : 'reflink';
  try {
    await (method === 'hardlink' ? hardLink(source, probe) : copyFile(source, probe, constants.COPYFILE_FICLONE_FORCE));
    return method;
  } catch (error) {
    if (wanted === 'auto') {
      return 'copy';
    }
    throw new AppError(
      'usage',
      method === 'hardlink'
        ? `Hard links from the library into ${dir} cannot be made: another drive, or a file system without them.`
        : `The file system of ${dir} cannot share bytes with the library.`,
      'Use --link auto or --link copy.',
      { cause: error },
    );
  } finally {
    await rm(probe, { force: true });
  }
}

/** AppError `disk_full` when the target has less than `needed` bytes and `EXPORT_SPARE_BYTES`. Unknown room is enough. */
export async function requireRoom(dir: string, needed: number, statFs: TargetPorts['statFs']): Promise<void> {
  const free = freeBytesOf(await statFs(dir));
  if (free !== null && free < needed + EXPORT_SPARE_BYTES) {
    throw new AppError(
      'disk_full',
      `The export needs ${megabytes(needed)} and ${megabytes(EXPORT_SPARE_BYTES)} to spare; ${megabytes(free)} are free in ${dir}`,
      'Free some space there or export to another drive.',
    );
  }
}

function megabytes(bytes: number): string {
  return `${String(Math.ceil(bytes / 1e6))} MB`;
}
